from celery import current_app

from apps.notifications.actions.notices import SEND
from apps.outbox.actions import RELAY
from config.celery import app


def test_what_the_bell_rings_for_and_beat_asks_for_are_tasks_of_that_name() -> None:
    app.loader.import_default_modules()
    asked = {RELAY, SEND, *(entry["task"] for entry in app.conf.beat_schedule.values())}
    assert asked - set(current_app.tasks) == set()

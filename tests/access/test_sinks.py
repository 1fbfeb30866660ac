"""Where content may end up beside answers: administration, notices, messages, events, the trail. No canary stands there."""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.agencies.models import User
from apps.outbox.actions import relay
from tests.access.story import CANARIES, DRAFTED, told
from tests.callers import Caller
from tests.cast import Cast

pytestmark = pytest.mark.django_db
WORDS = {*CANARIES, DRAFTED}
# The tables in which content stands, by design and behind the wall.
CONTENT = {"reports_report", "reports_routestop", "sharing_label"}
LINK = re.compile(r'<th class="field-[^"]*"><a href="([^"]+)"')


def _pages(client: Client) -> Iterator[tuple[str, str]]:
    """The administration's first page, each list in it, and the first row of each list."""
    yield "/admin/", client.get("/admin/").content.decode()
    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        text = client.get(address).content.decode()
        yield address, text
        for row in LINK.findall(text)[:1]:
            yield row, client.get(row).content.decode()


def test_no_page_of_the_administration_shows_content_or_who_was_left_out(cast: Cast) -> None:
    story = told(cast)
    Caller(cast.liaison("SG-CUSTOMS")).post(f"reports/{story.draft}/submit/")
    relay()
    client = Client()
    client.force_login(User.objects.get(id=cast.platform.user_id))
    seen = dict(_pages(client))
    assert len(seen) > 15
    for address, text in seen.items():
        assert {word for word in WORDS if word in text} == set(), address


def test_no_table_but_those_of_content_holds_content(cast: Cast) -> None:
    """Events, deliveries, notices, messages, the trail, sessions and the administration's log hold ids."""
    story = told(cast)
    liaison = Caller(cast.liaison("SG-CUSTOMS"))
    liaison.post(f"reports/{story.draft}/submit/", **{"Idempotency-Key": "sinks"})
    liaison.post("reports/search/", {"q": "Kanarinarrative"})
    liaison.get("reports/?q=Kanarinarrative")
    relay()
    assert {table for table in _tables() if _holds(table)} <= CONTENT
    assert _holds("reports_report")


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        return [name for (name,) in cursor.fetchall()]


def _holds(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} row WHERE lower(row::text) ~ %s", ["kanari"])
        return bool(cursor.fetchone()[0])


def test_what_holds_content_is_called_by_its_id_or_reference(cast: Cast) -> None:
    """Its name stands in the administration's log, on delete pages, in mails about errors."""
    told(cast)
    models = [model for model in apps.get_models() if model._meta.app_label in {"reports", "sharing", "referrals"}]
    names = {str(row) for model in models for row in model._default_manager.all()}
    assert len(names) > 10
    assert {word for word in WORDS for name in names if word in name} == set()

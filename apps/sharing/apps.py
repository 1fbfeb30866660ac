"""The app's configuration: what it judges for the rooms below."""

from django.apps import AppConfig


class Sharing(AppConfig):
    """Labels and audiences."""

    name = "apps.sharing"

    def ready(self) -> None:
        """Say who may still be told of a label and what is open to whom, and subscribe, once all models are loaded."""
        from apps.agencies.events import AgencyChanged
        from apps.notifications import gate
        from apps.outbox.events import subscribe
        from apps.sharing import events, subscribers

        gate.register(subscribers.may_be_told)
        gate.register_sight(subscribers.labels_seen)
        subscribe(AgencyChanged, subscribers.judge_labels_of)
        subscribe(events.LabelsStale, subscribers.judge_the_next)
        subscribe(events.OpeningEnded, subscribers.shut)

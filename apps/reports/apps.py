"""The app's configuration: what it does when something happened below."""

from django.apps import AppConfig


class Reports(AppConfig):
    """Reports."""

    name = "apps.reports"

    def ready(self) -> None:
        """Subscribe, once all models are loaded."""
        from apps.outbox.events import subscribe
        from apps.reports import subscribers
        from apps.sharing.events import OpeningApproved

        subscribe(OpeningApproved, subscribers.find_what_is_opened)

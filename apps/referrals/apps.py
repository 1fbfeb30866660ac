"""The app's configuration: what it does when something happened below."""

from django.apps import AppConfig


class Referrals(AppConfig):
    """Referrals."""

    name = "apps.referrals"

    def ready(self) -> None:
        """Subscribe, once all models are loaded."""
        from apps.outbox.events import subscribe
        from apps.referrals import events, subscribers
        from apps.reports.events import ReportSubmitted, ReportWithdrawn
        from apps.sharing.events import AccessEnded

        subscribe(ReportSubmitted, subscribers.open_on_submission)
        subscribe(ReportWithdrawn, subscribers.cancel_on_withdrawal)
        subscribe(events.ReferralAnswered, subscribers.tell_the_originator)
        subscribe(events.PassingAsked, subscribers.judge_passing)
        subscribe(AccessEnded, subscribers.cancel_where_access_ended)

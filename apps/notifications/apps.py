"""The app's configuration."""

from django.apps import AppConfig

from apps.outbox.events import subscribe


class Notifications(AppConfig):
    """Notifications."""

    name = "apps.notifications"

    def ready(self) -> None:
        """Subscribe to what happens to accounts; the subscribers need the models, which are there only now."""
        from apps.agencies.events import AccountChanged, BudgetSpent, InvitationProposed, Invited
        from apps.notifications import subscribers

        subscribe(AccountChanged, subscribers.tell_of_account)
        subscribe(BudgetSpent, subscribers.tell_of_probing)
        subscribe(InvitationProposed, subscribers.ask_a_second)
        subscribe(Invited, subscribers.tell_the_agency)

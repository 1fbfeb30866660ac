"""The app's configuration."""

from django.apps import AppConfig

from apps.outbox.events import subscribe


class Agencies(AppConfig):
    """Agencies and accounts."""

    name = "apps.agencies"

    def ready(self) -> None:
        """Subscribe to what happens to accounts; the subscribers need the models, which are there only now."""
        from apps.agencies import events, subscribers

        subscribe(events.Invited, subscribers.invite, outside=True)  # they talk to the mail server
        subscribe(events.DoorsChanged, subscribers.tell_of_doors, outside=True)
        subscribe(events.StrangersTried, subscribers.warn_of_tries, outside=True)
        subscribe(events.PasswordLinkWanted, subscribers.send_link, outside=True)

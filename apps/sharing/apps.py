"""The app's configuration: what it judges for the rooms below."""

from django.apps import AppConfig


class Sharing(AppConfig):
    """Labels and audiences."""

    name = "apps.sharing"

    def ready(self) -> None:
        """Say who may still be told of a label, once all models are loaded."""
        from apps.notifications import gate
        from apps.sharing.subscribers import may_be_told

        gate.register(may_be_told)

"""The app's configuration."""

from django.apps import AppConfig


class Audit(AppConfig):
    """Audit trail."""

    name = "apps.audit"

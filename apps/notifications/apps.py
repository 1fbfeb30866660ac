"""The app's configuration."""

from django.apps import AppConfig


class Notifications(AppConfig):
    """Notifications."""

    name = "apps.notifications"

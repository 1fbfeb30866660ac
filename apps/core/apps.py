"""The app's configuration."""

from django.apps import AppConfig


class Core(AppConfig):
    """Foundations."""

    name = "apps.core"

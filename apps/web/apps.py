"""The app's configuration."""

from django.apps import AppConfig


class Web(AppConfig):
    """Pages."""

    name = "apps.web"

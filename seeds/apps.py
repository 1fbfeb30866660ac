"""The app's configuration."""

from django.apps import AppConfig


class Seeds(AppConfig):
    """Seeds."""

    name = "seeds"

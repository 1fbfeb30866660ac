"""The app's configuration."""

from django.apps import AppConfig


class Reports(AppConfig):
    """Reports."""

    name = "apps.reports"

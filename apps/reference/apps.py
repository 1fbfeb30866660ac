"""The app's configuration."""

from django.apps import AppConfig


class Reference(AppConfig):
    """Vocabularies."""

    name = "apps.reference"

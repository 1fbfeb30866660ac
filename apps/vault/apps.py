"""The app's configuration."""

from django.apps import AppConfig


class Vault(AppConfig):
    """Keys and sealed values."""

    name = "apps.vault"

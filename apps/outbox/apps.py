"""The app's configuration."""

from django.apps import AppConfig


class Outbox(AppConfig):
    """Transactional outbox."""

    name = "apps.outbox"

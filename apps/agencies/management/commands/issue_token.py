"""``manage.py issue_token EMAIL``: prints an API token of that account and nothing else. For trying the API in development.

Elsewhere people make their own on their account's page: whoever runs commands must not become somebody else by one.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.agencies.acting import acting
from apps.agencies.actions import issue_token
from apps.agencies.queries import account_by_email, actor_of
from apps.core.clock import now
from apps.core.errors import Refused


class Command(BaseCommand):
    """Issue an API token."""

    help = "Prints an API token of an account. It is shown this once and stored as its hash."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--days", type=int, default=30, help="how long it lives, 365 at most (default 30)")
        parser.add_argument("--name", default="from the command line")

    def handle(self, *args: Any, email: str, days: int, name: str, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError("Outside development people make their own tokens, on their account's page.")
        at = now()
        user = account_by_email(email)
        actor = actor_of(user_id=user.id, now=at) if user else None
        if actor is None:
            raise CommandError(f"There is no open account {email}.")
        try:
            with acting(actor):
                token, _ = issue_token(actor=actor, name=name, life=timedelta(days=days), now=at)
        except Refused as refused:
            raise CommandError(
                " ".join(sentence for field in refused.errors.values() for sentence in field)
            ) from refused
        self.stdout.write(token)

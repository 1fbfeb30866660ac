"""``manage.py create_admin EMAIL``: the first platform administrators of a production system, and one who comes back.

A closed platform administrator's account opens with a new password and without its old second factor; no page does that,
so that nobody alone lets a second administrator in (ADR 0020).
"""

import getpass
import os
import sys
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from apps.agencies.acting import anonymous
from apps.agencies.actions import create_platform_administrator, reopen_platform_administrator
from apps.agencies.models import User
from apps.agencies.queries import account_by_email
from apps.core.clock import now

VARIABLE = "COUNTERPART_ADMIN_PASSWORD"


class Command(BaseCommand):
    """Create a platform administrator, or open a closed one's account again."""

    help = (
        "Makes a platform administrator, or opens a closed one's account again with a new password and no second factor. "
        f"The password is asked for, or read from {VARIABLE} or the input."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="Platform administrator")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        _checked(validate_email, email)
        known = account_by_email(email)
        if known and (known.is_active or not known.is_staff):
            raise CommandError(f"There is an account {email} already; nothing was changed.")
        password = os.environ.get(VARIABLE) or (_asked() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n"))
        _checked(validate_password, password, known or User(email=email, name=name))
        encoded = make_password(password)
        with anonymous():
            if known:
                reopen_platform_administrator(user=known, encoded=encoded, now=now())
            else:
                create_platform_administrator(email=email, name=name, encoded=encoded, now=now())
        again = " again; a second factor is enrolled at the sign-in" if known else ""
        self.stdout.write(f"{email} can sign in and open /admin/{again}")


def _checked(validate: Any, *values: Any) -> None:
    try:
        validate(*values)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error


def _asked() -> str:
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("The same again: "):
        raise CommandError("The two passwords are different.")
    return first

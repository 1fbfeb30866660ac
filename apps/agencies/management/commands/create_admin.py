"""``manage.py create_admin EMAIL``: the first platform administrator of a production system."""

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
from apps.agencies.actions import create_platform_administrator
from apps.agencies.models import User
from apps.agencies.queries import account_by_email
from apps.core.clock import now

VARIABLE = "COUNTERPART_ADMIN_PASSWORD"


class Command(BaseCommand):
    """Create a platform administrator."""

    help = f"Makes a platform administrator. The password is asked for, or read from {VARIABLE} or the input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="Platform administrator")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        _checked(validate_email, email)
        if account_by_email(email):
            raise CommandError(f"There is an account {email} already; nothing was changed.")
        password = os.environ.get(VARIABLE) or (_asked() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n"))
        _checked(validate_password, password, User(email=email, name=name))
        encoded = make_password(password)
        with anonymous():
            create_platform_administrator(email=email, name=name, encoded=encoded, now=now())
        self.stdout.write(f"{email} can sign in and open /admin/")


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

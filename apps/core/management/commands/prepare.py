"""``manage.py prepare``: roles, migrations and vocabularies; with ``--demo`` the cast and a story too. Quick when all is
there; safe to run from several machines at once. What it has to tell goes to the output, progress to the error stream.
"""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import connection
from tqdm import tqdm

from apps.core import schema

LOCK = 5209133
STORY = "spring-2019"


class Command(BaseCommand):
    """Prepare the database."""

    help = "Makes the database ready to serve from: roles, migrations, vocabularies; with --demo the demo accounts."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="the cast and the story, in development only")

    def handle(self, *args: Any, demo: bool = False, **options: Any) -> None:
        if demo and not settings.DEVELOPMENT:
            raise CommandError("Outside development there are no demo accounts (COUNTERPART_DEVELOPMENT is not set).")
        if demo:
            call_command("make_signing_key", settings.SIGNING_KEY_FILE, stdout=io.StringIO())
        with _alone():
            call_command("create_roles", verbosity=0)
            _migrate()
            call_command("seed", once=True, **({"scenario": STORY} if demo else {"reference": True}))
        if demo:
            self.stdout.write(_welcome())


class _Migrate(migrate.Command):
    """Django's command, whose progress is a bar."""

    bar: ClassVar["tqdm[NoReturn]"]

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        if action == "apply_success":
            self.bar.update()


def _migrate() -> None:
    """What is pending; nothing, not even its signals, where nothing is."""
    if pending := schema.pending():
        shown = sys.stderr.isatty()
        with tqdm(total=len(pending), desc="Making the tables", disable=not shown, leave=False) as _Migrate.bar:
            call_command(_Migrate(), verbosity=0, interactive=False)


@contextmanager
def _alone() -> Iterator[None]:
    """One process prepares a database at a time; the others wait for it and then find all done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _welcome() -> str:
    return (
        f"Demo accounts, all with the password {settings.DEMO_PASSWORD}\n"
        "  officer@sg-customs.example    files what Singapore's customs has found\n"
        "  liaison@ke-customs.example    answers for Kenya's customs\n"
        "  admin@counterpart.example     runs the platform, under /admin/; second@counterpart.example confirms\n"
        "In each of the 21 agencies: officer@, analyst@, liaison@, admin@ and its code, as hk-customs.example, wwf.example."
    )

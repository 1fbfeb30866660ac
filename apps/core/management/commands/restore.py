"""``manage.py restore BACKUP``: put back what ``manage.py backup`` made. A dump goes into an empty database; the server's
files are laid out in a new folder, ready to start, up to any moment for which the write-ahead log is archived.
"""

import json
from argparse import ArgumentTypeError
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import backups
from apps.core.management.commands.backup import ABOUT
from apps.core.programs import ProgramFailed

START = """{into} is ready. Start a server of the same version in it, as its owner:
  pg_ctl -D {into} start
It accepts connections once it has read the log. Then, before anybody else is let in:
  manage.py verify_audit && manage.py prove"""
LOADED = """The dump is loaded. Before anybody is let in:
  manage.py create_roles && manage.py verify_audit && manage.py prove"""


class Command(BaseCommand):
    """Put a backup back."""

    help = "Puts back what backup made: a dump into an empty database, the server's files into a new folder."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", type=Path, help="the folder that `manage.py backup` printed")
        parser.add_argument("--into", type=Path, metavar="FOLDER", help="where the restored server's files go")
        parser.add_argument("--log", type=Path, metavar="FOLDER", help="where the server archived its write-ahead log")
        parser.add_argument("--until", type=_moment, metavar="TIME", help="stop there: 2026-11-21T09:30:00+00:00")
        parser.add_argument(
            "--with", dest="other", metavar="URL", help="the empty database for a dump, if not the owner's"
        )

    def handle(self, *args: Any, backup: Path, **options: Any) -> None:
        try:
            about = json.loads((backup / ABOUT).read_text())
        except (OSError, ValueError) as error:
            raise CommandError(f"{backup} is no backup that was finished: {error}") from error
        try:
            told = _lay_out(backup, about, **options) if about["kind"] == "base" else _load(backup, **options)
        except (backups.NotPossible, ProgramFailed) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(told)


def _lay_out(
    backup: Path, about: dict[str, str], into: Path | None, log: Path | None, until: datetime | None, **_: Any
) -> str:
    if into is None:
        raise CommandError("This is a copy of the server's files: say --into which folder they go.")
    if until and not log:
        raise CommandError(
            "To stop at a moment the server must read the archived log up to it: say --log where that is."
        )
    if until and until < datetime.fromisoformat(about["finished"]):
        raise CommandError(f"This copy was finished at {about['finished']}, after that moment: take an earlier one.")
    backups.lay_out(backup / backups.BASE, into, log=log, until=until)
    return START.format(into=into)


def _load(
    backup: Path, other: str | None, into: Path | None, log: Path | None, until: datetime | None, **_: Any
) -> str:
    if into or log or until:
        raise CommandError("This is a dump: it goes into an empty database (--with) and is of one moment.")
    backups.load(other or settings.SERVERS.owner, backup / backups.DUMP)
    return LOADED


def _moment(words: str) -> datetime:
    try:
        at = datetime.fromisoformat(words)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
    if at.tzinfo is None:
        raise ArgumentTypeError("a moment has its zone: 2026-11-21T09:30:00+00:00")
    return at

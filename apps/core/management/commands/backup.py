"""``manage.py backup FOLDER``: a copy of the database in a new folder there; the server's files where the role may copy
them, else a dump. It appears under its name when it is whole. docs/operate/backup.md says what else a backup needs.
"""

import json
import shutil
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import backups
from apps.core.clock import now
from apps.core.programs import ProgramFailed

ABOUT = "about.json"
NOT_ARCHIVED = (
    "The server does not archive its write-ahead log (archive_mode is off): this copy restores the moment it was made and"
    " no later one. docs/operate/backup.md shows the three settings."
)
ONE_MOMENT = "A dump restores the moment it was made and no later one; make one as often as you can bear to lose."


class Command(BaseCommand):
    """Back the database up."""

    help = "Copies the database into a new folder: the server's files where the role may copy them, else a dump."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", type=_folder, help="where backups are kept; only their owner can read what is made"
        )
        parser.add_argument(
            "--with", dest="other", metavar="URL", help="connect as this role (REPLICATION, or a superuser)"
        )
        parser.add_argument("--dump", action="store_true", help="a dump, also where the files could be copied")

    def handle(self, *args: Any, folder: Path, other: str | None, dump: bool, **options: Any) -> None:
        url = other or settings.SERVERS.owner
        try:
            files = not dump and backups.may_copy_files(url)
            made = _make(folder, url, files=files)
            advice = ONE_MOMENT if not files else "" if backups.archives(url) else NOT_ARCHIVED
        except (backups.NotPossible, ProgramFailed) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(made))
        if advice:
            self.stderr.write(advice)


def _folder(words: str) -> Path:
    path = Path(words).expanduser()
    if path.exists() and not path.is_dir():
        raise ArgumentTypeError(f"{path} is no folder")
    return path


def _make(folder: Path, url: str, *, files: bool) -> Path:
    """Under another name until it is whole: what was interrupted can't be taken for a backup."""
    begun = now()
    place = folder / begun.strftime("%Y%m%dT%H%M%S.%fZ")
    fresh = place.with_name(f"{place.name}.unfinished")
    folder.mkdir(parents=True, exist_ok=True)
    fresh.mkdir(mode=0o700)
    try:
        (backups.copy_files if files else backups.dump)(url, fresh)
        about = {"kind": "base" if files else "dump", "begun": begun.isoformat(), "finished": now().isoformat()}
        (fresh / ABOUT).write_text(json.dumps(about, indent=1) + "\n")
        return fresh.rename(place)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)

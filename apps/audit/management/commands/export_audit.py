"""``manage.py export_audit FILE``: the log and its seals, for whoever verifies them without us."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.audit.actions import export
from apps.core.clock import now


class Command(BaseCommand):
    """Write the log to a file."""

    help = (
        "Writes the log and its seals to a new file; apps/audit/standalone/verify.py verifies it without this product."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that is not there yet")
        parser.add_argument("--payloads", action="store_true", help="with the entries' facts, else their digests alone")

    def handle(self, *args: Any, file: Path, payloads: bool, **options: Any) -> None:
        try:
            with file.open("x", encoding="utf-8") as out:
                count, seals = export(out=out, payloads=payloads, now=now())
        except OSError as error:
            raise CommandError(f"{file} could not be written: {type(error).__name__}") from error
        self.stdout.write(f"{count} entries and {seals} seals")

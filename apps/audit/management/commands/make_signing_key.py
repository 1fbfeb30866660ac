"""``manage.py make_signing_key FILE``: a new key for the trail's heads, and its public half on the output."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.audit import heads


class Command(BaseCommand):
    """Make a signing key."""

    help = "Makes a key to sign the audit trail's heads with, and prints its public half, to be given to witnesses."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="where the key is kept; a file that is there stays as it is")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            heads.make(file)
            public = heads.public_of(heads.load(file))
        except (OSError, heads.NoKey) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(public.hex())

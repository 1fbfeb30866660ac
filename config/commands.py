"""Which commands there are in production: the service's own, and those of the framework that show and change nobody's data.

A shell, a dump or a password set from the command line would be a way to reports that no policy judges and no trail holds.
Whoever may run programs as the service on its machine can do without this page; nobody does so by mistake, or by a command
that is there for it (docs/threat-model.md).
"""

import sys
from collections.abc import Sequence

from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand

from config import env

DJANGOS = frozenset({"check", "collectstatic", "migrate", "showmigrations", "sqlmigrate", "help", "version"})
OURS = ("apps.", "seeds.")


class Commands(ManagementUtility):
    """The command line; in development all that Django brings is there as well."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """The command of that name; one that does not belong here is refused."""
        found = super().fetch_command(subcommand)
        if env.flag("COUNTERPART_DEVELOPMENT") or subcommand in DJANGOS or type(found).__module__.startswith(OURS):
            return found
        sys.stderr.write(f"{subcommand} is no command of this service outside development.\n")
        sys.exit(2)


def run(words: Sequence[str]) -> None:
    """Run the command that these words name."""
    Commands(list(words)).execute()

"""``manage.py rotate_keys``: new data keys for an agency, the platform or all; or the data keys under a new master key.

It may be cut off at any moment, also by ``kill -9``, and run again: it goes on where it was. Others write meanwhile.
"""

import sys
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from apps.agencies.actions.keys import begin_rotation, change_master, end_rotation
from apps.agencies.models import Agency
from apps.core.clock import now
from apps.vault import actions as vault
from apps.vault.masters import NoMaster, masters


class Command(BaseCommand):
    """Rotate keys."""

    help = "Gives an agency (or the platform, or all) a new data key; or wraps all data keys by the master key in use."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--agency", metavar="CODE", help="this agency's data key")
        which.add_argument("--platform", action="store_true", help="the platform's data key")
        which.add_argument("--all", dest="everyone", action="store_true", help="the platform's and every agency's")
        which.add_argument("--master", action="store_true", help="wrap every data key by the first master key")

    def handle(self, *args: Any, agency: str | None, master: bool, everyone: bool, **options: Any) -> None:
        try:
            if master:
                self._masters()
            else:
                for name, owner in _owners(agency, everyone):
                    self._rotate(name, owner)
        except (NoMaster, vault.Stuck) as error:
            raise CommandError(str(error)) from error

    def _rotate(self, name: str, owner: UUID | None) -> None:
        data = begin_rotation(owner=owner, now=now())
        with _bar(f"Rotating {name}", vault.left_to_rewrap(data=data)) as bar:
            while True:
                while done := vault.rewrap_objects(data=data):
                    bar.update(done)
                if end_rotation(data=data, now=now()):
                    break
        self.stdout.write(f"{name}: version {data.version} is in use, older ones are retired.")

    def _masters(self) -> None:
        outdated = list(vault.under_other_masters())
        with _bar("Wrapping data keys", len(outdated)) as bar:
            for data in outdated:
                change_master(data=data, now=now())
                bar.update()
        self.stdout.write(f"{len(outdated)} data keys wrapped anew: all are under the master key {masters().current}.")


def _owners(code: str | None, everyone: bool) -> list[tuple[str, UUID | None]]:
    platform: list[tuple[str, UUID | None]] = [("the platform", None)]
    if everyone:
        return platform + list(Agency.objects.order_by("code").values_list("code", "id"))
    if code is None:
        return platform
    found = list(Agency.objects.filter(code=code).values_list("code", "id"))
    if not found:
        raise CommandError(f"There is no agency {code}.")
    return list(found)


def _bar(words: str, total: int) -> "tqdm[Any]":
    return tqdm(total=total, desc=words, disable=not sys.stderr.isatty(), leave=False)

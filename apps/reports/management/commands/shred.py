"""``manage.py shred``: which sealed texts are past their retention; with ``--destroy`` they can never be read again."""

import sys
from collections import Counter
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from apps.core.clock import now
from apps.reports.actions.shredding import shred
from apps.reports.queries.retention import due_for_shredding

REMAINS = (
    "A backup made before today still holds these keys, wrapped: they are gone for good once the master key that it needs"
    " is (docs/operate/keys.md)."
)


class Command(BaseCommand):
    """Destroy what is past its retention."""

    help = "Tells which sealed texts are past their retention class; with --destroy it destroys their keys."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--destroy", action="store_true", help="destroy them; without it nothing is changed")

    def handle(self, *args: Any, destroy: bool = False, **options: Any) -> None:
        at = now()
        due = Counter(str(each.retention) for each in due_for_shredding(now=at))
        if not destroy:
            self.stdout.write(f"{_told(due)} would be destroyed. Nothing was changed: --destroy does it.")
            return
        done = self._destroy(at, due.total())
        self.stdout.write(f"{_told(done)} destroyed.")
        if done:
            self.stderr.write(REMAINS)

    def _destroy(self, at: datetime, total: int) -> Counter[str]:
        done: Counter[str] = Counter()
        with tqdm(total=total, desc="Destroying keys", disable=not sys.stderr.isatty(), leave=False) as bar:
            for batch in shred(now=at):
                done.update(str(each.retention) for each in batch)
                bar.update(len(batch))
        return done


def _told(counts: Counter[str]) -> str:
    each = ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))
    return f"{counts.total()} sealed texts" + (f" ({each})" if each else "")

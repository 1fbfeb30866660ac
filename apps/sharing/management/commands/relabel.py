"""``manage.py relabel``: make the labels that check_grants finds, or all of them, what the policy says."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.core.clock import now
from apps.sharing import queries
from apps.sharing.actions import BATCH, mend


class Command(BaseCommand):
    """Judge labels again and write what differs; may be interrupted anywhere and run again."""

    help = "Writes arrays and grants anew where they are not what the policy says; prints how far it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="lock and judge every label, not only those that differ")

    def handle(self, *args: Any, **options: Any) -> None:
        ids = queries.every_label() if options["all"] else queries.disagreeing()
        changed = 0
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            changed += mend(ids=batch, now=now())
            self.stderr.write(f"{start + len(batch)} of {len(ids)} labels judged, {changed} changed")
        self.stdout.write(f"{len(ids)} labels judged, {changed} changed")

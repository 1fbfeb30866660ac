"""``manage.py erase_audit SEQ… --reason WHY``: erases the facts of entries for good; the chain says so, and holds."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.audit.actions import erase
from apps.core.clock import now
from apps.core.errors import Invalid


class Command(BaseCommand):
    """Erase payloads of the trail."""

    help = "Erases the facts of these entries for good. Who did what to which object stays, and the chain holds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("seq", nargs="+", type=int, help="numbers of entries")
        parser.add_argument("--reason", required=True, help="why; it stands in the trail, so name nobody in it")

    def handle(self, *args: Any, seq: list[int], reason: str, **options: Any) -> None:
        try:
            announced = erase(entries=seq, reason=reason, now=now())
        except Invalid as refused:
            raise CommandError(" ".join(str(each) for words in refused.errors.values() for each in words)) from refused
        self.stdout.write(f"{len(set(seq))} erased; entry {announced} says so")

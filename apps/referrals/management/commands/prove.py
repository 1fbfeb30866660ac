"""``manage.py prove``: exit 0 where nothing is lost, doubled or without a cause; exit 1 and what is wrong where not."""

import sys
import time
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.core.clock import now
from apps.referrals import ledger
from apps.referrals.ledger import Area, Proof

LOOK = 0.2  # seconds between two looks at what waits


class Command(BaseCommand):
    """Prove that the books agree."""

    help = "Compares what was filed, asked, told, sent, published and recorded; exits 1 where anything does not agree."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--settle",
            type=float,
            default=0.0,
            metavar="SECONDS",
            help="first wait until nothing is pending; what still is after that time counts as wrong",
        )

    def handle(self, *args: Any, settle: float = 0.0, **options: Any) -> None:
        _wait(settle)
        proof = ledger.prove(now=now())
        late = proof.pending if settle else 0
        self._tell(proof)
        for finding in proof.findings:
            self.stderr.write(str(finding))
        if late:
            self.stderr.write(f"still-pending: the worker has not done this within {settle:g} s ({late})")
        if proof.findings or late:
            sys.exit(1)
        self.stdout.write("nothing is lost, doubled or without a cause")

    def _tell(self, proof: Proof) -> None:
        self.stdout.write(f"{'':14}{'counted':>10}{'pending':>10}{'wrong':>8}")
        for area in Area:
            waits = proof.waiting.get(area)
            pending = "" if waits is None else f"{waits.count}"
            age = f"  the oldest for {_age(waits.oldest)}" if waits and waits.oldest is not None else ""
            self.stdout.write(f"{area:14}{proof.counted[area]:>10}{pending:>10}{proof.wrong(area):>8}{age}")
        for line in _notes(proof):
            self.stdout.write(line)


def _wait(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and ledger.pending():
        time.sleep(LOOK)


def _age(age: timedelta) -> str:
    return f"{max(0, round(age.total_seconds()))} s"


def _notes(proof: Proof) -> list[str]:
    notes = proof.notes
    told = [
        (notes.not_judged, "recipients not judged: their account or agency has changed since"),
        (notes.dead_events, "events given up: an administrator can try them again"),
        (notes.dead_messages, "messages given up: an administrator can send them again"),
        (notes.taken_twice, "messages that the mail server took more than once"),
    ]
    return [f"{count} {words}" for count, words in told if count]

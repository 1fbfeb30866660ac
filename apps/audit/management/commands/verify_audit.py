"""``manage.py verify_audit``: exit 0 and the count where chain and seals hold; exit 1 and the first broken entry where not."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.audit import queries


class Command(BaseCommand):
    """Verify the audit chain and its seals."""

    help = "Verifies the audit chain from its first entry to its head, and every seal over it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--noted",
            metavar="SEQ:HASH",
            help="a line that an earlier run printed and somebody kept elsewhere; the chain must still contain it",
        )

    def handle(self, *args: Any, noted: str | None = None, **options: Any) -> None:
        verdict = queries.verify()
        if verdict.unsealed:
            self._end(
                f"the seal over the first {verdict.broken} entries is broken ({verdict.seals} seals hold before it)"
            )
        broken = verdict.broken if verdict.broken is not None else _rewritten(noted)
        if broken is not None:
            self._end(f"the chain is broken at entry {broken} ({verdict.count} entries hold before it)")
        more = f", {verdict.erased} of them erased" if verdict.erased else ""
        sealed = f", and {verdict.seals} seals" if verdict.seals else ""
        self.stdout.write(f"{verdict.count} entries{more}, the chain holds{sealed}")
        self.stdout.write(f"{verdict.count}:{verdict.link.hex()}")

    def _end(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(1)


def _rewritten(noted: str | None) -> int | None:
    """The entry whose hash is not the one that was noted, or None."""
    if not noted:
        return None
    seq, _, digest = noted.partition(":")
    if not seq.isdecimal() or len(digest) != 64:
        raise CommandError("--noted takes a line as this command prints it: 1234:9f86d081…")
    if seq == "0":
        return None
    found = queries.hash_at(int(seq))
    return None if found is not None and found.hex() == digest else int(seq)

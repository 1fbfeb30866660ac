"""Sealing what was chained since the last seal, under a key that is not in the database."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from apps.audit import heads
from apps.audit.actions.writing import gather
from apps.audit.merkle import Tree
from apps.audit.models import Head, Seal
from apps.audit.queries.newest import newest_seal
from apps.audit.queries.verifying import Walk

LOCK = 5209134  # one seal at a time


class Unsound(Exception):
    """The chain does not hold behind the last seal, so nothing was sealed."""


def seal(*, now: datetime) -> Seal | None:
    """Seal all that is chained; None where another seal is being made, or one was made this second.

    Raises ``heads.NoKey`` without a key, and Unsound where an entry does not hold: no seal ever covers what was tampered
    with. An hour in which nothing happened is sealed too: a head tells nobody how busy it was.
    """
    key, at = heads.load(Path(settings.SIGNING_KEY_FILE)), now.replace(microsecond=0)
    gather()
    with transaction.atomic():
        last = newest_seal()
        if not _alone() or (last is not None and last.at >= at):
            return None
        tree, link = _grown(last)
        head = heads.head_of(at, tree.size, tree.root)
        signature = key.sign(heads.signed_text(at, head))
        made = Seal(at=at, size=tree.size, link=link, root=tree.root, peaks=tree.written, head=head)
        made.public, made.signature = heads.public_of(key), signature
        made.save(force_insert=True)
        return made


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _grown(last: Seal | None) -> tuple[Tree, bytes]:
    """The tree of the last seal, grown by every entry since, each of which is verified on the way."""
    head = Head.objects.get(id=1)
    walk = Walk.begun_at(last)
    walk.on_to(head.seq)
    if walk.broken or walk.count != head.seq or walk.link != bytes(head.hash):
        raise Unsound(f"the chain is broken at entry {walk.count + 1}")
    return walk.tree, walk.link

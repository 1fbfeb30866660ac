"""Proving that the chain holds, and that every seal seals what is there.

Anybody can repeat the proof without us: ``manage.py export_audit`` writes the log, ``apps/audit/standalone/verify.py`` is a
second reading of the same rules that shares no line with this one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import orjson
from django.conf import settings
from django.db.models import Max

from apps.audit import heads
from apps.audit.merkle import LEAF, Tree
from apps.audit.models import Entry, Head, Seal
from apps.audit.spelling import (
    DIGEST,
    ERASING,
    ERASING_SIZE,
    FACTS,
    HASH,
    LINK,
    NULL,
    PAYLOAD,
    SALT,
    SALTED,
    SIZED,
    START,
    UNSALTED,
    VERB,
    VERB_SIZE,
    raw,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``count`` entries hold; ``broken`` is the first sequence number that does not, or None. ``link`` is the last hash.

    ``erased`` of them have no payload any more, as an entry announces; ``seals`` hold, and ``unsealed`` says that the
    break is a seal's: of the one that ends with entry ``broken``.
    """

    count: int
    broken: int | None
    link: bytes = START
    erased: int = 0
    seals: int = 0
    unsealed: bool = False


@dataclass(slots=True)
class Walk:
    """A walk along the chain: how far it holds, the last hash, the tree so far, and what was erased."""

    count: int = 0
    link: bytes = START
    tree: Tree = field(default_factory=Tree)
    broken: bool = False
    erased: list[int] = field(default_factory=list)
    announced: set[int] = field(default_factory=set)

    @classmethod
    def begun_at(cls, seal: Seal | None) -> "Walk":
        """A walk that goes on behind a seal; from the start where there is none."""
        if seal is None:
            return cls()
        return cls(seal.size, bytes(seal.link), Tree.read(seal.size, bytes(seal.peaks)))

    def on_to(self, last: int) -> None:
        """Go on to entry ``last``, or to the first that does not hold."""
        for block in raw(after=self.count, last=last):
            if (
                not self.broken
            ):  # else the rest is read and thrown away: a COPY that is cut off would undo its transaction
                self._take(block)

    def _take(self, block: Sequence[bytes]) -> None:
        """The rows of a block, each hashed three times. Written out, for this is all that a verification does."""
        leaves: list[bytes] = []
        link, hashed, number, add = self.link, sha256, int.from_bytes, leaves.append
        for row in block:
            size = number(row[FACTS:SIZED])
            cut = FACTS + SALTED + size if size != NULL else FACTS + UNSALTED
            body = row[cut:]
            following = hashed(LINK + link + body).digest()
            kept = size == NULL or hashed(PAYLOAD + row[FACTS:cut]).digest() == body[DIGEST]
            if following != row[HASH] or not kept:
                self.broken = True
                break
            link = following
            add(hashed(LEAF + body).digest())
            if size == NULL or (body[VERB_SIZE] == ERASING_SIZE and body.startswith(ERASING, VERB)):
                self._note(self.count + len(leaves), row[SIZED:cut], erased=size == NULL)
        self.tree.grow(leaves)
        self.link, self.count = link, self.count + len(leaves)

    def _note(self, seq: int, facts: bytes, *, erased: bool) -> None:
        if erased:
            self.erased.append(seq)
        else:
            self.announced |= _announced(orjson.loads(facts[:-SALT]))


def _announced(facts: Any) -> set[int]:
    """The entries whose facts an announcement says to be gone; one that is none of ours announces nothing."""
    entries = facts.get("entries") if isinstance(facts, dict) else None
    return {entry for entry in entries if isinstance(entry, int)} if isinstance(entries, list) else set()


def verify() -> Verdict:
    """Walk the chain from its start to its head, recomputing every hash, root and signature. A missing tail breaks where it
    begins; a payload that is gone without an announcement breaks where it stood.

    Entries are appended while we walk: what is committed when we look at the head is what we answer for. A chain whose
    every hash and seal have been made anew holds here; only a head that was noted down elsewhere tells.
    """
    last = Entry.objects.aggregate(last=Max("seq"))["last"] or 0
    seals = list(Seal.objects.order_by("id"))
    head = Head.objects.filter(id=1).first()
    walk, held = Walk(), 0
    for seal in seals:
        walk.on_to(seal.size)
        if walk.broken or walk.count != seal.size or not _sealed(seal, walk, seals[held - 1] if held else None):
            return _verdict(walk, held, unsealed=not walk.broken and walk.count == seal.size)
        held += 1
    walk.on_to(head.seq if head else last)
    intact = head is not None and head.seq == walk.count >= last and bytes(head.hash) == walk.link
    return _verdict(walk, held, intact=intact and not walk.broken)


def _sealed(seal: Seal, walk: Walk, before: Seal | None) -> bool:
    """Whether a seal seals what the walk has seen up to it, later than the one before it, with a key of ours."""
    head = heads.head_of(seal.at, walk.tree.size, walk.tree.root)
    kept = bytes(seal.root), bytes(seal.link), bytes(seal.peaks), bytes(seal.head)
    known = not settings.SIGNING_PUBLIC_KEYS or bytes(seal.public).hex() in settings.SIGNING_PUBLIC_KEYS
    later = before is None or before.at < seal.at
    signed = heads.holds(bytes(seal.public), bytes(seal.signature), heads.signed_text(seal.at, head))
    return kept == (walk.tree.root, walk.link, walk.tree.written, head) and known and later and signed


def _verdict(walk: Walk, seals: int, *, intact: bool = False, unsealed: bool = False) -> Verdict:
    silent = [seq for seq in walk.erased if seq not in walk.announced] if intact else []
    if silent:
        return Verdict(silent[0] - 1, silent[0], walk.link, len(walk.erased), seals)
    broken = None if intact else max(walk.count, 1) if unsealed else walk.count + 1
    return Verdict(walk.count, broken, walk.link, len(walk.erased), seals, unsealed)


def hash_at(seq: int) -> bytes | None:
    """The hash of one entry, or None where there is none."""
    found = Entry.objects.filter(seq=seq).values_list("hash", flat=True).first()
    return None if found is None else bytes(found)


def entries(*, last: int) -> Iterator[Entry]:
    """Every entry up to number ``last``, in order."""
    yield from Entry.objects.filter(seq__lte=last).order_by("seq").iterator(chunk_size=5000)

"""Reading the trail, and proving that nobody has rewritten it."""

from apps.audit.queries.newest import Checkpoint, checkpoints, newest_seal, sealed_at, short_head, signed_since, waiting
from apps.audit.queries.trail import Access, Mark, trail_of
from apps.audit.queries.verifying import Verdict, hash_at, verify
from apps.audit.spelling import START

__all__ = [
    "START",
    "Access",
    "Checkpoint",
    "Mark",
    "Verdict",
    "checkpoints",
    "hash_at",
    "newest_seal",
    "sealed_at",
    "short_head",
    "signed_since",
    "trail_of",
    "verify",
    "waiting",
]

"""The newest seals, and what waits."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from apps.audit.heads import told
from apps.audit.models import Seal, Waiting

PUBLISHED = 72  # heads: three days, so that a witness may rest over a weekend
SHORT = 32  # hexadecimal digits of a head in a mail: 128 bits, more than anybody can try


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What of a seal is public."""

    at: datetime
    head: bytes
    public: bytes
    signature: bytes


def checkpoints() -> list[Checkpoint]:
    """The newest seals as everybody may see them, newest first. The web role is not granted any more of them."""
    rows = Seal.objects.order_by("-id").values_list("at", "head", "public", "signature")
    return [
        Checkpoint(at, bytes(head), bytes(public), bytes(signature)) for at, head, public, signature in rows[:PUBLISHED]
    ]


def short_head() -> str:
    """The newest seal in a line, for the foot of a mail: its time and the first half of its head; empty before the first."""
    found = Seal.objects.order_by("-id").values_list("at", "head").first()
    return f"{told(found[0])} {bytes(found[1]).hex()[:SHORT]}" if found else ""


def signed_since() -> datetime | None:
    """Since when the key that signed the newest seal has signed; None before the first."""
    newest = Seal.objects.order_by("-id").values("public")[:1]
    return Seal.objects.filter(public=newest).order_by("id").values_list("at", flat=True).first()


def sealed_at() -> datetime | None:
    """When the trail was last sealed."""
    return Seal.objects.order_by("-id").values_list("at", flat=True).first()


def newest_seal() -> Seal | None:
    """The newest seal, whole; for the worker and the owner."""
    return Seal.objects.order_by("-id").first()


def waiting() -> tuple[int, datetime | None]:
    """How many reads wait to be chained, and since when the oldest does; for the worker and the owner."""
    found = Waiting.objects.aggregate(count=Count("id"), oldest=Min("at"))
    return found["count"], found["oldest"]

"""The same POST with the same ``Idempotency-Key`` is done once and answered the same again, for 24 hours.

The answer is kept sealed by the key of the account's agency: it may hold what stands nowhere else in clear.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from rest_framework.response import Response

from apps.agencies.models import IdempotencyKey
from apps.core.errors import Conflict, Invalid, Refused
from apps.core.words import N_
from apps.vault.actions import seal_briefly
from apps.vault.queries import unseal

KEPT = timedelta(hours=24)
LONGEST_KEY = 255
FIELD = "agencies_idempotencykey.answer"  # authenticated with the sealed bytes


class OtherBody(Refused):
    """The key was used for another body."""

    status = 422
    code = "idempotency_other_body"
    sentence = N_("This Idempotency-Key was used for a different request.")


def written(data: Any) -> bytes:
    """An answer as JSON: decimals as strings, times as RFC 3339 UTC; kept and sent in the same bytes."""
    return orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """One POST: whose, where, under which key, with which bytes. Platform staff have no agency."""

    user_id: UUID
    agency_id: UUID | None
    method: str
    path: str
    key: str
    content: bytes

    @property
    def scope(self) -> bytes:
        """SHA-256 of method, path and key; the account stands beside it."""
        return hashlib.sha256(f"{self.method}\n{self.path}\n{self.key}".encode()).digest()

    @property
    def lock(self) -> int:
        """The number under which the account's request with this key is alone."""
        return int.from_bytes(hashlib.sha256(self.user_id.bytes + self.scope).digest()[:8], signed=True)

    @property
    def body(self) -> bytes:
        """SHA-256 of the body."""
        return hashlib.sha256(self.content).digest()


def once(*, asked: Asked, do: Callable[[], Response], recheck: Callable[[], None], now: datetime) -> Response:
    """Answer from the kept answer, or do it and keep its answer in the same transaction; 409 while the first one runs.

    ``recheck`` raises where a kept answer may not be shown any longer: access that has ended must not live on in it.
    """
    if len(asked.key) > LONGEST_KEY:
        raise Invalid(errors={"Idempotency-Key": [N_("An Idempotency-Key has 255 characters at most.")]})
    if not _alone(asked):
        raise Conflict("idempotency_in_flight", N_("The first request with this Idempotency-Key is still running."))
    kept = IdempotencyKey.objects.filter(user_id=asked.user_id, scope=asked.scope)
    row = kept.filter(created_at__gt=now - KEPT).first()
    if row is None:
        kept.delete()
        return _keep(asked, do(), now)
    if bytes(row.body) != asked.body:
        raise OtherBody
    recheck()
    answer = unseal(owner=asked.agency_id, field=FIELD, row=row.id, sealed=bytes(row.answer))
    return Response(orjson.loads(answer), status=row.status)


def _alone(asked: Asked) -> bool:
    """Whether nobody else is in a transaction under this key now (the lock ends with ours)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [asked.lock])
        return bool(cursor.fetchone()[0])


def _keep(asked: Asked, response: Response, now: datetime) -> Response:
    row = IdempotencyKey(
        user_id=asked.user_id, scope=asked.scope, body=asked.body, status=response.status_code, created_at=now
    )
    row.about = _named(response.data)
    row.answer = seal_briefly(owner=asked.agency_id, field=FIELD, row=row.id, plain=written(response.data))
    row.save(force_insert=True)
    return response


def _named(data: Any) -> UUID | None:
    """The id of what an answer is about: the ledger compares keys with deeds, and cannot open the answer."""
    named = data.get("id") if isinstance(data, Mapping) else None
    return named if named is None or isinstance(named, UUID) else UUID(str(named))

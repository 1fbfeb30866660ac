"""Erasing the facts of an entry: what should never have stood there, or whose time is over."""

from collections.abc import Sequence
from datetime import datetime

from django.db import DataError, connection, transaction

from apps.audit.actions.writing import gather
from apps.core.errors import Invalid
from apps.core.words import N_

LONGEST_REASON = 200


def erase(*, entries: Sequence[int], reason: str, now: datetime) -> int:
    """Erase the payloads and salts of these entries (for the owner's role alone); returns the number of the entry that
    says so. Who did what, when, to which object, and the digest of what is gone, stay; the chain holds.

    Raises Invalid where one is not there, is erased already, or is itself the announcement of an erasure.
    """
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid(errors={"reason": [N_("Say why, in 200 characters at most.")]})
    gather()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT audit_erase(%s::bigint[], %s, %s)", [list(entries), reason.strip(), now])
            return int(cursor.fetchone()[0])
    except DataError as error:
        raise Invalid(
            errors={"entries": [N_("One of these is not there, is erased already, or says what was erased.")]}
        ) from error

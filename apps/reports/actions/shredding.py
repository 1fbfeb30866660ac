"""The end of a sealed text: its key is destroyed, and with the key every copy of it that needs the key."""

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction

from apps.audit.actions import MACHINE, record
from apps.reports.models import Report
from apps.reports.queries.retention import FIELDS, Due, due_for_shredding, judged, sealed
from apps.vault.actions import destroy

BATCH = 100  # reports in one transaction


def shred(*, now: datetime) -> Iterator[list[Due]]:
    """Destroy every text whose time is over, a batch and a transaction at a time; each batch as it is done.

    It may be cut off anywhere and run again. A report that somebody changes at this moment is left for the next night.
    """
    due = iter([each.report_id for each in due_for_shredding(now=now)])
    while ids := list(islice(due, BATCH)):
        yield _shred(ids, now)


def _shred(report_ids: Collection[UUID], now: datetime) -> list[Due]:
    with transaction.atomic():
        rows = sealed().filter(id__in=report_ids).order_by("id").select_for_update(of=("self",), skip_locked=True)
        gone = [due for row in rows.values_list(*FIELDS) if (due := judged(row, now))]
        ids = [due.report_id for due in gone]
        destroy(rows=ids, now=now)
        Report.objects.filter(id__in=ids).update(narrative_sealed=None, narrative_destroyed_at=now)
        for due in gone:
            _record(due, now)
    return gone


def _record(due: Due, now: datetime) -> None:
    record(
        actor=MACHINE,
        verb="shred_narrative",
        kind="report",
        object_id=due.report_id,
        owner_id=due.owner_id,
        facts={"retention": due.retention.value},
        now=now,
    )

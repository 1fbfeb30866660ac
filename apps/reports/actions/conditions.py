"""What a caller asks to be true before something is changed: that it is as they have read it (RFC 9110, If-Match)."""

import re
from datetime import UTC, datetime
from uuid import UUID

from apps.agencies.policy import Actor
from apps.core.errors import Invalid, Refused
from apps.core.words import N_
from apps.reports.models import Report
from apps.reports.queries import is_originator, report_for, tombstone

MATCH = re.compile(r'\s*(?:\*|(?:W/)?"[\x21\x23-\x7e]*"(?:\s*,\s*(?:W/)?"[\x21\x23-\x7e]*")*)\s*')
TAG = re.compile(r'(W/)?"([^"]*)"')
NOT_A_CONDITION = N_('Give the ETag that was read with the report, in quotation marks ("…"), or *.')


class Overtaken(Refused):
    """It has changed since the caller read it; ``tag`` is what it is now."""

    status = 412
    code = "overtaken"
    sentence = N_("This has changed since you read it, and nothing was done. Read it again.")
    tag: str = ""


def tag_of(report: Report) -> str:
    """The ETag of a report as it stands: a strong one, new with every change of its content or state."""
    stands = report.updated_at - datetime(1970, 1, 1, tzinfo=UTC)
    return f'"{stands.days * 86_400_000_000 + stands.seconds * 1_000_000 + stands.microseconds:x}"'


def require_unchanged(*, actor: Actor, report_id: UUID, condition: str) -> None:
    """Refuse where none of the tags in ``condition`` is the report's; else it stays as it is until the transaction ends.

    Whoever may not change the report anyway is told so by the verb.
    """
    if not MATCH.fullmatch(condition):
        raise Invalid(errors={"If-Match": [NOT_A_CONDITION]})
    report = report_for(actor=actor, report_id=report_id)
    if not is_originator(actor, report) or tombstone(actor, report):
        return
    held = Report.objects.select_for_update(no_key=True).only("id", "updated_at").get(id=report_id)
    strong = {tag for weak, tag in TAG.findall(condition) if not weak}
    if condition.strip() != "*" and tag_of(held).strip('"') not in strong:
        overtaken = Overtaken()
        overtaken.tag = tag_of(held)
        raise overtaken

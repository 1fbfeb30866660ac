"""Submitting and withdrawing: refuse → move → relabel → audit → publish, in one transaction."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.agencies.policy import Actor
from apps.audit.actions import record
from apps.core.errors import Conflict, Invalid
from apps.core.ids import position, reference
from apps.core.rows import array, change
from apps.core.states import move, origins_of
from apps.outbox.actions import publish
from apps.reference.queries import names_of
from apps.reports.actions.allowed import allow, allow_kind
from apps.reports.actions.routed import Routed, directory, route
from apps.reports.events import ReportSubmitted, ReportWithdrawn
from apps.reports.models import Report
from apps.reports.policy import Content, missing, unknown_agencies
from apps.reports.queries import Lines, content_of, lines_of, own_report_for
from apps.reports.states import ARROWS, REFERENCE_PREFIX, ReportState
from apps.sharing.actions import relabel
from apps.sharing.policy import Stage, Tlp, Verb
from apps.sharing.queries import facts_of, members, tokens_in

SUBMIT = """
UPDATE reports_report SET state = 'SUBMITTED', reference = %(reference)s, submitted_at = %(now)s, updated_at = %(now)s
WHERE id = %(id)s AND updated_at = %(read)s AND state = ANY (%(origins)s::text[])
"""


def submit_report(*, actor: Actor, report_id: UUID, now: datetime) -> Report:
    """Give a draft its reference, its audience and its place in every reader's list; Conflict where it has moved on."""
    allow(actor, Verb.SUBMIT)
    report = own_report_for(actor=actor, report_id=report_id)
    allow_kind(actor, report.kind)
    if report.state != ReportState.DRAFT:
        raise Conflict
    content, lines, routed = _complete(actor, report)
    name = reference(REFERENCE_PREFIX, now.year)
    _move(report, name, now)
    words = searchable(name, content, lines)
    relabel(
        label=report.label,
        facts=routed.facts,
        members=routed.members,
        routing=routed.routing,
        search=words,
        moved=position(now),
        now=now,
    )
    facts = {"reference": name, "counterparts": len(routed.routing.counterparts)}
    record(
        actor=actor,
        verb="submit_report",
        kind="report",
        object_id=report_id,
        owner_id=actor.agency_id,
        facts=facts,
        now=now,
    )
    publish(ReportSubmitted(report_id), now=now)
    report.state, report.reference, report.submitted_at, report.updated_at = ReportState.SUBMITTED, name, now, now
    return report


def _move(report: Report, name: str, now: datetime) -> None:
    """By compare-and-swap: along the arrows, and only while the draft is as it was read (see ``as_read``)."""
    origins = array(origins_of(ARROWS, ReportState.SUBMITTED))
    values = {"id": report.id, "read": report.updated_at, "origins": origins, "reference": name, "now": now}
    if change(SUBMIT, values) != 1:
        raise Conflict


def withdraw_report(*, actor: Actor, report_id: UUID, now: datetime) -> Report:
    """Leave a tombstone where a submitted report was; its readers learn that it was withdrawn, and no more."""
    allow(actor, Verb.WITHDRAW)
    report = own_report_for(actor=actor, report_id=report_id)
    changes: dict[str, Any] = {"withdrawn_at": now, "updated_at": now}
    move(Report.objects.filter(id=report_id), arrows=ARROWS, target=ReportState.WITHDRAWN, **changes)
    facts = replace(facts_of(report.label), stage=Stage.WITHDRAWN)
    relabel(label=report.label, facts=facts, members=members(tokens_in(facts)), search="", now=now)
    record(actor=actor, verb="withdraw_report", kind="report", object_id=report_id, owner_id=actor.agency_id, now=now)
    publish(ReportWithdrawn(report_id), now=now)
    report.state, report.withdrawn_at, report.updated_at = ReportState.WITHDRAWN, now, now
    return report


def _complete(actor: Actor, report: Report) -> tuple[Content, Lines, Routed]:
    """The draft's content and counterparts; Invalid with what is still missing, and with who has left meanwhile."""
    lines, facts = lines_of(report), facts_of(report.label)
    countries = {stop.country_id: stop.country for stop in lines.stops}
    if report.place_country:
        countries[report.place_country.code] = report.place_country
    found = directory(countries, facts)
    content = content_of(report, lines, {token: agency.code for token, agency in found.agencies.items()})
    members = {agency.code for agency in found.agencies.values() if agency.active}
    lacks = missing(content) | {path: [said] for path, said in unknown_agencies(content, known=members).items()}
    if lacks:
        raise Invalid("incomplete", errors=lacks)
    return content, lines, route(actor, content, facts, found)


def searchable(name: str, content: Content, lines: Lines) -> str:
    """The words by which a reader may find a report. Persons, identifiers and sources never enter here.

    Nor does a narrative that is sealed: its words would stand in the index in clear.
    """
    taxa = [name for item in lines.items if item.taxon for name in names_of(item.taxon)]
    terms = [item.term.label for item in lines.items if item.term]
    stops = [f"{stop.country.label} {stop.place}" for stop in lines.stops]
    narrative = "" if content.tlp == Tlp.RED else content.narrative
    return "\n".join([name, content.title, narrative, content.place_name, *taxa, *terms, *stops])

"""Drafts: made, changed, copied, deleted. What can never be right is refused before anything is written."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.agencies.policy import Actor, Card
from apps.agencies.queries import agencies_by_token
from apps.audit.actions import record
from apps.core.errors import Conflict, Invalid
from apps.core.ids import new_id
from apps.reports.actions.allowed import allow_kind, not_oneself, only_a_draft
from apps.reports.actions.narrative import forget_key, narrative_columns
from apps.reports.models import Report, RouteStop, SeizedItem
from apps.reports.policy import Content, read
from apps.reports.queries import Resolved, content_of, data_of, lines_of, own_report_for, resolve_codes
from apps.reports.states import ReportState
from apps.sharing.actions import label_draft, relabel_draft
from apps.sharing.policy import Facts, Handling, Member, Stage, Tlp
from apps.sharing.queries import member
from apps.vault.actions import forget


def draft_report(*, actor: Actor, data: object, kept: Collection[str] = (), now: datetime) -> Report:
    """Make a draft of what was entered; Invalid with every field that can never be right. ``kept``: see ``understood``."""
    resolved = understood(actor=actor, data=data, kept=kept, now=now)
    content, report_id = resolved.content, new_id()
    facts = draft_facts(actor.agency_token, actor.user_token, resolved)
    label = label_draft(
        actor=actor,
        label_id=report_id,
        facts=facts,
        note=content.handling_note,
        members=_members(actor, resolved),
        now=now,
    )
    columns = _columns(content) | narrative_columns(
        owner=label.originator_id, report_id=report_id, tlp=content.tlp, text=content.narrative
    )
    report = Report(id=report_id, label=label, created_at=now, updated_at=now, **columns)
    Report.objects.bulk_create([report])
    _write_lines(report_id, resolved)
    record(actor=actor, verb="draft_report", kind="report", object_id=report_id, owner_id=actor.agency_id, now=now)
    return report


def change_draft(*, actor: Actor, report_id: UUID, data: Mapping[str, Any], now: datetime) -> Report:
    """Change the fields that ``data`` names and keep the others; ``items`` and ``route`` are replaced whole."""
    report = own_report_for(actor=actor, report_id=report_id)
    only_a_draft(report)
    stored = stored_data(report)
    entered = {**stored, **data} if isinstance(data, Mapping) else data
    resolved = understood(actor=actor, data=entered, kept=agencies_in(stored), now=now)
    facts = draft_facts(report.label.originator.token, report.label.author.token, resolved)
    content = resolved.content
    columns = _columns(content) | narrative_columns(
        owner=report.label.originator_id, report_id=report_id, tlp=content.tlp, text=content.narrative
    )
    if as_read(report).update(updated_at=now, **columns) != 1:
        raise Conflict
    forget_key(report, columns)
    members, note = _members(actor, resolved), content.handling_note
    relabel_draft(actor=actor, label=report.label, facts=facts, note=note, members=members)
    SeizedItem.objects.filter(report_id=report_id).delete()
    RouteStop.objects.filter(report_id=report_id).delete()
    _write_lines(report_id, resolved)
    record(actor=actor, verb="change_draft", kind="report", object_id=report_id, owner_id=actor.agency_id, now=now)
    return report


def as_read(report: Report) -> QuerySet[Report]:
    """The draft's row, while it is as it was read: who was added to ``withheld_from`` meanwhile must not be lost."""
    return Report.objects.filter(id=report.id, state=ReportState.DRAFT, updated_at=report.updated_at)


def copy_report(*, actor: Actor, report_id: UUID, now: datetime) -> Report:
    """Make a draft from a report of one's own agency, without its case number."""
    report = own_report_for(actor=actor, report_id=report_id)
    stored = stored_data(report)
    return draft_report(actor=actor, data={**stored, "case_number": ""}, kept=agencies_in(stored), now=now)


def delete_draft(*, actor: Actor, report_id: UUID, now: datetime) -> None:
    """Remove a draft of one's own agency, and all that stood in it."""
    report = own_report_for(actor=actor, report_id=report_id)
    allow_kind(actor, report.kind)
    only_a_draft(report)
    SeizedItem.objects.filter(report_id=report_id).delete()
    RouteStop.objects.filter(report_id=report_id).delete()
    if Report.objects.filter(id=report_id, state=ReportState.DRAFT).delete()[0] != 1:
        raise Conflict
    if report.narrative_sealed is not None:
        forget(row=report_id)
    type(report.label).objects.filter(id=report_id).delete()
    record(actor=actor, verb="delete_draft", kind="report", object_id=report_id, owner_id=actor.agency_id, now=now)


def understood(*, actor: Actor, data: object, kept: Collection[str] = (), now: datetime) -> Resolved:
    """Read and resolve what was entered, for someone who may file it.

    ``kept`` are the agencies that stand in what is changed or copied (``agencies_in``): one of them that has left since is
    not lost by the way.
    """
    content, errors = read(data, today=now.date())
    if content is None:
        raise Invalid(errors=errors)
    allow_kind(actor, content.kind)
    not_oneself(actor, content.named, "named")
    not_oneself(actor, content.withheld_from, "withheld_from")
    return resolve_codes(content, kept=kept)


def stored_data(report: Report) -> dict[str, Any]:
    """A stored report of one's own as the JSON values that were entered."""
    codes = {
        token: agency.code for token, agency in agencies_by_token([*report.label.named, *report.label.withheld]).items()
    }
    return data_of(content_of(report, lines_of(report), codes))


def agencies_in(stored: Mapping[str, Any]) -> frozenset[str]:
    """The codes of the agencies that a stored report names or leaves out; of a new one, none."""
    return frozenset([*stored.get("named", ()), *stored.get("withheld_from", ())])


def draft_facts(originator: int, author: int, resolved: Resolved) -> Facts:
    """The label's facts as long as it is a draft."""
    content = resolved.content
    return Facts(
        originator=originator,
        author=author,
        tlp=Tlp(content.tlp),
        law_enforcement_only=content.law_enforcement_only,
        stage=Stage.DRAFT,
        handling=frozenset(Handling(code) for code in content.handling),
        named=frozenset(agency.token for agency in resolved.named),
        withheld=frozenset(agency.token for agency in resolved.withheld),
    )


def own_member(actor: Actor) -> Member:
    """The actor's own agency as the policy needs it."""
    return Member(actor.agency_token, actor.agency_code, actor.country, actor.law_enforcement, active=True)


def _members(actor: Actor, resolved: Resolved) -> dict[int, Member]:
    others: dict[int, Card] = resolved.agencies
    return {actor.agency_token: own_member(actor)} | {token: member(agency) for token, agency in others.items()}


def _columns(content: Content) -> dict[str, Any]:
    when = content.occurred
    return {
        "kind": content.kind,
        "title": content.title,
        "case_number": content.case_number,
        "occurred_from": when.since if when else None,
        "occurred_until": when.until if when else None,
        "precision": when.precision if when else "",
        "place_name": content.place_name,
        "place_country_id": content.place_country or None,
    }


def _write_lines(report_id: UUID, resolved: Resolved) -> None:
    SeizedItem.objects.bulk_create(
        SeizedItem(
            report_id=report_id,
            line=line,
            taxon=each.taxon,
            taxon_reported="" if each.taxon is None or each.taxon.name == each.line.taxon else each.line.taxon,
            term=each.term,
            quantity=each.line.quantity,
            unit=each.unit,
            qualifier=each.line.qualifier,
            grams=each.grams,
        )
        for line, each in enumerate(resolved.specimens)
    )
    RouteStop.objects.bulk_create(
        RouteStop(
            report_id=report_id,
            line=line,
            country_id=stop.country,
            part=stop.part,
            place=stop.place,
            share=stop.share,
            seizure_opportunity=stop.seizure_opportunity,
        )
        for line, stop in enumerate(resolved.content.route)
    )

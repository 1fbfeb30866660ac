"""What sending would do: the same policy and routing as the submission's, and nothing written."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from apps.agencies.actions import must_be_counted
from apps.agencies.policy import Actor, Asking
from apps.reports.actions.allowed import allow_kind
from apps.reports.actions.drafting import agencies_in, draft_facts, stored_data, understood
from apps.reports.actions.routed import directory, route
from apps.reports.queries import own_report_for, report_for
from apps.reports.queries.audience import Audience, audience_of, describe
from apps.reports.states import ReportState
from apps.sharing.policy import judge


def preview_content(
    *, actor: Actor, data: object, language: str, kept: Collection[str] = (), now: datetime
) -> Audience:
    """Who would be told of what was entered, who not, and why; Invalid as for a draft.

    NotCounted where the request was not counted as a preview: all that would tell whom a draft reaches comes by here.
    """
    must_be_counted(actor=actor, kind=Asking.PREVIEW)
    resolved = understood(actor=actor, data=data, kept=kept, now=now)
    facts = draft_facts(actor.agency_token, actor.user_token, resolved)
    routed = route(actor, resolved.content, facts, directory(resolved.countries, facts))
    judgement = judge(facts=routed.facts, members=routed.members)
    return describe(
        judgement=judgement,
        facts=routed.facts,
        names={token: (agency.code, agency.name) for token, agency in routed.agencies.items()}
        | {actor.agency_token: (actor.agency_code, actor.agency_name)},
        countries=resolved.countries,
        routing=routed.routing,
        language=language,
    )


def preview_draft(*, actor: Actor, report_id: UUID, language: str, now: datetime) -> Audience:
    """The same for a stored draft of one's own agency."""
    report = own_report_for(actor=actor, report_id=report_id)
    allow_kind(actor, report.kind)
    stored = stored_data(report)
    return preview_content(actor=actor, data=stored, language=language, kept=agencies_in(stored), now=now)


def audience_for(*, actor: Actor, report_id: UUID, language: str, now: datetime) -> Audience:
    """Who was told of a report, as this reader may know it; of a draft of one's own agency, who would be."""
    report = report_for(actor=actor, report_id=report_id)
    draft = report.state == ReportState.DRAFT
    audience = (
        preview_draft(actor=actor, report_id=report_id, language=language, now=now)
        if draft
        else audience_of(actor=actor, report=report, language=language)
    )
    return replace(audience, owner_id=report.label.originator_id)

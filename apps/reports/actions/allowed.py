"""Who may do what with reports: the role table, asked in one place."""

from apps.agencies.policy import Actor
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.words import N_
from apps.reports.models import Report
from apps.reports.states import ReportState
from apps.sharing.policy import DRAFT_OF, ReportKind, Verb, refusal
from apps.sharing.sentences import REFUSALS


def allow(actor: Actor, verb: Verb) -> None:
    """Raise NotAllowed where the actor's roles or agency may not."""
    why = refusal(verb=verb, roles=actor.roles, kind=actor.kind, law_enforcement=actor.law_enforcement)
    if why is not None or actor.agency_id is None:
        raise NotAllowed(sentence=REFUSALS[why] if why else NotAllowed.sentence)


def allow_kind(actor: Actor, kind: str) -> None:
    """Raise NotAllowed where the actor's agency does not file reports of this kind."""
    allow(actor, DRAFT_OF[ReportKind(kind)])


def only_a_draft(report: Report) -> None:
    """Raise Conflict for what has left the draft state."""
    if report.state != ReportState.DRAFT:
        raise Conflict("not_a_draft", N_("This report is no longer a draft."))


def not_oneself(actor: Actor, codes: tuple[str, ...], field: str) -> None:
    """Raise Invalid where an agency names itself, or would withhold from itself."""
    if actor.agency_code in codes:
        raise Invalid(errors={field: [N_("This is your own agency.")]})

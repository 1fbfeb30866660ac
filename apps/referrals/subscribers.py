"""What happens here when a report is submitted or withdrawn, when an agency has answered or asked to pass it on, and when
somebody's access has ended. Runs in the worker.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from apps.agencies.policy import Actor
from apps.agencies.queries import actor_of, liaisons_of
from apps.core.clock import now as clock
from apps.notifications.actions import cancel, notify_many
from apps.notifications.queries import Notice, recipients
from apps.notifications.states import NoticeKind
from apps.referrals.actions import answer_passing, cancel_of_report, open_referrals
from apps.referrals.events import PassingAsked, ReferralAnswered
from apps.referrals.models import Passing, Referral
from apps.referrals.states import ARROWS, PassingState, ReferralState
from apps.reports.events import ReportSubmitted, ReportWithdrawn
from apps.reports.models import Report
from apps.reports.queries import report_to_carry
from apps.reports.states import ReportState
from apps.sharing.actions import relabel
from apps.sharing.events import AccessEnded
from apps.sharing.models import Label
from apps.sharing.policy import Facts, Member, Verb, may, may_pass_on, reaches
from apps.sharing.queries import facts_of, locked_labels, members, tokens_in
from apps.sharing.routing import Counterpart, Part, RoutePart


def open_on_submission(event: ReportSubmitted) -> None:
    """Open a referral for each counterpart that may read the report, and tell its people."""
    now = clock()
    report = report_to_carry(report_id=event.report_id)
    if report.state != ReportState.SUBMITTED:
        return  # withdrawn before the relay came: nobody is asked
    facts = facts_of(report.label)
    agencies = members(tokens_in(facts))
    audience, withheld = frozenset(report.label.audience), frozenset(report.label.withheld)  # the arrays decide
    wanted = [
        each
        for each in facts.counterparts
        if reaches(audience=audience, withheld=withheld, member=agencies[each.agency])
    ]
    open_referrals(report=report, counterparts=wanted, now=now)
    _tell_agencies(report, list(Referral.objects.filter(report_id=report.id).only("agency_id", "for_information")))


def _tell_agencies(report: Report, referrals: list[Referral]) -> None:
    """Where nobody of an agency answers, the originator is told so: whoever else is told may not open the report."""
    told = recipients([referral.agency_id for referral in referrals])
    owners = _owners(report.label) if told.without_liaison else []
    notices = [
        notice
        for referral in referrals
        for notice in told.notices(
            agency_id=referral.agency_id,
            kind=NoticeKind.REFERRAL_FOR_INFORMATION if referral.for_information else NoticeKind.REFERRAL_OPENED,
            cause=referral.id,
            object_id=referral.id,
            label_id=report.id,
            reference=report.reference or "",
            owners=owners,
        )
    ]
    notify_many(notices, now=clock())


def _owners(label: Label) -> list[UUID]:
    """Who hears for the originator: its active liaison officers and the author; the gate lets through who may open it."""
    return sorted(set(liaisons_of([label.originator_id]).values_list("id", flat=True)) | {label.author_id})


def cancel_on_withdrawal(event: ReportWithdrawn) -> None:
    """Cancel what was asked, what waits to be sent, and tell those who had been asked and read it now.

    Among them may be an agency whose ask was cancelled while it was away; the gate leaves out who is not let in any more.
    """
    now = clock()
    report = report_to_carry(report_id=event.report_id)
    asked = list(Referral.objects.filter(report_id=report.id))
    cancel_of_report(report_id=report.id, now=now)
    cancel(label_id=report.id, now=now)
    told = recipients([referral.agency_id for referral in asked])
    notices = [
        notice
        for referral in asked
        for notice in told.notices(
            agency_id=referral.agency_id,
            kind=NoticeKind.REPORT_WITHDRAWN,
            cause=report.id,
            object_id=report.id,
            label_id=report.id,
            reference=report.reference or "",
        )
    ]
    notify_many(notices, now=now)


def tell_the_originator(event: ReferralAnswered) -> None:
    """Tell the originator's liaison officers and the report's author that an agency has answered.

    What was taken up again at the moment when its report was withdrawn ends here: its cancelling found nothing to end.
    """
    referral = Referral.objects.select_related("report__label").get(id=event.referral_id)
    if referral.report.state == ReportState.WITHDRAWN and ReferralState.CANCELLED in ARROWS.get(
        ReferralState(referral.state), frozenset()
    ):
        cancel_of_report(report_id=referral.report_id, agencies=[referral.agency_id], now=clock())
    notices = [
        Notice(
            user_id=user,
            kind=NoticeKind.REFERRAL_ANSWERED,
            cause=event.answer_id,
            object_id=referral.report_id,
            label_id=referral.report_id,
            reference=referral.report.reference or "",
        )
        for user in _owners(referral.report.label)
    ]
    notify_many(notices, now=clock())


def cancel_where_access_ended(event: AccessEnded) -> None:
    """Cancel what is still asked of agencies that may no longer read the report."""
    report = Report.objects.select_related("label").filter(label_id=event.label_id).first()
    if report is None:
        return
    audience, withheld = frozenset(report.label.audience), frozenset(report.label.withheld)
    asked = {
        each.agency.token: each.agency_id for each in Referral.objects.filter(report=report).select_related("agency")
    }
    shut = [
        asked[token]
        for token, agency in members(asked).items()
        if not reaches(audience=audience, withheld=withheld, member=agency)
    ]
    if shut:
        cancel_of_report(report_id=report.id, agencies=shut, now=clock())


def judge_passing(event: PassingAsked) -> None:
    """Answer a recipient's wish to pass a report on: the label's facts as they are now decide, and nobody else.

    The same steps whatever the answer; who asked is told the same words of every refusal.
    """
    now = clock()
    passing = Passing.objects.select_related("agency", "asked_by").get(id=event.passing_id)
    if passing.state != PassingState.ASKED:
        return
    (label,) = locked_labels([passing.report_id])
    facts, to = facts_of(label), passing.agency.token
    agencies = members(tokens_in(facts) | {passing.asked_by.token, to})
    granted = _may_pass_on(passing, facts, agencies, now)
    if granted:
        _let_in(label, facts, agencies, to, now)
    _tell_of_passing(passing, label, now)
    answer_passing(passing=passing, granted=granted, now=now)


def _may_pass_on(passing: Passing, facts: Facts, agencies: dict[int, Member], now: datetime) -> bool:
    """As the person who asked would be judged at this moment: whoever has lost the report, the role or the agency for
    which they asked passes nothing on.
    """
    person = actor_of(user_id=passing.person_id, now=now)
    tokens = person.tokens if person and _still_asks(person, passing) else frozenset()
    by, to = passing.asked_by.token, passing.agency.token
    return may_pass_on(facts=facts, members=agencies, tokens=tokens, by=by, to=to)


def _still_asks(person: Actor, passing: Passing) -> bool:
    """What the door asked."""
    allowed = may(verb=Verb.PASS_ON, roles=person.roles, kind=person.kind, law_enforcement=person.law_enforcement)
    return allowed and person.agency_id == passing.asked_by_id


def _let_in(label: Label, facts: Facts, agencies: dict[int, Member], to: int, now: datetime) -> None:
    """A grant with its ground, a place among the counterparts, and a referral for information."""
    informed = Counterpart(to, (RoutePart(Part.PASSED_ON, ""),), for_information=True, coordinating=False)
    known = {each.agency for each in facts.counterparts}
    counterparts = facts.counterparts if to in known else (*facts.counterparts, informed)
    wider = replace(facts, passed_on=facts.passed_on | {to}, counterparts=counterparts)
    relabel(label=label, facts=wider, members=agencies, now=now)
    report = report_to_carry(report_id=label.id)
    open_referrals(report=report, counterparts=[each for each in counterparts if each.agency == to], now=now)
    _tell_agencies(report, list(Referral.objects.filter(report_id=report.id, agency__token=to)))


def _tell_of_passing(passing: Passing, label: Label, now: datetime) -> None:
    """Who asked is told that there is an answer, the originator that somebody asked."""
    reference = Report.objects.values_list("reference", flat=True).get(id=passing.report_id) or ""
    askers = set(liaisons_of([passing.asked_by_id]).values_list("id", flat=True)) | {passing.person_id}
    kinds = ((NoticeKind.PASSING_ANSWERED, sorted(askers)), (NoticeKind.PASSING_ASKED, _owners(label)))
    notices = [
        Notice(user, kind, passing.id, passing.report_id, passing.report_id, reference)
        for kind, people in kinds
        for user in people
    ]
    notify_many(notices, now=now)

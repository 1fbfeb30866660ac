"""What happens here when a report is submitted or withdrawn, and when an agency has answered. Runs in the worker."""

from uuid import UUID

from apps.agencies.queries import liaisons_of
from apps.core.clock import now as clock
from apps.notifications.actions import cancel, notify_many
from apps.notifications.queries import Notice, recipients
from apps.notifications.states import NoticeKind
from apps.referrals.actions import cancel_of_report, open_referrals
from apps.referrals.events import ReferralAnswered
from apps.referrals.models import Referral
from apps.referrals.states import ReferralState
from apps.reports.events import ReportSubmitted, ReportWithdrawn
from apps.reports.models import Report
from apps.reports.states import ReportState
from apps.sharing.policy import reaches
from apps.sharing.queries import facts_of, members, tokens_in


def open_on_submission(event: ReportSubmitted) -> None:
    """Open a referral for each counterpart that may read the report, and tell its people."""
    now = clock()
    report = _report(event.report_id)
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


def _report(report_id: UUID) -> Report:
    return Report.objects.select_related("label__originator", "label__author").get(id=report_id)


def _tell_agencies(report: Report, referrals: list[Referral]) -> None:
    told = recipients([referral.agency_id for referral in referrals])
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
        )
    ]
    notify_many(notices, now=clock())


def cancel_on_withdrawal(event: ReportWithdrawn) -> None:
    """Cancel what was asked, what waits to be sent, and tell those who had been asked."""
    now = clock()
    report = _report(event.report_id)
    asked = list(Referral.objects.filter(report_id=report.id).exclude(state__in=[ReferralState.CANCELLED]))
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
    """Tell the originator's liaison officers and the report's author that an agency has answered."""
    referral = Referral.objects.select_related("report__label").get(id=event.referral_id)
    label = referral.report.label
    people = set(liaisons_of([referral.originator_id]).values_list("id", flat=True)) | {label.author_id}
    notices = [
        Notice(
            user_id=user,
            kind=NoticeKind.REFERRAL_ANSWERED,
            cause=event.answer_id,
            object_id=referral.report_id,
            label_id=referral.report_id,
            reference=referral.report.reference or "",
        )
        for user in sorted(people)
    ]
    notify_many(notices, now=clock())

"""What people are told of accounts: of one that asks more than its work explains, and of whoever is let in, or in again."""

from collections.abc import Iterable
from uuid import UUID

from apps.agencies.events import AccountChanged, BudgetSpent, InvitationProposed, Invited
from apps.agencies.models import Invitation, User
from apps.agencies.queries import administrators_of, liaisons_of, may_sign_in, platform_administrators
from apps.agencies.states import InvitationState
from apps.core.clock import now
from apps.notifications.actions import alarm, notify
from apps.notifications.policy import AlarmCode, Facts
from apps.notifications.states import NoticeKind


def tell_of_probing(event: BudgetSpent) -> None:
    """Tell the administrators of the account's agency, who know its work, and open the alarm of the platform's.

    Whom it may have been about is told nobody: nobody knows what was being looked for.
    """
    at = now()
    account = User.objects.get(id=event.user_id)
    if account.agency_id is not None:
        people = administrators_of([account.agency_id]).order_by("email").values_list("id", flat=True)
        ident, cause = account.id, event.alarm_id
        notify(
            kind=NoticeKind.PROBING,
            cause=cause,
            object_id=ident,
            label_id=None,
            reference="",
            users=list(people),
            now=at,
        )
    facts: Facts = {
        "account": str(account.id),
        "kind": event.kind,
        "asked": event.asked,
        "whole_agency": int(event.whole),
    }
    alarm(code=AlarmCode.PROBING, facts=facts, now=at)


def ask_a_second(event: InvitationProposed) -> None:
    """Tell the other platform administrators that an invitation waits for one of them."""
    waiting = Invitation.objects.filter(id=event.invitation_id, state=InvitationState.PROPOSED).first()
    if waiting is not None:
        others = platform_administrators().exclude(id=waiting.invited_by_id)
        _tell(NoticeKind.INVITATION_WAITS, waiting, others.order_by("email").values_list("id", flat=True))


def tell_the_agency(event: Invited) -> None:
    """Tell those who answer for an agency that somebody is let in among them, once for an invitation: they can take it back.

    Whoever invited knows.
    """
    invitation = Invitation.objects.get(id=event.invitation_id)
    if invitation.agency_id is not None:
        agency = [invitation.agency_id]
        people = (administrators_of(agency) | liaisons_of(agency)).exclude(id=invitation.invited_by_id)
        _tell(NoticeKind.INVITED, invitation, people.order_by("email").values_list("id", flat=True))


def tell_of_account(event: AccountChanged) -> None:
    """Tell those who answer for an account, and the person, that it lets somebody in again, or in to more.

    An agency's administrators and liaison officers answer for its accounts, the other platform administrators for each
    other's. Whoever did it knows.
    """
    account = User.objects.select_related("agency").get(id=event.user_id)
    agency = [account.agency_id] if account.agency_id else []
    people = administrators_of(agency) | liaisons_of(agency) if agency else platform_administrators()
    told = list(people.order_by("email").values_list("id", flat=True))
    if account.id not in told and may_sign_in(account):
        told.append(account.id)
    notify(
        kind=NoticeKind.ACCOUNT_CHANGED,
        cause=event.change_id,
        object_id=account.id,
        label_id=None,
        reference="",
        users=[user for user in told if user != event.by_id],
        now=now(),
    )


def _tell(kind: NoticeKind, invitation: Invitation, users: Iterable[UUID]) -> None:
    ident = invitation.id
    notify(kind=kind, cause=ident, object_id=ident, label_id=None, reference="", users=list(users), now=now())

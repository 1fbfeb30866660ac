"""What follows when an account has asked for more than its work explains: two kinds of administrators look at it."""

from apps.agencies.events import BudgetSpent
from apps.agencies.models import User
from apps.agencies.queries import administrators_of
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

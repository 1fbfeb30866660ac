"""What is taken away by night."""

from datetime import timedelta

from apps.agencies import actions
from apps.agencies.actions.forgetting import forget
from apps.agencies.idempotency import KEPT
from apps.agencies.models import Budget, IdempotencyKey, Pause, Session
from apps.agencies.policy import Asking
from tests.cast import NOW, Cast


def test_ended_sessions_old_answers_and_old_budgets_go_and_the_others_stay(cast: Cast) -> None:
    user = cast.user("officer", "SG-CUSTOMS")
    for name, hours, minutes in (("ended", -1, 0), ("idle", 1, -16), ("alive", 1, -14)):
        end, seen = NOW + timedelta(hours=hours), NOW + timedelta(minutes=minutes)
        Session.objects.create(session_key=name, session_data="", expire_date=end, seen_at=seen)
    for hours in (1, 2):
        began = NOW - timedelta(hours=1)
        assert actions.spend(kind="test", key=str(hours), most=1, within=timedelta(hours=hours), now=began)
    for age in (KEPT + timedelta(seconds=1), KEPT - timedelta(seconds=1)):
        IdempotencyKey.objects.create(
            user=user, scope=str(age).encode(), body=b"", status=201, answer=b"", created_at=NOW - age
        )
    for minutes in (0, 1):
        Pause.objects.create(subject=user.id, kind=list(Asking)[minutes], until=NOW + timedelta(minutes=minutes))
    assert forget(now=NOW) == 5
    assert list(Session.objects.values_list("session_key", flat=True)) == ["alive"]
    assert (IdempotencyKey.objects.count(), Budget.objects.count(), Pause.objects.count()) == (1, 1, 1)
    assert forget(now=NOW) == 0

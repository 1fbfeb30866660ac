"""What is taken away by night."""

from datetime import timedelta

from django.contrib.sessions.models import Session

from apps.agencies.actions.forgetting import forget
from apps.agencies.idempotency import KEPT
from apps.agencies.models import IdempotencyKey
from tests.cast import NOW, Cast


def test_ended_sessions_and_old_answers_go_and_the_others_stay(cast: Cast) -> None:
    user = cast.user("officer", "SG-CUSTOMS")
    for name, hours in (("ended", -1), ("alive", 1)):
        Session.objects.create(session_key=name, session_data="", expire_date=NOW + timedelta(hours=hours))
    for age in (KEPT + timedelta(seconds=1), KEPT - timedelta(seconds=1)):
        IdempotencyKey.objects.create(
            user=user, scope=str(age).encode(), body=b"", status=201, answer=b"", created_at=NOW - age
        )
    assert forget(now=NOW) == 2
    assert list(Session.objects.values_list("session_key", flat=True)) == ["alive"]
    assert IdempotencyKey.objects.count() == 1
    assert forget(now=NOW) == 0

"""What waits for somebody whose access has ended is not sent; what their agency was asked stays with it."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.conf import LazySettings

from apps.agencies import actions
from apps.agencies.acting import acting
from apps.agencies.models import Agency
from apps.agencies.policy import Actor
from apps.core.clock import now
from apps.notifications.models import Dispatch
from apps.referrals.models import Referral
from tests.callers import Caller, read
from tests.cast import Cast
from tests.doors import come_in
from tests.notifications.conftest import send
from tests.notifications.sink import Sink
from tests.web.visiting import Visitor, referral, sent

type_end = Callable[[Cast, UUID], None]


def _close(cast: Cast, user_id: UUID) -> None:
    admin = cast.administrator("KE-CUSTOMS")
    with acting(admin):
        actions.deactivate_user(actor=admin, user_id=user_id, now=now())


def _take_the_role(cast: Cast, user_id: UUID) -> None:
    admin = cast.administrator("KE-CUSTOMS")
    with acting(admin):
        actions.change_roles(actor=admin, user_id=user_id, roles=["AGENCY_ADMIN"], now=now())


def _close_the_agency(cast: Cast, user_id: UUID) -> None:
    agency = cast.agency("KE-CUSTOMS")
    Agency.objects.filter(id=agency.id).update(active=False)
    with acting(cast.platform):
        actions.close_agency(actor=cast.platform, agency_id=agency.id, now=now())


ENDS: dict[str, type_end] = {"closed": _close, "role": _take_the_role, "agency": _close_the_agency}


@pytest.fixture
def kenya(cast: Cast) -> Actor:
    return cast.liaison("KE-CUSTOMS")


@pytest.fixture
def post(settings: LazySettings) -> Iterator[Sink]:
    """The mail server that the messages go to."""
    with Sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", sink.port, 5
        yield sink


@pytest.mark.parametrize("end", sorted(ENDS))
def test_mail_that_waits_for_whoever_leaves_is_cancelled_and_the_others_is_sent(
    cast: Cast, kenya: Actor, post: Sink, end: str
) -> None:
    sent(cast.officer("SG-CUSTOMS"))
    waiting = Dispatch.objects.filter(user_id=kenya.user_id)
    others = Dispatch.objects.exclude(user_id=kenya.user_id)
    assert (waiting.count(), others.count()) == (1, 4)
    ENDS[end](cast, kenya.user_id)
    send()
    assert set(waiting.values_list("state", flat=True)) == {"CANCELLED"}
    assert set(others.values_list("state", flat=True)) == {"SENT"}
    assert "liaison@ke-customs.example" not in {letter.recipient for letter in post.taken}


@pytest.mark.parametrize("end", sorted(ENDS))
def test_the_next_request_comes_from_nobody_or_with_what_is_left(cast: Cast, kenya: Actor, end: str) -> None:
    report = sent(cast.officer("SG-CUSTOMS"))
    script = Caller(kenya)
    visitor = Visitor(cast, "liaison", "KE-CUSTOMS")
    assert script.get(f"reports/{report}/").status_code == 200
    assert visitor.client.get(f"/reports/{report}/").status_code == 200
    ENDS[end](cast, kenya.user_id)
    assert script.get(f"reports/{report}/").status_code == 401
    assert visitor.client.get(f"/reports/{report}/").status_code == 302
    if end == "role":  # whoever signs in again has the roles that are left, and they read nothing
        come_in(visitor.client, cast.user("liaison", "KE-CUSTOMS"))
        assert visitor.client.get(f"/reports/{report}/").status_code == 404


def test_what_an_agency_was_asked_stays_with_it_when_its_people_change(cast: Cast, kenya: Actor) -> None:
    report = sent(cast.officer("SG-CUSTOMS"))
    ident = referral(report, "KE-CUSTOMS").id
    Caller(kenya).post(f"referrals/{ident}/acknowledge/")
    before = Referral.objects.values().get(id=ident)
    _close(cast, kenya.user_id)
    assert Referral.objects.values().get(id=ident) == before
    shown = read(Caller(cast.officer("KE-CUSTOMS")).get(f"referrals/{ident}/"))
    assert (shown["agency"], shown["state"]) == ("KE-CUSTOMS", "ACKNOWLEDGED")

"""What ends a session, at once and everywhere."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.test import Client

from apps.agencies import actions
from apps.agencies.acting import acting
from apps.agencies.models import Session, User
from apps.core.clock import now
from tests import clocks
from tests.agencies.conftest import is_signed_in
from tests.callers import Caller
from tests.cast import NOW, PASSWORD, Cast
from tests.doors import come_in


def test_a_session_ends_a_quarter_of_an_hour_after_it_was_last_used(cast: Cast) -> None:
    with clocks.held(now()) as clock:
        client = Client()
        come_in(client, cast.user("officer", "SG-CUSTOMS"))
        for _ in range(3):
            clock.shift(timedelta(minutes=14))
            assert client.get("/account/").status_code == 200
        clock.shift(timedelta(minutes=15))
        assert client.get("/account/").status_code == 302
        assert client.get("/api/v1/me/").status_code == 401


def test_a_session_ends_eight_hours_after_signing_in_however_busy_it_is(cast: Cast) -> None:
    with clocks.held(now()) as clock:
        client = Client()
        come_in(client, cast.user("officer", "SG-CUSTOMS"))
        for _ in range(47):
            clock.shift(timedelta(minutes=10))
            assert client.post("/account/preferences/", {"language": "en", "time_zone": "UTC"}).status_code == 302
        clock.shift(timedelta(minutes=10))
        assert client.get("/account/").status_code == 302


@pytest.mark.parametrize("end", ["everywhere", "deactivated", "password", "epoch"])
def test_every_session_of_an_account_ends_at_once(cast: Cast, end: str) -> None:
    user, actor = cast.user("officer", "SG-CUSTOMS"), cast.officer("SG-CUSTOMS")
    here, there, other = Client(), Client(), Client()
    for client in (here, there):
        come_in(client, user)
    come_in(other, cast.user("analyst", "SG-CUSTOMS"))
    if end == "everywhere":
        assert here.post("/sign-out/everywhere/").status_code == 302
    elif end == "deactivated":
        with acting(cast.platform):
            actions.deactivate_user(actor=cast.platform, user_id=user.id, now=NOW)
    elif end == "password":
        actions.change_password(actor=actor, current=PASSWORD, new="quiet-harbour-at-dawn", now=NOW)
    else:
        assert actions.end_sessions(user_id=user.id) == 2
    assert [client.get("/account/").status_code for client in (here, there, other)] == [302, 302, 200]
    assert [client.get("/api/v1/me/").status_code for client in (here, there, other)] == [401, 401, 200]
    assert set(Session.objects.values_list("account", flat=True)) == {cast.user("analyst", "SG-CUSTOMS").id}


def test_a_session_that_was_read_before_the_end_can_not_be_written_back(cast: Cast) -> None:
    user, client = cast.user("officer", "SG-CUSTOMS"), Client()
    come_in(client, user)
    kept = client.session
    kept["later"] = True
    actions.end_sessions(user_id=user.id)
    kept.save(must_create=True)
    assert not is_signed_in(client)


def test_another_role_counts_in_the_next_request_of_session_and_token(cast: Cast) -> None:
    user = cast.user("liaison", "SG-CUSTOMS")
    client, script = Client(), Caller(cast.liaison("SG-CUSTOMS"))
    come_in(client, user)
    User.objects.filter(id=user.id).update(roles=["AGENCY_ADMIN"])
    assert script.get("reports/").status_code == 200
    assert script.listed() == []
    assert client.get("/reports/new/seizure/").status_code == 403
    assert script.post("reports/", {"kind": "ANALYSIS"}).status_code == 403


def test_the_table_holds_no_key_that_opens_a_session(cast: Cast) -> None:
    client, thief = Client(), Client()
    client.force_login(cast.user("officer", "SG-CUSTOMS"))
    (row,) = Session.objects.all()
    key = client.cookies["sessionid"].value
    assert row.session_key == sha256(key.encode()).hexdigest()[:40] != key
    thief.cookies["sessionid"] = row.session_key
    assert [browser.get("/account/").status_code for browser in (client, thief)] == [200, 302]
    Session.objects.update(session_key=key)  # as rows were kept before
    assert client.get("/account/").status_code == 302

"""Whose address was refused reads so on coming in, on the account and beside the notices; their administrator reads it too."""

import pytest
from django.test import Client

from apps.agencies.acting import acting
from apps.core.clock import now
from apps.notifications.models import Channel
from apps.notifications.queries import closed_addresses
from tests.cast import Cast
from tests.web.test_pages_entry import sign_in
from tests.web.visiting import Visitor

SAID = "Nothing is mailed to officer@sg-customs.example since"


@pytest.fixture
def refused(cast: Cast) -> Channel:
    """An officer's address that the mail server has refused."""
    return Channel.objects.create(user=cast.user("officer", "SG-CUSTOMS"), kind="EMAIL", closed_at=now(), code="550")


def test_the_person_reads_it_on_coming_in_and_where_mail_is_spoken_of(
    cast: Cast, client: Client, refused: Channel
) -> None:
    assert SAID in sign_in(client).text
    officer = Visitor(cast, "officer", "SG-CUSTOMS")
    assert SAID in officer.get("/account/")
    notices = officer.get("/notifications/")
    assert SAID in notices
    assert "here and by e-mail" not in notices.text
    assert SAID not in Visitor(cast, "liaison", "SG-CUSTOMS").get("/account/")


def test_it_is_gone_when_the_address_is_open(cast: Cast, client: Client, refused: Channel) -> None:
    Channel.objects.update(closed_at=None)
    assert SAID not in sign_in(client).text
    assert SAID not in Visitor(cast, "officer", "SG-CUSTOMS").get("/account/")


def test_the_agencys_administrator_reads_it_of_the_person_and_no_other_does(cast: Cast, refused: Channel) -> None:
    admin = Visitor(cast, "admin", "SG-CUSTOMS")
    assert admin.get("/people/").text.count("Mail refused") == 1
    assert SAID in admin.get(f"/people/{refused.user_id}/")
    assert "Mail refused" not in Visitor(cast, "admin", "KE-CUSTOMS").get("/people/")
    with acting(cast.administrator("KE-CUSTOMS")):
        assert closed_addresses() == {}

"""Notices by the API: one's own alone, and read by oneself alone."""

from itertools import chain
from typing import Any
from uuid import UUID

import pytest

from apps.agencies.models import User
from apps.notifications.models import Notification
from apps.outbox.actions import relay
from apps.sharing.models import Label
from tests.callers import ETIS, Caller, read, refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_notice_holds_a_kind_and_ids_and_is_read_once(cast: Cast) -> None:
    Caller(cast.officer("SG-CUSTOMS")).submitted(ETIS, title="Tusks under the tea")
    relay()
    kenya = Caller(cast.liaison("KE-CUSTOMS"))
    answer = kenya.get("notifications/")
    (notice,) = read(answer)["results"]
    assert set(notice) == {"id", "kind", "object_id", "reference", "sentence", "created_at", "read_at"}
    assert b"Tusks" not in answer.content
    first = read(kenya.post(f"notifications/{notice['id']}/read/"))
    assert first == {**notice, "read_at": first["read_at"]}
    assert read(kenya.post(f"notifications/{notice['id']}/read/")) == first
    assert read(kenya.get("notifications/"))["results"] == [first]


def test_nobody_reads_or_lists_anothers_notice(cast: Cast) -> None:
    Caller(cast.officer("SG-CUSTOMS")).submitted(ETIS)
    relay()
    notice = Notification.objects.get(user=cast.user("liaison", "KE-CUSTOMS"))
    for actor in (
        cast.officer("KE-CUSTOMS"),
        cast.administrator("KE-CUSTOMS"),
        cast.liaison("SG-CUSTOMS"),
        cast.platform,
    ):
        other = Caller(actor)
        refused(other.post(f"notifications/{notice.id}/read/"), 404, "not_found")
        assert str(notice.id) not in other.get("notifications/").content.decode()
    notice.refresh_from_db()
    assert notice.read_at is None


def test_pages_follow_each_other_without_a_gap(cast: Cast) -> None:
    sender, kenya = Caller(cast.officer("SG-CUSTOMS")), Caller(cast.liaison("KE-CUSTOMS"))
    for _ in range(5):
        sender.submitted(ETIS)
    relay()
    whole = [row["id"] for row in read(kenya.get("notifications/"))["results"]]
    walked, address = [], "notifications/?limit=2"
    while address:
        page = read(kenya.get(address))
        walked.append([row["id"] for row in page["results"]])
        address = page["next"]
    assert ([len(page) for page in walked], list(chain(*walked))) == ([2, 2, 1], whole)


@pytest.mark.parametrize(("query", "path"), [("limit=-1", "limit"), ("cursor=x", "cursor"), ("kind=X", "kind")])
def test_the_list_refuses(cast: Cast, query: str, path: str) -> None:
    refused(Caller(cast.liaison("KE-CUSTOMS")).get(f"notifications/?{query}"), 400, "invalid", path)


SENTENCE = "What it was about is no longer open to you."


def _role_lost(kenya: Caller, report: UUID) -> None:
    User.objects.filter(id=kenya.actor.user_id).update(roles=["OFFICER"])


def _access_ended(kenya: Caller, report: UUID) -> None:
    Label.objects.filter(id=report).update(audience=[])


def _withheld_since(kenya: Caller, report: UUID) -> None:
    Label.objects.filter(id=report).update(named=[], withheld=[kenya.actor.agency_token])


@pytest.mark.parametrize("end", [_role_lost, _access_ended, _withheld_since], ids=lambda end: end.__name__.strip("_"))
def test_a_notice_of_a_red_report_says_nothing_of_it_once_its_reader_has_lost_it(cast: Cast, end: Any) -> None:
    kenya = Caller(cast.liaison("KE-CUSTOMS"))
    report = Caller(cast.liaison("SG-CUSTOMS")).submitted(ETIS, tlp="RED", named=["KE-CUSTOMS"])
    relay()
    (before,) = read(kenya.get("notifications/"))["results"]
    address, once = f"notifications/{before['id']}/read/", {"Idempotency-Key": "once"}
    assert (before["sentence"], before["reference"][:3]) == ("", "SR-")
    first = kenya.post(address, **once)
    assert kenya.post(address, **once).content == first.content
    end(kenya, report)
    for answer in (kenya.get("notifications/"), kenya.post(address)):
        assert answer.status_code == 200
        assert before["reference"] not in answer.content.decode()
        assert before["object_id"] not in answer.content.decode()
    (after,) = read(kenya.get("notifications/"))["results"]
    closed = {"object_id": None, "reference": "", "sentence": SENTENCE, "read_at": after["read_at"]}
    assert after == {**before, **closed}
    refused(kenya.post(address, **once), 409, "state_moved")
    assert Notification.objects.get(id=before["id"]).reference == before["reference"], "the row stays as it was told"

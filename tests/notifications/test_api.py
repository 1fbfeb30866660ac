"""Notices by the API: one's own alone, and read by oneself alone."""

from itertools import chain

import pytest

from apps.notifications.models import Notification
from apps.outbox.actions import relay
from tests.callers import ETIS, Caller, read, refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_notice_holds_a_kind_and_ids_and_is_read_once(cast: Cast) -> None:
    Caller(cast.officer("SG-CUSTOMS")).submitted(ETIS, title="Tusks under the tea")
    relay()
    kenya = Caller(cast.liaison("KE-CUSTOMS"))
    answer = kenya.get("notifications/")
    (notice,) = read(answer)["results"]
    assert set(notice) == {"id", "kind", "object_id", "reference", "created_at", "read_at"}
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

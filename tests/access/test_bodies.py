"""No verb ignores what is sent along: who adds ``withheld_from`` to a submission must not have told whom it named."""

from typing import Any

import pytest

from apps.notifications.models import Notification
from apps.outbox.actions import relay
from apps.referrals.models import Referral
from apps.reports.models import Report
from tests.access.register import ROWS
from tests.callers import ETIS, Caller, refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SILENT = sorted(
    address for method, address, body, *_ in ROWS if method == "POST" and address.startswith("/api/") and body == "-"
)
ALONG = {"withheld_from": ["KE-CUSTOMS"], "tlp": "RED"}


def test_there_are_verbs_that_take_no_body() -> None:
    assert any(address.endswith("/submit/") for address in SILENT)
    assert len(SILENT) >= 6


@pytest.mark.parametrize("along", [ALONG, {"reason": "x"}, {"\u202e": 1}, ["tlp"], "RED"])
@pytest.mark.parametrize("verb", ["submit", "withdraw", "copy"])
def test_a_report_is_not_moved_by_a_verb_that_would_ignore_what_it_is_told(cast: Cast, verb: str, along: Any) -> None:
    singapore = Caller(cast.liaison("SG-CUSTOMS"))
    report = singapore.submitted(ETIS) if verb == "withdraw" else singapore.draft(ETIS)
    before = sorted(Report.objects.values_list("id", "state", "reference"))
    paths = [name if name.isascii() else "?" for name in along] if isinstance(along, dict) else [""]
    refused(singapore.post(f"reports/{report}/{verb}/", along), 400, "invalid", *paths)
    assert sorted(Report.objects.values_list("id", "state", "reference")) == before
    assert not Referral.objects.exists()
    assert singapore.post(f"reports/{report}/{verb}/", {}).status_code in {200, 201}


@pytest.mark.parametrize("verb", ["acknowledge", "accept", "reopen"])
def test_an_answer_takes_nothing_along_that_it_would_ignore(cast: Cast, verb: str) -> None:
    Caller(cast.liaison("SG-CUSTOMS")).submitted(ETIS)
    relay()
    asked = Referral.objects.get(agency__code="KE-CUSTOMS")
    Referral.objects.filter(id=asked.id).update(state="DECLINED" if verb == "reopen" else "OPEN")
    before = Referral.objects.values().get(id=asked.id)
    refused(
        Caller(cast.liaison("KE-CUSTOMS")).post(f"referrals/{asked.id}/{verb}/", {"until": "x"}),
        400,
        "invalid",
        "until",
    )
    assert Referral.objects.values().get(id=asked.id) == before


def test_a_notice_is_not_read_by_what_it_would_ignore(cast: Cast) -> None:
    Caller(cast.liaison("SG-CUSTOMS")).submitted(ETIS)
    relay()
    notice = Notification.objects.filter(user=cast.user("liaison", "KE-CUSTOMS")).get()
    refused(
        Caller(cast.liaison("KE-CUSTOMS")).post(f"notifications/{notice.id}/read/", {"all": True}),
        400,
        "invalid",
        "all",
    )
    notice.refresh_from_db()
    assert notice.read_at is None

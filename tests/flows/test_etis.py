"""ETIS' published worked example, from Singapore's officer to Kenya's answer and back, by the API and the relay."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from apps.outbox.actions import relay
from tests.callers import ETIS, Caller, read, refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ASKED = {
    "UG-CUSTOMS": (["ORIGIN"], "Please trace the source of the goods."),
    "KE-CUSTOMS": (
        ["ORIGIN", "EXPORT"],
        "Please trace the source of the goods, and find out how the goods left the country.",
    ),
    "AE-CUSTOMS": (["TRANSIT"], "Please find out why the goods were not stopped in transit."),
    "CN-CUSTOMS": (["DESTINATION"], "Please find out who was to receive the goods."),
}
WHY = "Kenya is named as the country of origin (80 %); Kenya is named as the country of export"


def _rows(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.content
    return list(read(answer)["results"])


def test_a_report_is_filed_once_and_each_counterpart_is_asked_what_its_part_asks(cast: Cast) -> None:
    singapore = Caller(cast.officer("SG-CUSTOMS"))
    report = singapore.draft(ETIS)
    preview = read(singapore.post("reports/preview/", {"report": str(report)}))
    told = {row["agency"]: row for row in preview["audience"] if row["told"]}
    assert {code: (row["parts"], row["ask"]) for code, row in told.items() if not row["for_information"]} == ASKED
    assert [code for code, row in told.items() if row["for_information"]] == ["MY-CUSTOMS"]
    assert (preview["left_out"], preview["unreached"]) == ([], [])

    reference = read(singapore.post(f"reports/{report}/submit/"))["reference"]
    relay()
    answers = {row["agency"]: row for row in _rows(singapore.get("referrals/?of=mine"))}
    assert {code: (row["parts"], row["ask"]) for code, row in answers.items() if not row["for_information"]} == ASKED
    malaysia = answers["MY-CUSTOMS"]
    assert (malaysia["for_information"], malaysia["due_at"], malaysia["parts"]) == (True, None, ["TRANSIT"])

    kenya = Caller(cast.liaison("KE-CUSTOMS"))
    (referral,) = _rows(kenya.get("referrals/"))
    assert (referral["report"], referral["reference"], referral["state"]) == (str(report), reference, "OPEN")
    assert (referral["agency"], referral["originator"], referral["sentence"]) == ("KE-CUSTOMS", "SG-CUSTOMS", WHY)
    opened, due = (datetime.fromisoformat(referral[name]) for name in ("opened_at", "due_at"))
    assert due - opened == timedelta(days=3)
    (notice,) = _rows(kenya.get("notifications/"))
    assert (notice["kind"], notice["object_id"], notice["reference"]) == ("REFERRAL_OPENED", referral["id"], reference)
    assert read(kenya.get(f"reports/{report}/"))["title"] == ETIS["title"]

    acknowledged = read(kenya.post(f"referrals/{referral['id']}/acknowledge/"))
    relay()
    assert acknowledged["state"] == "ACKNOWLEDGED"
    (shown,) = [row for row in _rows(singapore.get("referrals/?of=mine")) if row["agency"] == "KE-CUSTOMS"]
    assert shown == acknowledged
    assert [row["kind"] for row in _rows(singapore.get("notifications/"))] == ["REFERRAL_ANSWERED"]
    for other in ("UG-CUSTOMS", "AE-CUSTOMS", "MY-CUSTOMS"):
        (own,) = _rows(Caller(cast.liaison(other)).get("referrals/"))
        assert (own["agency"], own["state"]) == (other, "OPEN")

    stranger = Caller(cast.liaison("STRANGER"))
    for door in ("reports/", "reports/?q=ivory", "referrals/", "notifications/"):
        assert _rows(stranger.get(door)) == []
    refused(stranger.get(f"reports/{report}/"), 404, "not_found")
    refused(stranger.get(f"referrals/{referral['id']}/"), 404, "not_found")

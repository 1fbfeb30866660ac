"""The same POST under the same Idempotency-Key is done once and answered in the same bytes, to its own account alone."""

from datetime import timedelta

import pytest
from django.db.models import F

from apps.agencies.models import Agency, IdempotencyKey
from apps.outbox.actions import relay
from apps.referrals.models import Referral
from apps.reports.models import Report
from apps.sharing.models import Label
from tests.callers import ETIS, PANGOLINS, Caller, read, refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "2019-01-16/kwai-chung/1"}


@pytest.fixture
def officer(cast: Cast) -> Caller:
    return Caller(cast.officer("HK-CUSTOMS"))


def test_the_same_key_gives_the_same_bytes_and_one_report(officer: Caller) -> None:
    first = officer.post("reports/", PANGOLINS, **KEY)
    assert (first.status_code, Report.objects.count()) == (201, 1)
    officer.patch(f"reports/{read(first)['id']}/", {"title": "Changed since"})
    again = officer.post("reports/", PANGOLINS, **KEY)
    assert (again.status_code, again.content, again["Content-Type"]) == (201, first.content, first["Content-Type"])
    assert (Report.objects.count(), IdempotencyKey.objects.count()) == (1, 1)


def test_a_submission_repeated_under_its_key_is_no_conflict(officer: Caller) -> None:
    report = officer.draft()
    first = officer.post(f"reports/{report}/submit/", **KEY)
    assert officer.post(f"reports/{report}/submit/", **KEY).content == first.content
    refused(officer.post(f"reports/{report}/submit/"), 409, "state_moved")


def test_the_same_key_with_another_body_is_refused(officer: Caller) -> None:
    officer.post("reports/", PANGOLINS, **KEY)
    refused(officer.post("reports/", {**PANGOLINS, "title": "Another"}, **KEY), 422, "idempotency_other_body")
    assert Report.objects.count() == 1


def test_another_address_and_another_query_are_another_request(officer: Caller) -> None:
    report = officer.draft()
    assert officer.post("reports/", PANGOLINS, **KEY).status_code == 201
    assert officer.post(f"reports/{report}/copy/", **KEY).status_code == 201
    assert officer.post(f"reports/{report}/submit/", **KEY).status_code == 200
    assert Report.objects.count() == 3


def test_nobody_gets_another_accounts_answer(cast: Cast, officer: Caller) -> None:
    first = read(officer.post("reports/", PANGOLINS, **KEY))
    for actor in (cast.liaison("HK-CUSTOMS"), cast.officer("SG-CUSTOMS")):
        theirs = read(Caller(actor).post("reports/", PANGOLINS, **KEY))
        assert (theirs["id"] != first["id"], theirs["originator"]) == (True, actor.agency_code)
    assert Report.objects.count() == 3


def test_a_refusal_is_not_kept(officer: Caller) -> None:
    refused(officer.post("reports/", {"kind": "GOSSIP"}, **KEY), 400, "invalid", "kind")
    assert IdempotencyKey.objects.count() == 0
    assert officer.post("reports/", PANGOLINS, **KEY).status_code == 201


def test_a_key_is_forgotten_after_24_hours_and_not_before(officer: Caller) -> None:
    first = officer.post("reports/", PANGOLINS, **KEY)
    IdempotencyKey.objects.update(created_at=F("created_at") - timedelta(hours=23, minutes=59))
    assert officer.post("reports/", PANGOLINS, **KEY).content == first.content
    IdempotencyKey.objects.update(created_at=F("created_at") - timedelta(minutes=2))
    assert read(officer.post("reports/", PANGOLINS, **KEY))["id"] != read(first)["id"]
    assert (Report.objects.count(), IdempotencyKey.objects.count()) == (2, 1)


def test_a_key_of_256_characters_is_refused(officer: Caller) -> None:
    answer = officer.post("reports/", PANGOLINS, **{"Idempotency-Key": "k" * 256})
    refused(answer, 400, "invalid", "Idempotency-Key")
    assert officer.post("reports/", PANGOLINS, **{"Idempotency-Key": "k" * 255}).status_code == 201


def test_what_only_reads_is_read_again(cast: Cast) -> None:
    liaison = Caller(cast.liaison("HK-CUSTOMS"))
    assert read(liaison.post("reports/search/", {"q": "pangolin"}, **KEY))["results"] == []
    report = liaison.submitted()
    assert [row["id"] for row in read(liaison.post("reports/search/", {"q": "pangolin"}, **KEY))["results"]] == [
        str(report)
    ]
    liaison.post("reports/preview/", PANGOLINS, **KEY)
    assert IdempotencyKey.objects.count() == 0


def test_a_kept_answer_is_not_shown_once_access_has_ended(cast: Cast) -> None:
    """What an agency once got must not live on in what was kept for it."""
    sender, kenya = Caller(cast.liaison("SG-CUSTOMS")), Caller(cast.liaison("KE-CUSTOMS"))
    report = sender.submitted(ETIS)
    relay()
    referral = Referral.objects.get(agency__code="KE-CUSTOMS").id
    first = kenya.post(f"referrals/{referral}/acknowledge/", **KEY)
    assert kenya.post(f"referrals/{referral}/acknowledge/", **KEY).content == first.content
    sender.post(f"reports/{report}/withdraw/")
    refused(kenya.post(f"referrals/{referral}/acknowledge/", **KEY), 409, "state_moved")
    Label.objects.filter(id=report).update(withheld=[kenya.actor.agency_token, -kenya.actor.agency_token])
    refused(kenya.post(f"referrals/{referral}/acknowledge/", **KEY), 404, "not_found")
    Agency.objects.filter(code="KE-CUSTOMS").update(active=False)
    refused(kenya.post(f"referrals/{referral}/acknowledge/", **KEY), 401, "not_signed_in")

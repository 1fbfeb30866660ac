"""What nobody may see reads like what is not there; every refusal is recorded, and nothing moves."""

from uuid import uuid4

import pytest
from django.test import Client

from apps.referrals.models import Referral
from apps.reports.models import Report
from tests.cast import Cast
from tests.web.visiting import Visitor, drafted, referral, refusals, sent

NOT_THERE = "There is nothing here for you to see"


def test_a_stranger_gets_the_same_page_for_a_report_that_is_there_and_one_that_is_not(cast: Cast) -> None:
    report_id, nothing = sent(cast.officer("SG-CUSTOMS")), uuid4()
    stranger = Visitor(cast, "liaison", "STRANGER")
    there, absent = stranger.get(f"/reports/{report_id}/", 404), stranger.get(f"/reports/{nothing}/", 404)
    assert there.text == absent.text
    assert NOT_THERE in there
    assert refusals() == [("ReportPage", report_id), ("ReportPage", nothing)]


@pytest.mark.parametrize("word", ["officer", "analyst", "liaison", "admin"])
def test_nobody_of_an_agency_that_it_was_withheld_from_finds_a_trace(cast: Cast, word: str) -> None:
    report_id = sent(cast.officer("SG-CUSTOMS"), withheld_from=["KE-CUSTOMS"])
    reference = Report.objects.get(id=report_id).reference
    visitor = Visitor(cast, word, "KE-CUSTOMS")
    for path in ("/", "/?show=all", "/received/", "/sent/", "/drafts/", "/notifications/"):
        page = visitor.get(path)
        assert reference not in page.html
        assert "1 t raw ivory" not in page
        assert str(report_id) not in page.html
    visitor.get(f"/reports/{report_id}/", 404)


@pytest.mark.parametrize("path", ["", "edit/", "edit/route/", "check/", "delete/", "withdraw/"])
@pytest.mark.parametrize("code", ["STRANGER", "KE-CUSTOMS"])
def test_a_draft_is_read_by_its_agency_alone_at_every_address(cast: Cast, code: str, path: str) -> None:
    report_id = drafted(cast.officer("SG-CUSTOMS"))
    assert NOT_THERE in Visitor(cast, "liaison", code).get(f"/reports/{report_id}/{path}", 404)


@pytest.mark.parametrize("path", ["edit/route/", "check/", "delete/", "withdraw/", "copy/"])
@pytest.mark.parametrize("code", ["STRANGER", "KE-CUSTOMS"])
def test_a_draft_is_changed_by_its_agency_alone_at_every_address(cast: Cast, code: str, path: str) -> None:
    report_id = drafted(cast.officer("SG-CUSTOMS"))
    assert NOT_THERE in Visitor(cast, "liaison", code).post(f"/reports/{report_id}/{path}", {"do": "save"}, 404)
    assert Report.objects.values_list("state", flat=True).get(id=report_id) == "DRAFT"


def test_a_reader_withdraws_copies_and_edits_nothing_of_another_agency_s(cast: Cast) -> None:
    report_id = sent(cast.officer("SG-CUSTOMS"))
    visitor = Visitor(cast, "liaison", "KE-CUSTOMS")
    for verb in ("withdraw", "copy", "check", "delete"):
        assert NOT_THERE in visitor.post(f"/reports/{report_id}/{verb}/", status=404)
    assert list(Report.objects.values_list("id", "state")) == [(report_id, "SUBMITTED")]


def test_a_neighbour_s_referral_is_not_there(cast: Cast) -> None:
    found = referral(sent(cast.officer("SG-CUSTOMS")), "KE-CUSTOMS")
    uganda = Visitor(cast, "liaison", "UG-CUSTOMS")
    uganda.get(f"/referrals/{found.id}/", 404)
    uganda.post(f"/referrals/{found.id}/acknowledge/", status=404)
    assert Referral.objects.get(id=found.id).state == "OPEN"


def test_an_officer_may_not_answer_and_is_told_so_without_a_button(cast: Cast) -> None:
    found = referral(sent(cast.officer("SG-CUSTOMS")), "KE-CUSTOMS")
    officer = Visitor(cast, "officer", "KE-CUSTOMS")
    inbox = officer.get("/")
    assert "Kenya is named as the country of origin (80 %)" in inbox
    assert "acknowledge/" not in inbox.html
    assert "Your agency's liaison officers answer" in inbox
    page = officer.post(f"/referrals/{found.id}/acknowledge/", status=403)
    assert "Your role does not include this." in page
    assert Referral.objects.get(id=found.id).state == "OPEN"
    assert refusals() == [("Answer", found.id)]


def test_the_originator_reads_a_referral_and_can_not_answer_it(cast: Cast) -> None:
    found = referral(sent(cast.officer("SG-CUSTOMS")), "KE-CUSTOMS")
    liaison = Visitor(cast, "liaison", "SG-CUSTOMS")
    page = liaison.get(f"/referrals/{found.id}/")
    assert "Asked of Kenya Revenue Authority, Customs" in page
    assert "acknowledge/" not in page.html
    liaison.post(f"/referrals/{found.id}/acknowledge/", status=403)


def test_an_officer_withdraws_nothing(cast: Cast) -> None:
    report_id = sent(cast.officer("SG-CUSTOMS"))
    officer = Visitor(cast, "officer", "SG-CUSTOMS")
    assert f"/reports/{report_id}/withdraw/" not in officer.get(f"/reports/{report_id}/").html
    officer.post(f"/reports/{report_id}/withdraw/", status=403)
    assert Report.objects.get(id=report_id).state == "SUBMITTED"


@pytest.mark.parametrize(("code", "kinds"), [("SG-CUSTOMS", 3), ("WILDAID", 2), ("UNODC", 2), ("TENCENT", 0)])
def test_the_kinds_of_report_that_are_offered_are_those_that_the_agency_files(
    cast: Cast, code: str, kinds: int
) -> None:
    page = Visitor(cast, "officer", code).get("/reports/new/")
    assert page.html.count("govuk-task-list__item--with-link") == kinds


def test_an_ngo_files_no_seizure_and_an_analyst_files_nothing(cast: Cast) -> None:
    Visitor(cast, "officer", "WILDAID").get("/reports/new/seizure/", 403)
    analyst = Visitor(cast, "analyst", "SG-CUSTOMS")
    analyst.post("/reports/new/analysis/", {"title": "Routes", "do": "save"}, status=403)
    assert "File a report" not in analyst.get("/").text.partition("Inbox")[0]
    assert Report.objects.count() == 0


def test_administrators_are_told_that_they_read_no_reports(cast: Cast) -> None:
    sent(cast.officer("SG-CUSTOMS"))
    page = Visitor(cast, "admin", "KE-CUSTOMS").get("/")
    assert "There are no reports for you here" in page
    assert "raw ivory" not in page


def test_an_address_that_is_none_is_a_useful_page_for_visitors_too(cast: Cast, client: Client) -> None:
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert NOT_THERE in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/no/such/page/", "/reports/new/seizure/", "/account/"])
def test_every_page_forbids_what_is_inline_and_is_kept_by_nobody(cast: Cast, path: str) -> None:
    response = Visitor(cast, "officer", "SG-CUSTOMS").client.get(path, follow=True)
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"
    html = response.content.decode()
    assert " style=" not in html
    assert "<script>" not in html
    assert " onclick=" not in html

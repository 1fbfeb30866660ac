"""The main job in a browser: filed in Singapore, found in Kenya with both parts and why, acknowledged, seen in Singapore."""

import re
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import type_visits
from tests.browser.town import Town, wait_for

pytestmark = pytest.mark.browser
ASKED = ("ug-customs", "ke-customs", "ae-customs", "cn-customs")
CONTENT = ("ivory", "loxodonta", "kenya", "uganda", "seizure", "tlp", "singapore", "1,000", "1000")


def test_the_etis_example_goes_from_singapore_to_its_counterparts_and_kenya_answers(
    visit: type_visits, running: Town
) -> None:
    singapore = visit("officer", "SG-CUSTOMS")
    singapore.page.get_by_role("link", name="File a report").click()
    singapore.page.get_by_role("link", name="Report a seizure").click()
    singapore.fill_etis_example()
    singapore.press("Save and check")

    panel = singapore.page.get_by_role("region", name="Sending this tells 5 agencies")
    expect(panel.get_by_text("asked to act")).to_have_count(4)
    expect(panel.get_by_text("for information", exact=True)).to_have_count(1)
    malaysia = panel.get_by_role("listitem").filter(has_text="Royal Malaysian Customs Department")
    expect(malaysia).to_contain_text("for information")
    for agency in ("Uganda Revenue Authority", "Kenya Revenue Authority", "Federal Customs Authority", "General Adm"):
        expect(panel.get_by_role("listitem").filter(has_text=agency)).to_contain_text("asked to act")

    singapore.press("Send the report and tell 5 agencies")
    singapore.sees("Sent. Its reference is SR-")
    found = re.search(r"SR-\d{4}-\w{8}", singapore.text)
    assert found
    reference, report = found[0], singapore.page.url.removeprefix(running.url)

    _mails_come_without_content(running, reference)
    _kenya_acknowledges(visit, reference)

    singapore.open(report)
    kenya = singapore.page.get_by_role("row").filter(has_text="Kenya Revenue Authority, Customs")
    expect(kenya).to_contain_text("Acknowledged")
    expect(singapore.page.get_by_text("Waiting for an answer")).to_have_count(4)
    _a_stranger_finds_nothing(visit, running, reference, report)


def _mails_come_without_content(running: Town, reference: str) -> None:
    for code in (*ASKED, "my-customs"):
        address = f"liaison@{code}.example"
        wait_for(partial(running.to, address, reference), f"mail to {address}\n{running.rig.logs()}")
        (letter,) = running.to(address, reference)
        words = f"{letter['Subject']}\n{letter.get_content()}"
        assert reference in words
        assert f"{running.url}/referrals/" in words
        assert [word for word in CONTENT if word in words.lower()] == []


def _kenya_acknowledges(visit: type_visits, reference: str) -> None:
    kenya = visit("liaison", "KE-CUSTOMS")
    card = kenya.page.get_by_role("article").filter(has_text=reference)
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Kenya is named as the country of origin (80 %)")
    expect(card).to_contain_text("Kenya is named as the country of export")
    expect(card).to_contain_text("Answer by ")
    card.get_by_role("button", name="Acknowledge").click()
    kenya.sees(f"{reference} is acknowledged. Singapore Customs sees it.")
    expect(card).to_have_count(0)


def _a_stranger_finds_nothing(visit: type_visits, running: Town, reference: str, report: str) -> None:
    stranger = visit("liaison", "STRANGER")
    api = ["/api/v1/reports/", "/api/v1/referrals/", "/api/v1/referrals/?of=mine", "/api/v1/notifications/"]
    pages = ["/", "/?show=all", "/received/", "/sent/", "/drafts/", "/notifications/", "/received/?q=ivory"]
    for path in pages:
        assert stranger.open(path) == 200
        assert reference not in stranger.text
        assert report.strip("/").rpartition("/")[2] not in stranger.page.content()
    for path in api:
        answer = stranger.context.request.get(running.url + path)
        assert (answer.status, answer.json()["results"]) == (200, [])
    for path in (report, f"/api/v1{report}", f"/api/v1{report}audience/"):
        assert stranger.context.request.get(running.url + path).status == 404
    assert running.to("liaison@stranger.example", "") == []


def test_an_agency_that_it_is_withheld_from_finds_no_trace_and_no_gap(visit: type_visits, running: Town) -> None:
    singapore = visit("officer", "SG-CUSTOMS")
    singapore.open("/reports/new/seizure/")
    singapore.fill_etis_example()
    singapore.page.locator("summary", has_text="Handling and recipients").click()
    singapore.press("Leave an agency out")
    box = singapore.page.locator("#withheld_from-0").get_by_role("combobox", name="Agency")
    expect(box).to_be_focused()
    box.press_sequentially("general admin")
    singapore.page.get_by_role("option", name="General Administration of China Customs").click()
    singapore.press("See who will be told")
    singapore.sees("Sending this tells 4 agencies")
    singapore.sees("It does not tell")
    singapore.press("Save and check")
    singapore.sees("no other agency is told in its place, and it can't notice")
    singapore.press("Send the report and tell 4 agencies")
    singapore.sees("Sent. Its reference is SR-")
    found = re.search(r"SR-\d{4}-\w{8}", singapore.text)
    assert found
    reference, report = found[0], singapore.page.url.removeprefix(running.url)

    kenya = visit("liaison", "KE-CUSTOMS")
    wait_for(lambda: kenya.open("/?show=all") and reference in kenya.text, "the referral to Kenya")
    kenya.open(report)
    assert "China Customs" not in kenya.text
    china = visit("liaison", "CN-CUSTOMS")
    for path in ("/?show=all", "/received/", "/notifications/"):
        china.open(path)
        assert reference not in china.text
    assert china.open(report) == 404
    assert running.to("liaison@cn-customs.example", reference) == []

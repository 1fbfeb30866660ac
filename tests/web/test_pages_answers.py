"""The inbox, a referral and its answers, the originator's page of what came of it."""

from datetime import timedelta

import pytest

from apps.core.clock import now
from apps.referrals.models import Action, Referral
from apps.reports.models import Report
from tests import clocks
from tests.cast import Cast
from tests.web.visiting import Visitor, referral, sent

WHY = "Kenya is named as the country of origin (80 %); Kenya is named as the country of export"


def kenya(cast: Cast) -> Visitor:
    return Visitor(cast, "liaison", "KE-CUSTOMS")


def test_the_inbox_says_who_asks_what_by_when_and_why(cast: Cast) -> None:
    report_id = sent(cast.officer("SG-CUSTOMS"))
    inbox = kenya(cast).get("/")
    assert inbox.main.count("1 t raw ivory") == 1
    assert f"Why you got this: {WHY}" in inbox
    assert "Please trace the source of the goods, and find out how the goods left the country." in inbox
    assert "in 3 days" in inbox
    assert "Singapore Customs" in inbox
    assert str(Report.objects.get(id=report_id).reference) in inbox
    assert "Open 1 Overdue 0 Answered 0 All 1" in inbox
    assert "<title>(1) Inbox" in inbox.html


def test_the_due_tag_turns_when_it_is_late_and_the_overdue_drawer_counts_it(cast: Cast) -> None:
    sent(cast.officer("SG-CUSTOMS"))
    visitor = kenya(cast)
    with clocks.held(now() + timedelta(days=5)):
        visitor.client.force_login(visitor.user)
        page = visitor.get("/?show=overdue")
    assert "2 days late" in page
    assert "govuk-tag--red" in page.html
    assert "app-card--overdue" in page.html
    assert "Open 1 Overdue 1 Answered 0 All 1" in page


def test_one_colleague_s_answer_clears_it_for_the_agency_and_the_originator_sees_it(cast: Cast) -> None:
    report_id = sent(cast.officer("SG-CUSTOMS"))
    visitor = kenya(cast)
    page = visitor.post(f"/referrals/{referral(report_id, 'KE-CUSTOMS').id}/acknowledge/?from=inbox")
    assert page.path == "/"
    assert "is acknowledged. Singapore Customs sees it." in page
    assert "Open 0 Overdue 0 Answered 1 All 1" in page
    assert "Nothing waits for your agency" in page
    assert "Nothing waits for your agency" in Visitor(cast, "officer", "KE-CUSTOMS").get("/")
    origin = Visitor(cast, "officer", "SG-CUSTOMS").get(f"/reports/{report_id}/")
    assert "1 of 5 agencies has answered" in origin
    assert origin.text.count("Acknowledged") == 1
    assert origin.text.count("Waiting for an answer") == 4


def test_what_is_for_information_offers_nothing_but_to_acknowledge(cast: Cast) -> None:
    report_id = sent(cast.officer("SG-CUSTOMS"))
    inbox = Visitor(cast, "liaison", "MY-CUSTOMS").get("/")
    found = referral(report_id, "MY-CUSTOMS")
    assert f"/referrals/{found.id}/acknowledge/" in inbox.html
    for verb in ("accept", "decline", "close", "actions", "reopen"):
        assert f"/referrals/{found.id}/{verb}/" not in inbox.html
    assert "For information" in inbox


OFFERED = {
    "OPEN": {"acknowledge", "accept", "decline"},
    "ACKNOWLEDGED": {"accept", "decline"},
    "ACCEPTED": {"actions", "close"},
    "ACTED": {"actions", "close"},
    "DECLINED": {"reopen"},
    "CLOSED": set(),
    "CANCELLED": set(),
}


@pytest.mark.parametrize(("state", "offered"), OFFERED.items())
def test_a_button_is_there_where_its_arrow_is_and_nowhere_else(cast: Cast, state: str, offered: set[str]) -> None:
    found = referral(sent(cast.officer("SG-CUSTOMS")), "KE-CUSTOMS")
    Referral.objects.filter(id=found.id).update(state=state)
    page = kenya(cast).get(f"/referrals/{found.id}/")
    verbs = {"acknowledge", "accept", "decline", "actions", "close", "reopen"}
    assert {verb for verb in verbs if f"/referrals/{found.id}/{verb}/" in page.html} == offered


def test_a_referral_walks_from_acceptance_to_its_outcome_and_the_originator_reads_every_step(cast: Cast) -> None:
    report_id = sent(cast.officer("SG-CUSTOMS"))
    found, visitor = referral(report_id, "KE-CUSTOMS"), kenya(cast)
    at = f"/referrals/{found.id}/"
    visitor.post(f"{at}accept/")
    visitor.post(f"{at}actions/", {"kind": "SEARCH", "text": "Warehouse in Mombasa searched"})
    visitor.post(f"{at}actions/", {"kind": "ARREST", "text": "Two arrests"})
    page = visitor.post(f"{at}close/", {"outcome": "Handed to the prosecutor"})
    assert "is closed. Singapore Customs sees what came of it." in page
    assert Referral.objects.get(id=found.id).state == "CLOSED"
    for words in (
        "Warehouse in Mombasa searched",
        "Two arrests",
        "Handed to the prosecutor",
        "Liaison officer, KE-CUSTOMS",
    ):
        assert words in page
    origin = Visitor(cast, "officer", "SG-CUSTOMS").get(f"/reports/{report_id}/")
    for words in ("Search", "Warehouse in Mombasa searched", "Two arrests", "Handed to the prosecutor", "Closed"):
        assert words in origin
    uganda = Visitor(cast, "liaison", "UG-CUSTOMS").get(f"/reports/{report_id}/")
    for words in ("Warehouse", "prosecutor", "Kenya Revenue Authority", "Royal Malaysian"):
        assert words not in uganda


def test_a_mistaken_not_for_us_is_taken_up_again(cast: Cast) -> None:
    found, visitor = referral(sent(cast.officer("SG-CUSTOMS")), "KE-CUSTOMS"), kenya(cast)
    declined = visitor.post(f"/referrals/{found.id}/decline/", {"reason": "Wildlife service's case"})
    assert "Wildlife service's case" in declined
    assert "waits for your answer again" in visitor.post(f"/referrals/{found.id}/reopen/")
    again = Referral.objects.get(id=found.id)
    assert (again.state, again.reason) == ("OPEN", "Wildlife service's case")
    visitor.post(f"/referrals/{found.id}/acknowledge/")
    theirs = Visitor(cast, "officer", "SG-CUSTOMS").get(f"/reports/{again.report_id}/")
    assert "Refused at first, and taken up again: Wildlife service's case" in theirs


@pytest.mark.parametrize(
    ("state", "verb", "words", "sentence"),
    [
        ("OPEN", "decline", {"reason": "  "}, "Say it in a few words."),
        ("ACCEPTED", "close", {}, "Say it in a few words."),
        ("ACCEPTED", "actions", {"kind": "SEARCH", "text": ""}, "Say it in a few words."),
        ("ACCEPTED", "actions", {"kind": "../", "text": "Typed and kept"}, "Say what kind of action this was."),
        ("OPEN", "decline", {"reason": "x" * 10_001}, "This is too long."),
    ],
)
def test_an_answer_without_its_words_comes_back_open_with_what_was_typed(
    cast: Cast, state: str, verb: str, words: dict[str, str], sentence: str
) -> None:
    found = referral(sent(cast.officer("SG-CUSTOMS")), "KE-CUSTOMS")
    Referral.objects.filter(id=found.id).update(state=state)
    page = kenya(cast).post(f"/referrals/{found.id}/{verb}/", words, status=422)
    assert page.text.count(sentence) == 2
    assert '<details class="app-verb" open>' in page.html
    assert words.get("text", words.get("reason", "")).strip() in page.html
    assert Referral.objects.get(id=found.id).state == state
    assert Action.objects.count() == 0


def test_a_second_answer_finds_that_a_colleague_was_quicker(cast: Cast) -> None:
    found, visitor = referral(sent(cast.officer("SG-CUSTOMS")), "KE-CUSTOMS"), kenya(cast)
    visitor.post(f"/referrals/{found.id}/decline/", {"reason": "Not ours"})
    page = visitor.post(f"/referrals/{found.id}/accept/", status=409)
    assert "This has changed since you looked" in page
    assert f'href="/referrals/{found.id}/"' in page.html
    assert Referral.objects.get(id=found.id).state == "DECLINED"


def test_a_verb_s_address_that_is_only_opened_does_nothing(cast: Cast) -> None:
    found = referral(sent(cast.officer("SG-CUSTOMS")), "KE-CUSTOMS")
    assert kenya(cast).get(f"/referrals/{found.id}/acknowledge/").path == f"/referrals/{found.id}/"
    assert Referral.objects.get(id=found.id).state == "OPEN"


def test_fifteen_cards_fill_a_page_and_the_older_ones_follow(cast: Cast) -> None:
    for number in range(17):
        sent(cast.officer("SG-CUSTOMS"), title=f"Ivory {number:02}")
    visitor = kenya(cast)
    first = visitor.get("/")
    assert first.main.count("Why you got this") == 15
    assert "Open 17" in first
    older = visitor.get(
        first.html.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    )
    assert older.main.count("Why you got this") == 2
    assert "Newest" in older


def test_a_mark_of_a_page_that_is_none_of_ours_is_refused(cast: Cast) -> None:
    assert "follow the address that a page gives as next" in kenya(cast).get("/?after=xyz", 400)

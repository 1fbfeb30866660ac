"""The page of a report: handling first, facts that do not lie, who may read it to those who may know."""

from typing import Any

import pytest
from django.utils import timezone, translation

from apps.outbox.actions import relay
from apps.referrals.models import Referral
from apps.reports.models import Report
from tests.cast import Cast
from tests.web.visiting import Visitor, referral, sent


def test_the_originator_reads_everybody_who_was_told_who_was_left_out_and_why(cast: Cast) -> None:
    report_id = sent(cast.officer("SG-CUSTOMS"), withheld_from=["AE-CUSTOMS"])
    page = Visitor(cast, "officer", "SG-CUSTOMS").get(f"/reports/{report_id}/")
    assert "This report went to 4 agencies" in page
    assert "It did not go to Federal Customs Authority (United Arab Emirates)" in page
    assert "you withhold it from Federal Customs Authority (United Arab Emirates)" in page
    assert page.text.index("TLP:AMBER") < page.text.index("Sign out")


def test_a_reader_sees_its_own_row_and_nobody_else_s(cast: Cast) -> None:
    report_id = sent(cast.officer("SG-CUSTOMS"), withheld_from=["AE-CUSTOMS"])
    page = Visitor(cast, "liaison", "KE-CUSTOMS").get(f"/reports/{report_id}/")
    assert "Why you got this: Kenya is named as the country of origin (80 %)" in page
    for other in ("Uganda Revenue Authority", "General Administration", "Federal Customs", "went to", "withh"):
        assert other not in page


def test_a_named_reader_without_a_part_is_told_why(cast: Cast) -> None:
    report_id = sent(cast.officer("SG-CUSTOMS"), named=["INTERPOL"])
    page = Visitor(cast, "liaison", "INTERPOL").get(f"/reports/{report_id}/")
    assert "The originator named this agency as a recipient" in page


def test_a_member_that_reads_what_all_members_read_is_told_why(cast: Cast) -> None:
    report_id = sent(cast.officer("SG-CUSTOMS"), tlp="GREEN", law_enforcement_only=False)
    page = Visitor(cast, "officer", "WWF").get(f"/reports/{report_id}/")
    assert "Why you can read this: Every member agency may read it" in page
    assert "Acknowledge" not in page


AMOUNTS = [
    ({"quantity": "1000", "unit": "KGM", "qualifier": "EXACT"}, "1,000 kg 1,000 kg"),
    ({"quantity": "25", "unit": "TNE", "qualifier": "AT_LEAST"}, "at least 25 t at least 25,000 kg"),
    ({"quantity": "0.5", "unit": "KGM", "qualifier": "ABOUT"}, "about 0.5 kg about 500 g"),
    ({"qualifier": "UNKNOWN"}, "amount unknown –"),
    ({"quantity": "12", "unit": "NAR", "qualifier": "EXACT"}, "12 specimens –"),
]


@pytest.mark.parametrize(("amount", "words"), AMOUNTS)
def test_a_quantity_is_shown_as_reported_with_its_mass_beside_it(
    cast: Cast, amount: dict[str, Any], words: str
) -> None:
    item = {"taxon": "Loxodonta africana", "term": "TUS", **amount}
    page = Visitor(cast, "officer", "SG-CUSTOMS").get(f"/reports/{sent(cast.officer('SG-CUSTOMS'), items=[item])}/")
    assert words in page


@pytest.mark.parametrize(
    ("occurred", "words"),
    [
        ({"date": "2019-01-16", "precision": "DAY"}, "16 January 2019"),
        ({"date": "2019-01-16", "precision": "WEEK"}, "in the week of 14 January 2019"),
        ({"date": "2019-01", "precision": "MONTH"}, "When January 2019"),
        ({"date": "2019", "precision": "YEAR"}, "When 2019 "),
        (
            {"date": "2019-01-16", "precision": "RANGE", "until": "2019-02-01"},
            "between 16 January 2019 and 1 February 2019",
        ),
    ],
)
def test_a_date_is_shown_as_precisely_as_it_was_said(cast: Cast, occurred: dict[str, str], words: str) -> None:
    page = Visitor(cast, "officer", "SG-CUSTOMS").get(
        f"/reports/{sent(cast.officer('SG-CUSTOMS'), occurred=occurred)}/"
    )
    assert words in page


def test_namibia_is_a_country_and_a_synonym_stands_beside_its_name(cast: Cast) -> None:
    item = {"taxon": "Phataginus tricuspis", "term": "SCA", "quantity": "1", "unit": "KGM"}
    route = [{"country": "NA", "part": "ORIGIN"}, {"country": "XX", "part": "DESTINATION"}]
    report_id = sent(cast.officer("SG-CUSTOMS"), items=[item], route=route)
    page = Visitor(cast, "officer", "SG-CUSTOMS").get(f"/reports/{report_id}/")
    assert "Namibia" in page
    assert "Manis tricuspis" in page
    assert "reported as “Phataginus tricuspis”" in page


def test_times_are_the_reader_s_with_the_name_of_the_zone(cast: Cast) -> None:
    report_id = sent(cast.officer("SG-CUSTOMS"))
    assert " UTC+08" in Visitor(cast, "officer", "SG-CUSTOMS").get(f"/reports/{report_id}/")
    assert " EAT" in Visitor(cast, "liaison", "KE-CUSTOMS").get(f"/reports/{report_id}/")


def test_a_withdrawn_report_is_a_tombstone_to_everybody_but_its_originator(cast: Cast) -> None:
    report_id = sent(cast.officer("SG-CUSTOMS"))
    liaison, kenya = Visitor(cast, "liaison", "SG-CUSTOMS"), Visitor(cast, "liaison", "KE-CUSTOMS")
    asked = liaison.get(f"/reports/{report_id}/withdraw/")
    assert "Withdraw this report?" in asked
    assert Report.objects.get().state == "SUBMITTED"
    own = liaison.post(f"/reports/{report_id}/withdraw/")
    relay()
    assert "Its readers learn that it was, and see no more of it." in own
    assert "1 t raw ivory" in own
    found = referral(report_id, "KE-CUSTOMS")
    assert found.state == "CANCELLED"
    for path in (f"/reports/{report_id}/", f"/referrals/{found.id}/", "/?show=all", "/received/"):
        page = kenya.get(path)
        assert "ithdrawn" in page
        for words in ("ivory", "Kenya is named", "Pasir Panjang", "Uganda", "Singapore Customs"):
            assert words not in page, (path, words)
    assert liaison.post(f"/reports/{report_id}/withdraw/", status=409)


def test_between_withdrawal_and_the_worker_the_referral_tells_nothing_either(cast: Cast) -> None:
    report_id = sent(cast.officer("SG-CUSTOMS"))
    Visitor(cast, "liaison", "SG-CUSTOMS").post(f"/reports/{report_id}/withdraw/")
    found = referral(report_id, "KE-CUSTOMS")
    assert found.state == "OPEN"
    kenya = Visitor(cast, "liaison", "KE-CUSTOMS")
    for path in ("/", f"/referrals/{found.id}/"):
        page = kenya.get(path)
        assert "ivory" not in page
        assert "acknowledge/" not in page.html


def test_handling_notes_stand_wherever_the_report_is(cast: Cast) -> None:
    report_id = sent(cast.officer("SG-CUSTOMS"), handling=["H1", "H3"], handling_note="Not before the raid")
    kenya = Visitor(cast, "liaison", "KE-CUSTOMS")
    found = Referral.objects.get(report_id=report_id, agency__code="KE-CUSTOMS")
    for path in (f"/reports/{report_id}/", f"/referrals/{found.id}/"):
        banner = kenya.get(path).text.partition("Sign out")[0]
        assert "H3: Not before the raid" in banner
        assert "Law enforcement only H1 H3" in banner


def test_what_people_wrote_is_shown_and_never_run(cast: Cast) -> None:
    evil = "<script>alert(1)</script>{{ actor }}"
    report_id = sent(cast.officer("SG-CUSTOMS"), title=evil, narrative=evil)
    for code, path in (("KE-CUSTOMS", "/"), ("KE-CUSTOMS", f"/reports/{report_id}/"), ("SG-CUSTOMS", "/sent/")):
        page = Visitor(cast, "liaison", code).get(path)
        assert "<script>alert" not in page.html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ actor }}" in page.html


def test_a_language_that_nobody_translated_yet_reads_in_english_with_zone_and_digits(cast: Cast) -> None:
    report_id = sent(cast.officer("SG-CUSTOMS"))
    with translation.override("fr"), timezone.override("Europe/Paris"):
        assert "TLP:AMBER" in Visitor(cast, "officer", "SG-CUSTOMS").get(f"/reports/{report_id}/")

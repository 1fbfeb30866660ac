"""Filing at the browser without JavaScript: rows by buttons, messages beside their boxes, nothing typed is lost."""

from decimal import Decimal
from typing import Any

import pytest

from apps.agencies.acting import acting
from apps.core.clock import now
from apps.reports import actions
from apps.reports.models import Report, RouteStop, SeizedItem
from tests.callers import ETIS
from tests.cast import Cast
from tests.web.visiting import Shown, Visitor, drafted, flat, rows

NEW = "/reports/new/seizure/"


def officer(cast: Cast) -> Visitor:
    return Visitor(cast, "officer", "SG-CUSTOMS")


def file(cast: Cast, changes: dict[str, Any], status: int = 422) -> Shown:
    return officer(cast).post(NEW, {**flat(ETIS), **changes}, status)


def nothing_is_written() -> bool:
    return not (Report.objects.exists() or SeizedItem.objects.exists() or RouteStop.objects.exists())


def test_the_example_is_filed_on_one_page_checked_and_sent(cast: Cast) -> None:
    visitor = officer(cast)
    check = visitor.post(NEW, flat(ETIS))
    report = Report.objects.get()
    assert check.path == f"/reports/{report.id}/check/"
    assert report.state == "DRAFT"
    assert "Sending this tells 5 agencies" in check
    assert "Kenya is named as the country of origin (80 %); Kenya is named as the country of export" in check
    assert check.text.count("asked to act") == 4
    assert check.text.count("for information") == 1
    assert "Send the report and tell 5 agencies" in check
    page = visitor.post(check.path)
    report.refresh_from_db()
    assert page.path == f"/reports/{report.id}/"
    assert f"Sent. Its reference is {report.reference}." in page
    assert report.state == "SUBMITTED"


def test_what_is_filed_is_what_the_api_would_have_got(cast: Cast) -> None:
    officer(cast).post(NEW, flat(ETIS))
    report = Report.objects.get()
    item = SeizedItem.objects.get()
    assert (item.taxon and item.taxon.name, item.term_id) == ("Loxodonta africana", "TUS")
    amount = (item.quantity, item.unit_id, item.qualifier, item.grams)
    assert amount == (Decimal(1000), "KGM", "EXACT", Decimal(1_000_000))
    stops = RouteStop.objects.order_by("line").values_list("country_id", "part", "share", "seizure_opportunity")
    assert [(c, p, None if s is None else float(s), o) for c, p, s, o in stops] == [
        ("UG", "ORIGIN", 0.2, None),
        ("KE", "ORIGIN", 0.8, None),
        ("KE", "EXPORT", None, None),
        ("AE", "TRANSIT", None, True),
        ("MY", "TRANSIT", None, False),
        ("CN", "DESTINATION", None, None),
    ]
    assert (report.kind, report.precision, str(report.occurred_from)) == ("SEIZURE", "DAY", "2019-03-04")
    assert (report.label.tlp, report.label.law_enforcement_only, report.label.handling) == ("AMBER", True, [])


# What is shown of a code or a name that the list knows -> what was typed.
SHOWN_FOR = {
    "Uganda": "UG",
    "Kenya": "KE",
    "United Arab Emirates": "AE",
    "Malaysia": "MY",
    "China": "CN",
    "Singapore": "SG",
    "Loxodonta africana – African elephant": "Loxodonta africana",
    "tusk (raw ivory)": "TUS",
    "WWF": "WWF",
}
WRONG = [
    ({"items-0-taxon": "Unicornus albus"}, "Line 1: This species or group is not in the list."),
    ({"items-0-term": "horn of plenty"}, "Line 1: This is not a kind of specimen in the list."),
    ({"items-0-quantity": "-5"}, "Line 1: This can't be negative."),
    ({"items-0-quantity": "a lot"}, "Line 1: Enter a number."),
    ({"items-0-quantity": "99999999999"}, "Line 1: This is more than 10,000 tonnes"),
    ({"items-0-qualifier": "UNKNOWN"}, "Line 1: An unknown amount has no number."),
    ({"route-0-share": "120"}, "Stop 1: Enter a number from 0 to 100."),
    ({"route-0-share": "x"}, "Stop 1: Enter a number from 0 to 100."),
    ({"route-0-share": "30"}, "The shares of the countries of origin add up to more than 1."),
    ({"route-2-share": "10"}, "Stop 3: Only a country of origin has a share."),
    ({"route-2-custody": "yes"}, "Stop 3: Only a country of transit has a seizure opportunity."),
    ({"route-3-country": "Atlantis"}, "Stop 4: “Atlantis” is not in the list."),
    ({"place_country": "Atlantis"}, "“Atlantis” is not in the list."),
    ({"date_year": "2999"}, "This is in the future."),
    ({"date_day": "31", "date_month": "2"}, "There is no such day in that month."),
    ({"until_year": "2020"}, "Choose “Some day between that day and a later one”, or leave this empty."),
    ({"span": "RANGE"}, "Enter a date that fits its precision"),
    ({"title": "\u202eyrovi"}, "This has characters that can't be shown safely"),
    ({"title": "nul\0byte"}, "Null characters are not allowed."),
    ({"narrative": "x" * 100_001}, "This is too long."),
    (rows("named", [{"agency": "Nobody's agency"}]), "Recipient 1: “Nobody's agency” is not in the list."),
    (rows("named", [{"agency": "SG-CUSTOMS"}]), "Recipient 1: “SG-CUSTOMS” is not in the list."),
    (
        rows("named", [{"agency": "WWF"}]) | rows("withheld_from", [{"agency": "WWF"}]),
        "An agency can't be both named and left out.",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), WRONG)
def test_what_can_not_be_right_is_said_above_and_beside_and_nothing_is_written(
    cast: Cast, changes: dict[str, Any], sentence: str
) -> None:
    page = file(cast, changes)
    assert page.text.count(sentence) == 2
    assert page.html.count("<title>Error:") == 1
    assert nothing_is_written()


@pytest.mark.parametrize(("changes", "sentence"), WRONG)
def test_everything_typed_is_still_there_after_a_mistake(cast: Cast, changes: dict[str, Any], sentence: str) -> None:
    words = {**flat(ETIS), "case_number": "SG/2019/7", "place_name": "Pasir Panjang", **changes}
    page = officer(cast).post(NEW, words, 422)
    typed = {name: str(value).replace("\0", "") for name, value in words.items() if name in page.boxes}
    shown = {name: SHOWN_FOR.get(page.boxes[name], page.boxes[name]).replace("\0", "") for name in typed}
    assert shown == typed
    assert len(typed) > 30
    assert words["narrative"] in page.html
    assert page.chosen >= {("span", words["span"]), ("tlp", "AMBER"), ("law_enforcement_only", "on")}


def test_all_mistakes_are_said_at_once_those_of_the_boxes_and_those_of_the_verb(cast: Cast) -> None:
    page = file(cast, {"date_day": "31", "date_month": "2", "items-0-quantity": "-5", "route-1-country": ""})
    for sentence in ("There is no such day", "Line 1: This can't be negative.", "Stop 2: Name the country."):
        assert page.text.count(sentence) == 2
    assert nothing_is_written()


def test_what_is_only_missing_is_saved_and_said_on_the_check(cast: Cast) -> None:
    words = flat({**ETIS, "items": [{"taxon": "Manis spp."}], "route": []})
    page = officer(cast).post(NEW, {**words, "date_year": "", "date_month": "", "date_day": ""})
    report = Report.objects.get()
    assert page.path == f"/reports/{report.id}/check/"
    assert "This is still missing" in page
    for sentence in (
        "Say when it was seized, as precisely as is known.",
        "Name the destination, or XX where it is unknown.",
        "Say which kind of specimen.",
        "Give the amount, or say that it is unknown.",
    ):
        assert sentence in page
    assert "Send the report" not in page
    assert officer(cast).post(page.path, status=422).text.count("Say which kind of specimen.") == 1
    assert Report.objects.get().state == "DRAFT"


@pytest.mark.parametrize(
    ("parts", "span", "stored"),
    [
        (("", "", "2019"), "", ("YEAR", "2019-01-01", "2019-12-31")),
        (("", "January", "2019"), "", ("MONTH", "2019-01-01", "2019-01-31")),
        (("16", "jan", "2019"), "", ("DAY", "2019-01-16", "2019-01-16")),
        (("16", "1", "2019"), "WEEK", ("WEEK", "2019-01-14", "2019-01-20")),
        (("16", "1", "2019"), "RANGE", ("RANGE", "2019-01-16", "2019-02-01")),
    ],
)
def test_a_date_keeps_its_precision(
    cast: Cast, parts: tuple[str, str, str], span: str, stored: tuple[str, str, str]
) -> None:
    words = dict(zip(("date_day", "date_month", "date_year"), parts, strict=True)) | {"span": span}
    if span == "RANGE":
        words |= {"until_day": "1", "until_month": "2", "until_year": "2019"}
    visitor = officer(cast)
    visitor.post(NEW, {**flat(ETIS), **words})
    report = Report.objects.get()
    assert (report.precision, str(report.occurred_from), str(report.occurred_until)) == stored
    page = visitor.get(f"/reports/{report.id}/edit/where/")
    assert page.boxes["date_year"] == "2019"
    assert page.boxes["date_day"] == {"WEEK": "14"}.get(span, parts[0])


def test_rows_are_added_moved_and_removed_by_plain_buttons_and_nothing_is_saved(cast: Cast) -> None:
    visitor, words = officer(cast), flat(ETIS)
    more = visitor.post(NEW, {**words, "do": "items:add"})
    assert more.boxes["items-TOTAL_FORMS"] == "2"
    assert "There is a problem" not in more
    up = visitor.post(NEW, {**words, "do": "route:up:5"})
    assert (up.boxes["route-4-country"], up.boxes["route-5-country"]) == ("China", "Malaysia")
    fewer = visitor.post(NEW, {**words, "do": "route:remove:0"})
    assert fewer.boxes["route-TOTAL_FORMS"] == "5"
    assert fewer.boxes["route-0-country"] == "Kenya"
    assert fewer.boxes["title"] == "1 t raw ivory"
    assert nothing_is_written()


def test_a_wrong_value_stays_typed_and_unjudged_while_rows_are_added(cast: Cast) -> None:
    page = officer(cast).post(NEW, {**flat(ETIS), "items-0-quantity": "many", "do": "items:add"})
    assert page.boxes["items-0-quantity"] == "many"
    assert "Enter a number." not in page


def test_who_would_be_told_is_shown_before_anything_is_saved(cast: Cast) -> None:
    words = {**flat(ETIS), **rows("withheld_from", [{"agency": "AE-CUSTOMS"}]), "do": "preview"}
    page = officer(cast).post(NEW, words)
    assert "Sending this tells 4 agencies" in page
    assert "It does not tell Federal Customs Authority (United Arab Emirates)" in page
    assert "you withhold it from" in page
    assert nothing_is_written()


def test_a_country_that_no_agency_answers_for_is_named_and_its_coordinating_body_told(cast: Cast) -> None:
    words = {**flat(ETIS), "route-5-country": "Iceland", "do": "preview"}
    page = officer(cast).post(NEW, {**words, "route-5-country": "Germany"})
    assert "Germany is named as the destination (no agency answers for it, so its coordinating body is told)" in page
    assert "World Customs Organization" in page


def test_a_partner_is_told_that_recipients_see_its_name(cast: Cast) -> None:
    visitor = Visitor(cast, "officer", "WILDAID")
    words = {**flat(ETIS), **rows("items", []), "handling": ["H2"], "do": "preview"}
    page = visitor.post("/reports/new/intelligence/", words)
    assert "Recipients will see that the report comes from WildAid" in page


@pytest.mark.parametrize(
    ("path", "code", "marking"),
    [
        ("seizure", "SG-CUSTOMS", "TLP:AMBER · Law enforcement only"),
        ("intelligence", "WILDAID", "TLP:AMBER · Law enforcement only · H2"),
        ("analysis", "WILDAID", "TLP:AMBER · Law enforcement only"),
    ],
)
def test_each_kind_begins_with_its_own_marking(cast: Cast, path: str, code: str, marking: str) -> None:
    page = Visitor(cast, "officer", code).get(f"/reports/new/{path}/")
    assert f"Handling and recipients: {marking}" in page


def test_every_marking_and_both_lists_reach_the_draft(cast: Cast) -> None:
    words = {
        **flat(ETIS),
        **rows("named", [{"agency": "Kenya Wildlife Service"}, {"agency": "interpol"}, {"agency": ""}]),
        **rows("withheld_from", [{"agency": "AE-CUSTOMS"}]),
        "tlp": "AMBER_STRICT",
        "handling": ["H1", "H3"],
        "handling_note": "Ask us first",
    }
    words.pop("law_enforcement_only")
    check = officer(cast).post(NEW, words)
    label = Report.objects.get().label
    assert (label.tlp, label.law_enforcement_only, label.handling) == ("AMBER_STRICT", False, ["H1", "H3"])
    assert label.handling_note == "Ask us first"
    assert label.named == sorted([cast.agency("KE-WILDLIFE").token, cast.agency("INTERPOL").token])
    assert label.withheld == [cast.agency("AE-CUSTOMS").token]
    assert "H3: Ask us first" in check


def test_a_draft_is_gone_on_with_section_by_section_by_a_colleague(cast: Cast) -> None:
    report_id = drafted(cast.officer("SG-CUSTOMS"))
    colleague = Visitor(cast, "liaison", "SG-CUSTOMS")
    tasks = colleague.get(f"/reports/{report_id}/")
    assert tasks.path == f"/reports/{report_id}/edit/"
    assert "You have completed 4 of 4 sections." in tasks
    words = rows(
        "items", [{"taxon": "Manis spp.", "term": "SCA", "quantity": "5", "unit": "KGM", "qualifier": "ABOUT"}]
    )
    page = colleague.post(
        f"/reports/{report_id}/edit/what/", {**words, "title": "Scales", "narrative": "", "do": "save"}
    )
    assert page.path == f"/reports/{report_id}/edit/route/"
    assert Report.objects.get().title == "Scales"
    assert RouteStop.objects.count() == 6
    assert list(SeizedItem.objects.values_list("taxon__name", "qualifier")) == [("Manis spp.", "ABOUT")]


def test_a_mistake_in_a_section_changes_nothing_of_the_draft(cast: Cast) -> None:
    report_id = drafted(cast.officer("SG-CUSTOMS"))
    words = rows("items", [{"taxon": "Unicornus", "quantity": "5", "qualifier": "EXACT"}])
    page = officer(cast).post(f"/reports/{report_id}/edit/what/", {**words, "title": "New", "do": "save"}, 422)
    assert page.text.count("Line 1: This species or group is not in the list.") == 2
    assert page.boxes["title"] == "New"
    assert Report.objects.get().title == "1 t raw ivory"
    assert list(SeizedItem.objects.values_list("taxon__name", flat=True)) == ["Loxodonta africana"]


def test_what_a_colleague_saved_meanwhile_is_not_written_over_unseen(cast: Cast) -> None:
    report_id = drafted(cast.officer("SG-CUSTOMS"))
    mine, theirs = officer(cast), Visitor(cast, "liaison", "SG-CUSTOMS")
    address = f"/reports/{report_id}/edit/handling/"
    opened, seen = mine.get(address).boxes["stamp"], theirs.get(address).boxes["stamp"]
    words = {"tlp": "AMBER", "law_enforcement_only": "on", **rows("named", []), "do": "save"}
    theirs.post(address, {**words, **rows("withheld_from", [{"agency": "AE-CUSTOMS"}]), "stamp": seen})
    page = mine.post(address, {**words, **rows("withheld_from", []), "handling_note": "typed", "stamp": opened}, 409)
    assert "A colleague saved this draft at" in page
    assert page.boxes["handling_note"] == "typed"
    assert Report.objects.get().label.withheld == [cast.agency("AE-CUSTOMS").token]
    again = {**words, **rows("withheld_from", []), "stamp": page.boxes["stamp"]}
    mine.post(address, again)
    assert Report.objects.get().label.withheld == []


def test_nobody_sends_what_a_colleague_has_changed_since_they_looked(cast: Cast) -> None:
    report_id = drafted(cast.officer("SG-CUSTOMS"))
    mine = officer(cast)
    seen = mine.get(f"/reports/{report_id}/check/").boxes["stamp"]
    words = rows("route", [{"part": "DESTINATION", "country": "VN"}])
    Visitor(cast, "liaison", "SG-CUSTOMS").post(f"/reports/{report_id}/edit/route/", {**words, "do": "save"})
    page = mine.post(f"/reports/{report_id}/check/", {"stamp": seen}, 409)
    assert "Nothing was sent: the draft has changed" in page
    assert "Sending this tells 1 agency" in page
    assert Report.objects.get().state == "DRAFT"
    assert "Sent. Its reference is" in mine.post(f"/reports/{report_id}/check/", {"stamp": page.boxes["stamp"]})


def test_saving_for_later_keeps_the_draft_and_says_where_it_is(cast: Cast) -> None:
    visitor = officer(cast)
    page = visitor.post(NEW, {**flat(ETIS), "do": "later"})
    assert page.path == f"/reports/{Report.objects.get().id}/edit/"
    assert "You find it under Drafts." in page
    assert "Draft saved at" in page
    assert "1 t raw ivory" in visitor.get("/drafts/")


def test_a_draft_that_was_sent_meanwhile_is_not_changed_by_an_old_form(cast: Cast) -> None:
    report_id = drafted(cast.officer("SG-CUSTOMS"))
    visitor = officer(cast)
    visitor.post(f"/reports/{report_id}/check/")
    page = visitor.post(f"/reports/{report_id}/edit/what/", {**rows("items", []), "title": "New", "do": "save"}, 409)
    assert "This report has been sent meanwhile." in page
    assert visitor.post(f"/reports/{report_id}/check/", status=409).text.count("Look again") == 1
    assert Report.objects.get().title == "1 t raw ivory"


def test_a_draft_is_copied_and_deleted_after_asking_once_more(cast: Cast) -> None:
    report_id = drafted(cast.officer("SG-CUSTOMS"), case_number="SG/1")
    visitor = officer(cast)
    copy = visitor.post(f"/reports/{report_id}/copy/")
    assert "This is a copy." in copy
    assert sorted(Report.objects.values_list("case_number", flat=True)) == ["", "SG/1"]
    asked = visitor.get(f"/reports/{report_id}/delete/")
    assert "Delete this draft?" in asked
    assert Report.objects.count() == 2
    assert "The draft is deleted." in visitor.post(f"/reports/{report_id}/delete/")
    assert list(Report.objects.values_list("case_number", flat=True)) == [""]


def test_two_hundred_lines_fifty_stops_and_titles_in_any_script_are_taken_and_shown(cast: Cast) -> None:
    item = {"taxon": "Manis spp.", "term": "SCA", "quantity": "1", "unit": "KGM", "qualifier": "AT_LEAST"}
    stops = [*[{"part": "TRANSIT", "country": "MY"}] * 49, {"part": "DESTINATION", "country": "XX"}]
    words = flat({**ETIS, "items": [item] * 200, "route": stops})
    title = "广州查获穿山甲鳞片八点三吨" * 20
    visitor = officer(cast)
    check = visitor.post(NEW, {**words, "title": title})
    assert (SeizedItem.objects.count(), RouteStop.objects.count()) == (200, 50)
    assert title in visitor.get(f"/reports/{Report.objects.get().id}/edit/")
    assert check.text.count("at least 1 kg") == 400
    assert visitor.get(f"/reports/{Report.objects.get().id}/edit/what/").boxes["items-199-quantity"] == "1"


def test_more_lines_than_are_allowed_are_refused_with_everything_typed(cast: Cast) -> None:
    item = {"taxon": "Manis spp.", "term": "SCA", "quantity": "1", "unit": "KGM", "qualifier": "EXACT"}
    page = file(cast, rows("items", [item] * 201))
    assert "There is a problem" in page
    assert page.boxes["items-200-quantity"] == "1"
    assert nothing_is_written()


def test_a_form_of_ten_thousand_lines_is_a_clear_page_and_writes_nothing(cast: Cast) -> None:
    page = file(cast, rows("items", [{"quantity": "1"}] * 10_000), 400)
    assert "It was too large, had too many fields, or was not what a browser sends." in page
    assert nothing_is_written()


@pytest.mark.parametrize("do", ["items:fly:1", "items:remove:99", "nothing:add", "items:up:-1", ":", "items:"])
def test_a_button_that_is_none_changes_nothing(cast: Cast, do: str) -> None:
    page = officer(cast).post(NEW, {**flat(ETIS), "do": do})
    assert page.boxes["items-TOTAL_FORMS"] == "1"
    assert nothing_is_written()


def test_other_names_of_a_species_are_suggested(cast: Cast) -> None:
    answer = officer(cast).client.get("/taxa/", {"q": "Phataginus tricuspis"}).json()
    assert [row["code"] for row in answer["results"]] == ["Manis tricuspis"]
    assert officer(cast).client.get("/taxa/", {"q": "\0"}).json() == {"results": []}


def test_a_draft_that_a_colleague_deletes_while_its_check_is_refused_is_absent(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    colleague, mine = cast.liaison("SG-CUSTOMS"), officer(cast)
    report_id = drafted(cast.officer("SG-CUSTOMS"), route=[])

    def deleted(page: object, refused: object) -> None:
        """Between the refusal, which is undone, and the form that is shown again."""
        with acting(colleague):
            actions.delete_draft(actor=colleague, report_id=report_id, now=now())

    monkeypatch.setattr("apps.web.pages.filing.checking.Check._note", deleted)
    mine.post(f"/reports/{report_id}/check/", status=404)
    assert not Report.objects.exists()

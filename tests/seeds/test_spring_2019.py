"""The story `spring-2019`, read back from the database."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.agencies.acting import acting
from apps.agencies.models import User
from apps.audit.queries import verify
from apps.core.clock import now
from apps.notifications.models import Dispatch, Notification
from apps.outbox.models import Delivery
from apps.referrals.models import Action, Referral
from apps.referrals.queries import labels_of, received, why
from apps.reports.models import Report, RouteStop, SeizedItem
from seeds.reference import rows
from seeds.scenarios import spring_2019
from seeds.scenarios.cases import cases, countries, occurred
from seeds.scenarios.filing import Filing
from tests.cast import Cast


def quietly(items: Sequence[Any], words: str) -> Sequence[Any]:
    return items


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """Told once for this page, in a transaction that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        spring_2019.run(now=now(), progress=quietly)
        yield Cast()
        transaction.set_rollback(True)


def report(agency: str, case_number: str) -> Report:
    return Report.objects.get(case_number=case_number, label__originator__code=agency)


def amounts(found: Report) -> list[tuple[str, str, Decimal | None, str, str]]:
    lines = SeizedItem.objects.filter(report=found).order_by("line")
    return list(lines.values_list("taxon__name", "term_id", "quantity", "unit_id", "qualifier"))


def stops(found: Report) -> list[tuple[str, str]]:
    return list(RouteStop.objects.filter(report=found).order_by("line").values_list("country_id", "part"))


def test_every_line_of_the_file_is_filed_and_none_twice(story: Cast) -> None:
    groups = {row["seizure_group"] for row in rows("known_seizures")}
    numbers = Counter(Report.objects.filter(case_number__in=groups).values_list("case_number", flat=True))
    assert numbers == dict.fromkeys(groups, 1)
    assert len(groups) == 59


def test_each_report_is_filed_by_whom_the_story_says(story: Cast) -> None:
    filed = Counter(Report.objects.values_list("label__originator__code", "kind"))
    assert filed == {
        ("CN-CUSTOMS", "SEIZURE"): 3,
        ("HK-CUSTOMS", "SEIZURE"): 8,
        ("IFAW", "ANALYSIS"): 1,
        ("IFAW", "OPERATIONAL_INTELLIGENCE"): 2,
        ("MY-CUSTOMS", "SEIZURE"): 2,
        ("NG-CUSTOMS", "SEIZURE"): 6,
        ("SG-CUSTOMS", "SEIZURE"): 3,
        ("UG-CUSTOMS", "SEIZURE"): 1,
        ("VN-CUSTOMS", "SEIZURE"): 20,
        ("WCO", "ANALYSIS"): 21,
        ("WILDAID", "OPERATIONAL_INTELLIGENCE"): 2,
        ("WWF", "ANALYSIS"): 1,
        ("WWF", "OPERATIONAL_INTELLIGENCE"): 2,
    }
    assert set(Report.objects.values_list("state", flat=True)) == {"SUBMITTED"}


def test_a_seizure_is_filed_by_the_customs_of_the_country_of_its_discovery(story: Cast) -> None:
    for found in Report.objects.filter(kind="SEIZURE").select_related("label__originator"):
        assert found.place_country_id == found.label.originator.country_id


FIGURES: dict[str, tuple[str, str, list[tuple[str, str, str, str]]]] = {
    "the year to 25 April": ("WCO", "CN-2019YTD", [("OTH", "500500", "KGM", "EXACT")]),
    "its ivory": ("WCO", "CN-2019YTD-IVORY", [("IVC", "8480", "KGM", "EXACT")]),
    "the case of 30 March": ("CN-CUSTOMS", "CN-20190330", [("TUS", "7480", "KGM", "EXACT")]),
    "Presedio": (
        "WCO",
        "OP-PRESEDIO",
        [
            ("IVC", "3791.6", "KGM", "EXACT"),
            ("SCA", "895.64", "KGM", "EXACT"),
            ("HOR", "43.07", "KGM", "EXACT"),
            ("LOG", "29286", "KGM", "EXACT"),
        ],
    ),
    "Hong Kong in the briefing": (
        "WCO",
        "BRIEFING-HK-2019-01",
        [("TUS", "2070", "KGM", "EXACT"), ("SCA", "8268", "KGM", "EXACT")],
    ),
    "Hong Kong in its own words": (
        "HK-CUSTOMS",
        "HK-20190116",
        [("SCA", "8300", "KGM", "ABOUT"), ("TUS", "2100", "KGM", "ABOUT")],
    ),
    "Singapore, a lower bound": ("WCO", "NOTE-SG-2019-04", [("SCA", "25000", "KGM", "AT_LEAST")]),
    "Viet Nam, a lower bound": ("WCO", "NOTE-VN-2019-03", [("TUS", "9000", "KGM", "AT_LEAST")]),
    "Thunderball": (
        "WCO",
        "OP-THUNDERBALL",
        [
            ("TUS", "440", "NAR", "EXACT"),
            ("IVC", "545", "KGM", "EXACT"),
            ("LIV", "10000", "NAR", "ABOUT"),
            ("LIV", "4300", "NAR", "AT_LEAST"),
            ("LIV", "1500", "NAR", "ABOUT"),
            ("LOG", "2550", "MTQ", "EXACT"),
        ],
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_the_figures_of_the_founding_documents_come_back_exactly(story: Cast, name: str) -> None:
    agency, case_number, expected = FIGURES[name]
    wanted = [(term, Decimal(quantity), unit, qualifier) for term, quantity, unit, qualifier in expected]
    assert [line[1:] for line in amounts(report(agency, case_number))] == wanted


@pytest.mark.parametrize(
    ("case_number", "words"),
    [
        ("CN-2019YTD", ["182 investigations, 53 of them", "27 syndicates", "171 arrests", "500.5 t", "8.48 t"]),
        ("CN-2019YTD-IVORY", ["7.48 t of ivory on 30 March 2019", "record", "syndicate was destroyed"]),
        ("OP-PRESEDIO", ["Presedio", "PRAESIDIO", "26 countries and regions", "Neither is asserted", "866 kg"]),
        (
            "OP-THUNDERBALL",
            ["more than 100", "109", "1,828", "Almost 600 suspects", "582 arrested", "25 November 2019"],
        ),
        ("BRIEFING-HK-2019-01", ["2.07 t", "8.268 t", "one seizure reported twice"]),
        ("BRIEFING-2019-04-25", ["18 months to April 2019: 3.", "15 April 2019", "railway"]),
    ],
)
def test_counts_and_what_the_texts_leave_open_stand_in_words(story: Cast, case_number: str, words: list[str]) -> None:
    narrative = report("WCO", case_number).narrative
    assert [each for each in words if each not in narrative] == []


def test_the_ivory_of_the_year_is_not_added_to_all_products(story: Cast) -> None:
    assert len(amounts(report("WCO", "CN-2019YTD"))) == 1
    assert "do not add it" in report("WCO", "CN-2019YTD").narrative


@pytest.mark.parametrize(
    ("agency", "case_number", "lines", "words"),
    [
        ("CN-CUSTOMS", "CN-20190330", 1, "2748 pieces"),
        ("VN-CUSTOMS", "VN-20190326", 1, "9120 kg"),
        ("UG-CUSTOMS", "UG-20190131", 2, "750 pieces, Kampala / Elegu border"),
    ],
)
def test_a_second_count_of_the_same_goods_is_told_and_not_added(
    story: Cast, agency: str, case_number: str, lines: int, words: str
) -> None:
    found = report(agency, case_number)
    assert len(amounts(found)) == lines
    assert "Not added to the amounts" in found.narrative
    assert words in found.narrative


def test_a_second_sources_origin_is_told_and_not_routed(story: Cast) -> None:
    found = report("VN-CUSTOMS", "VN-20190326")
    assert stops(found) == [("CG", "ORIGIN"), ("CN", "DESTINATION")]
    assert "origin CD" in found.narrative


def test_a_blank_destination_of_a_seizure_is_unknown(story: Cast) -> None:
    assert stops(report("MY-CUSTOMS", "MY-20200331")) == [("XF", "ORIGIN"), ("XX", "DESTINATION")]


def test_no_destination_is_invented_for_an_analysis(story: Cast) -> None:
    assert stops(report("WCO", "KH-20181213")) == [("MZ", "ORIGIN"), ("KH", "TRANSIT")]


def test_a_country_of_discovery_and_transit_keeps_its_stop_and_is_not_asked_by_itself(story: Cast) -> None:
    found = report("SG-CUSTOMS", "SG-20190403")
    assert ("SG", "TRANSIT") in stops(found)
    asked = set(Referral.objects.filter(report=found).values_list("agency__code", flat=True))
    assert asked == {"NG-CUSTOMS", "VN-CUSTOMS"}


def test_nobody_says_that_a_transit_of_the_file_had_the_goods_in_its_custody(story: Cast) -> None:
    own = RouteStop.objects.filter(report__kind="SEIZURE", part="TRANSIT")
    assert own.count() == 22
    assert set(own.values_list("seizure_opportunity", flat=True)) == {None}


@pytest.mark.parametrize(
    ("agency", "case_number", "expected"),
    [
        ("CN-CUSTOMS", "CN-20190330", ("2019-03-30", "2019-03-30", "DAY")),
        ("VN-CUSTOMS", "VN-20190725", ("2019-07-22", "2019-07-28", "WEEK")),
        ("WCO", "EIA-860", ("2018-01-01", "2018-01-31", "MONTH")),
        ("CN-CUSTOMS", "CN-20181225", ("2018-01-01", "2018-12-31", "YEAR")),
        ("HK-CUSTOMS", "HK-20200428", ("2020-04-28", "2020-05-04", "RANGE")),
        ("WCO", "CN-2019YTD", ("2019-01-01", "2019-04-25", "RANGE")),
    ],
)
def test_dates_keep_their_precision(story: Cast, agency: str, case_number: str, expected: tuple[str, ...]) -> None:
    found = report(agency, case_number)
    assert (str(found.occurred_from), str(found.occurred_until), found.precision) == expected


def test_a_line_without_a_taxon_says_so(story: Cast) -> None:
    assert [line[0] for line in amounts(report("WCO", "OP-PRESEDIO"))][-1] == "Unspecified"


def test_na_is_namibia_from_the_file_to_the_database(story: Cast) -> None:
    assert countries("NA;XF;NA") == ["NA", "XF"]
    horn = report("IFAW", "IFAW-HORN-2019-02")
    stop = RouteStop.objects.select_related("country").get(report=horn, country_id="NA")
    assert stop.country.label == "Namibia"


def test_kenyas_liaison_officer_finds_real_work_some_of_it_answered(story: Cast) -> None:
    kenya = story.liaison("KE-CUSTOMS")
    with acting(kenya):
        found = list(received(actor=kenya))
        labels = labels_of(referrals=found, language="en")
        told = {each.report.case_number: (each.state, each.for_information, why(each, labels)) for each in found}
    assert {number: told[number][:2] for number in told} == {
        "IFAW-HORN-2019-02": ("ACKNOWLEDGED", False),
        "IFAW-TIMBER-2019-02": ("OPEN", True),
        "WA-ONLINE-2019-04": ("ACTED", False),
        "WWF-EA-2019-03": ("OPEN", False),
        "WWF-RANGERS-2019-03": ("OPEN", False),
    }
    assert told["WWF-EA-2019-03"][2].startswith("Kenya is named as the country of origin (65")


def test_the_first_answers_of_every_kind_are_there(story: Cast) -> None:
    states = Counter(Referral.objects.exclude(state="OPEN").values_list("state", flat=True))
    assert states == {"ACKNOWLEDGED": 4, "ACCEPTED": 2, "ACTED": 3, "CLOSED": 2, "DECLINED": 1}
    assert Action.objects.count() == 4


def test_nothing_of_the_story_waits_for_a_worker_and_no_letter_is_sent(story: Cast) -> None:
    assert set(Delivery.objects.values_list("state", flat=True)) == {"DONE"}
    assert Notification.objects.count() == Dispatch.objects.count() > 0
    assert set(Dispatch.objects.values_list("state", flat=True)) == {"CANCELLED"}


def test_the_stranger_sees_what_is_open_to_every_member_and_nothing_else(story: Cast) -> None:
    stranger = story.liaison("STRANGER")
    with acting(stranger):
        seen = list(Report.objects.visible_to(stranger).values_list("label__tlp", flat=True))
        asked = received(actor=stranger).count()
    assert Counter(seen) == {"CLEAR": 8, "GREEN": 1}
    assert asked == 0
    assert not Notification.objects.filter(user__agency__code="STRANGER").exists()


def test_the_trail_of_the_story_holds(story: Cast) -> None:
    assert verify().broken is None


def test_a_second_telling_does_nothing_and_asks_once(story: Cast) -> None:
    before = Report.objects.count(), Notification.objects.count(), Action.objects.count()
    with CaptureQueriesContext(connection) as asked:
        assert spring_2019.run(now=now(), progress=quietly) == 0
    assert len(asked) == 1
    assert (Report.objects.count(), Notification.objects.count(), Action.objects.count()) == before


def test_what_is_missing_is_filed_without_filing_the_rest_again(story: Cast) -> None:
    with transaction.atomic():
        other = report("IFAW", "IFAW-EXCHANGE-2019-05")
        Report.objects.filter(id=other.id).update(case_number="renamed by its agency")
        walked: list[int] = []

        def progress(items: Sequence[Any], words: str) -> Sequence[Any]:
            walked.append(len(items))
            return items

        assert spring_2019.run(now=now(), progress=progress) == 1
        assert walked == [1, 0]
        transaction.set_rollback(True)


def test_without_the_cast_nothing_is_told(story: Cast) -> None:
    with transaction.atomic():
        User.objects.filter(email="officer@wco.example").update(is_active=False)
        Report.objects.filter(label__originator__code="WCO").update(case_number="")
        before = Report.objects.count()
        with pytest.raises(spring_2019.CastMissing, match=r"officer@wco\.example"):
            spring_2019.run(now=now(), progress=quietly)
        assert Report.objects.count() == before
        transaction.set_rollback(True)


@pytest.mark.parametrize("build", [spring_2019.filings, cases])
def test_case_numbers_tell_the_filings_apart(build: Callable[[], list[Filing]]) -> None:
    keys = [filing.key for filing in build()]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("date", "precision", "expected"),
    [
        ("2018-01-01", "month", {"date": "2018-01", "precision": "MONTH"}),
        ("2019-04", "month", {"date": "2019-04", "precision": "MONTH"}),
        ("2018", "year", {"date": "2018", "precision": "YEAR"}),
        ("2019-07-25", "week", {"date": "2019-07-25", "precision": "WEEK"}),
        ("2019-02-04/2019-03-03", "range", {"date": "2019-02-04", "until": "2019-03-03", "precision": "RANGE"}),
    ],
)
def test_a_date_of_the_file_is_read_no_more_precisely_than_it_is(date: str, precision: str, expected: object) -> None:
    assert occurred({"date": date, "date_precision": precision}) == expected

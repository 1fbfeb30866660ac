"""What people type and paste is kept as they meant it, or said with its place; what is looked up folded is never kept raw."""

from typing import Any

import pytest

from apps.reports.policy.amounts import boxed, readings
from apps.reports.policy.pasted import is_seen, tidied, unsafe_at
from tests.callers import PANGOLINS, Caller, read
from tests.cast import Cast

WIDE = "\uff2b\uff25"  # KE as a Chinese keyboard writes it


@pytest.mark.parametrize(
    ("typed", "english", "german"),
    [
        ("1000", ["1000"], ["1000"]),
        ("1,000", ["1000"], ["1.000", "1000"]),
        ("1.000", ["1.000", "1000"], ["1000"]),
        ("12.345", ["12.345", "12345"], ["12345"]),
        ("12,345.6", ["12345.6"], ["12345.6"]),
        ("12.345,6", ["12345.6"], ["12345.6"]),
        ("1 000", ["1000"], ["1000"]),
        ("1\u202f000,5", ["1000.5"], ["1000.5"]),
        ("1'000", ["1000"], ["1000"]),
        ("1\u2019000\u2019000.25", ["1000000.25"], ["1000000.25"]),
        ("1.000.000", ["1000000"], ["1000000"]),
        ("1,00,000", ["100000"], ["100000"]),
        ("33,3", ["33.3"], ["33.3"]),
        ("0.125", ["0.125"], ["0.125"]),
        ("1000.125", ["1000.125"], ["1000.125"]),
        ("1.2340", ["1.2340"], ["1.2340"]),
        ("\u0661\u0662\u066b\u0665", ["12.5"], ["12.5"]),
        ("\u0661\u066c\u0660\u0660\u0660", ["1000"], ["1000"]),
        ("\uff11\uff10\uff10\uff10", ["1000"], ["1000"]),
        ("\u0967\u0968", ["12"], ["12"]),
        ("\u22125", ["-5"], ["-5"]),
    ],
)
def test_a_number_is_read_as_the_readers_language_groups_or_told_to_be_two(
    typed: str, english: list[str], german: list[str]
) -> None:
    assert [str(number) for number in readings(typed, groups=",")] == english
    assert [str(number) for number in readings(typed, groups=".")] == german


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "a",
        "1_000",
        "_1_",
        "1e3",
        "NaN",
        "Infinity",
        "1 00",
        "10\u00b2",
        "1,2,3",
        "1.2.3",
        "5.",
        ",",
        "--5",
        "1" * 41,
        "1,,000",
    ],
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert readings(typed, groups=",") == ()


@pytest.mark.parametrize("typed", ["1.2340", "0.5", "1000", "999999.123456", "12.3450"])
def test_a_stored_amount_is_shown_so_that_it_is_read_back_as_itself(typed: str) -> None:
    for groups in (",", ".", "\u202f"):
        (number,) = readings(typed, groups=groups)
        assert readings(boxed(number), groups=groups) == (number,)


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("\ufeffa\ufeff b", "a b"),
        ("a\u0085b\u2028c\u000cd", "a\nb\nc\nd"),
        ("about \u206812\u2069 tusks", "about \u206812\u2069 tusks"),
        ("\u2067outer \u2068inner\u2069\u2069", "\u2067outer \u2068inner\u2069\u2069"),
        ("\u200f\u05d0\u061c \u0645\u06cc\u200c\u062e", "\u200f\u05d0\u061c \u0645\u06cc\u200c\u062e"),
        ("\u2708\ufe0f \U0001f468\u200d\U0001f33e", "\u2708\ufe0f \U0001f468\u200d\U0001f33e"),
        ("flag \U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", None),
    ],
)
def test_marks_that_belong_to_the_text_are_kept(pasted: str, kept: str | None) -> None:
    assert tidied(pasted, lines=True) == (kept or pasted)
    assert unsafe_at(tidied(pasted, lines=True)) is None


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        " ",
        "\u200b",
        "\u2060",
        "\u00ad",
        "\u2800",
        "\u3164",
        "\u200e\u200f",
        "\u200d",
        "\u034f",
        "\ufe0f",
        "\u2068\u2069",
        "\u0301",
    ],
)
def test_words_that_nobody_sees_are_no_words(nothing: str) -> None:
    assert not is_seen(nothing)
    assert tidied(nothing, lines=False) == tidied(nothing, lines=True) == ""


@pytest.mark.django_db
class TestByApi:
    """Through the door of programs."""

    @pytest.fixture
    def officer(self, cast: Cast) -> Caller:
        return Caller(cast.liaison("HK-CUSTOMS"))

    def _shown(self, officer: Caller, **changes: Any) -> dict[str, Any]:
        answer = officer.post("reports/", {**PANGOLINS, **changes})
        assert answer.status_code == 201, answer.content
        shown: dict[str, Any] = read(answer)
        return shown

    def test_a_country_in_full_width_is_the_country(self, officer: Caller) -> None:
        route = [{"country": WIDE, "part": "ORIGIN"}, {"country": " vn ", "part": "DESTINATION"}]
        shown = self._shown(officer, place={"country": WIDE}, route=route)
        assert shown["place"]["country"] == "KE"
        assert [stop["country"] for stop in shown["route"]] == ["KE", "VN"]
        again = officer.call("PATCH", f"reports/{shown['id']}/", {"place": {"country": "\uff53\uff47"}})
        assert read(again)["place"]["country"] == "SG"

    def test_a_preview_tells_the_same_agency_however_wide_the_country_was_typed(self, officer: Caller) -> None:
        told = [
            [
                each["agency"]
                for each in read(officer.post("reports/preview/", {**PANGOLINS, "route": [stop]}))["audience"]
            ]
            for stop in ({"country": WIDE, "part": "ORIGIN"}, {"country": "KE", "part": "ORIGIN"})
        ]
        assert told[0] == told[1]
        assert "KE-CUSTOMS" in told[0]

    def test_a_title_in_lines_becomes_one_line(self, officer: Caller) -> None:
        assert self._shown(officer, title="Tusks\r\nin\ta box")["title"] == "Tusks in a box"

    def test_an_unsafe_character_is_said_with_its_place(self, officer: Caller) -> None:
        answer = officer.post("reports/", {**PANGOLINS, "narrative": "seized at Mombasa\u202e today"})
        (said,) = read(answer)["errors"]["narrative"]
        assert "can't be shown safely, after \u201cMombasa\u201d" in said

    def test_a_title_that_nobody_sees_is_missing(self, officer: Caller) -> None:
        shown = self._shown(officer, kind="ANALYSIS", title="\u3164\u200b", narrative="\u2060")
        answer = officer.post(f"reports/{shown['id']}/submit/")
        assert answer.status_code == 400
        assert "title" in read(answer)["errors"]

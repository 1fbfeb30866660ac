"""Amounts at the browser: what could be two numbers is asked at its box, and what is shown can't be misread."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.reports.models import RouteStop, SeizedItem
from tests.callers import ETIS
from tests.cast import Cast
from tests.reports.test_api_fuzz import NASTY, undone
from tests.sizes import generated
from tests.web.visiting import Visitor, drafted, flat, rows

pytestmark = pytest.mark.django_db
NEW = "/reports/new/seizure/"
size = generated(commit=25, landing=1_000, release=5_000)


@pytest.fixture
def officer(cast: Cast) -> Visitor:
    return Visitor(cast, "officer", "SG-CUSTOMS")


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1,000", "1000"),
        ("12,345.6", "12345.6"),
        ("1 000", "1000"),
        ("1\u2019000", "1000"),
        ("33,3", "33.3"),
        ("\u0661\u0662", "12"),
    ],
)
def test_a_number_with_one_meaning_is_taken(officer: Visitor, typed: str, amount: str) -> None:
    officer.post(NEW, {**flat(ETIS), "items-0-quantity": typed})
    assert SeizedItem.objects.get().quantity == Decimal(amount)


def test_a_number_with_two_meanings_is_asked_and_answered_by_a_button(officer: Visitor) -> None:
    words = {**flat(ETIS), "items-0-quantity": "1.000"}
    page = officer.post(NEW, words, 422)
    assert "Line 1: \u201c1.000\u201d could be two numbers. Which one is it?" in page
    assert "1 kg = 1,000 g" in page
    assert "1,000 kg = 1 tonne" in page
    assert not SeizedItem.objects.exists()
    assert 'value="choose:items-0-quantity=1000"' in page.html
    answered = officer.post(NEW, {**words, "do": "choose:items-0-quantity=1000"})
    assert answered.boxes["items-0-quantity"] == "1000"
    assert "two numbers" not in answered
    officer.post(NEW, {**words, "items-0-quantity": answered.boxes["items-0-quantity"]})
    assert SeizedItem.objects.get().grams == Decimal(1_000_000)


def test_a_choice_for_a_box_that_is_not_there_changes_nothing(officer: Visitor) -> None:
    page = officer.post(NEW, {**flat(ETIS), "do": "choose:nowhere=1"})
    assert page.boxes["items-0-quantity"] == "1000"


def test_the_check_page_says_a_tonne_beside_a_thousand_kilograms(officer: Visitor) -> None:
    assert "1,000 kg = 1 tonne" in officer.post(NEW, flat(ETIS))


def test_three_decimals_that_are_stored_are_read_back_as_they_are(cast: Cast, officer: Visitor) -> None:
    item = {**ETIS["items"][0], "quantity": "1.234"}
    report = drafted(cast.officer("SG-CUSTOMS"), items=[item])
    box = officer.get(f"/reports/{report}/edit/what/").boxes["items-0-quantity"]
    words = {"title": "", "narrative": "", **rows("items", [{**item, "quantity": box}]), "do": "save"}
    officer.post(f"/reports/{report}/edit/what/", words)
    assert SeizedItem.objects.get().quantity == Decimal("1.234")


@pytest.mark.parametrize("share", ["NaN", "sNaN", "Infinity", "-1", "1_0", "1e1", "101"])
def test_a_share_that_is_no_percentage_is_refused(officer: Visitor, share: str) -> None:
    assert "Stop 1: Enter a number from 0 to 100." in officer.post(NEW, {**flat(ETIS), "route-0-share": share}, 422)


def test_a_share_takes_a_decimal_comma(officer: Visitor) -> None:
    officer.post(NEW, {**flat(ETIS), "route-0-share": "12,5 %"})
    assert RouteStop.objects.get(line=0).share == Decimal("0.125")


TYPED = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.text("0123456789.,' -%_eE\u0661\uff11\u00b2", max_size=12),
    NASTY,
)
BOXES = st.sampled_from(sorted(name for name in flat(ETIS) if not name.endswith("_FORMS")))


@size
@given(typed=st.dictionaries(BOXES, TYPED, min_size=1, max_size=4))
def test_no_words_break_the_short_form(officer: Visitor, typed: dict[str, str]) -> None:
    with undone():
        answer = officer.client.post(NEW, {**flat(ETIS), **typed})
        assert answer.status_code in {200, 302, 422}, answer.content[:500]

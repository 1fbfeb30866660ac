"""Forms as pages draw them."""

import re
from typing import Any, ClassVar

import pytest
from django import forms
from django.http import QueryDict
from django.template import Context, Template
from django.utils import translation

from apps.web.forms import Focus, Form, LookupField, PartialDateField, Radios, Row, Rows, Vocabulary, changed
from apps.web.forms.lookups import Entry

COUNTRIES = Vocabulary(
    [
        Entry("KE", "Kenya"),
        Entry("NA", "Namibia"),
        Entry("CD", "Congo, Democratic Republic of the", ("Congo", "DRC")),
        Entry("CG", "Congo, Republic of the", ("Congo",)),
    ]
)


class Filing(Form):
    optional = frozenset({"case_number"})
    title = forms.CharField(label="What is it?", help_text="One line")
    case_number = forms.CharField(label="Case number", required=False)
    occurred = PartialDateField(label="When?")
    country = LookupField(label="Country", vocabulary=lambda: COUNTRIES, list_id="countries", required=False)
    kind = forms.ChoiceField(
        label="Kind", choices=[("S", "Seizure"), ("A", "Analysis")], widget=Radios(hints={"S": "Goods were taken"})
    )


class Stop(Row):
    when: ClassVar[dict[str, tuple[str, str]]] = {"share": ("part", "ORIGIN")}
    row_template = "web/forms/stop_row.html"
    part = forms.ChoiceField(label="Part", choices=[("", "-"), ("ORIGIN", "Origin"), ("TRANSIT", "Transit")])
    country = LookupField(label="Country", vocabulary=lambda: COUNTRIES, list_id="countries")
    share = forms.CharField(label="Share", required=False)


class StopSet(Rows):
    form = Stop
    max_num = 3
    row_word = "Stop"
    add_word = "Add another stop"
    ordered = True


def posted(*rows: dict[str, str], **others: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({"route-TOTAL_FORMS": str(len(rows)), "route-INITIAL_FORMS": "0", **others})
    data.update({f"route-{at}-{name}": value for at, row in enumerate(rows) for name, value in row.items()})
    return data


def filed(**values: str) -> Filing:
    return Filing({"title": "Ivory", "occurred_year": "2019", "kind": "S", **values})


def summary(*things: Any) -> str:
    names = [f"thing{at}" for at in range(len(things))]
    source = "{% load look %}{% error_summary " + " ".join(names) + " %}"
    return Template(source).render(Context(dict(zip(names, things, strict=True))))


@pytest.mark.parametrize(
    ("day", "month", "year", "expected"),
    [
        ("16", "1", "2019", {"date": "2019-01-16", "precision": "DAY"}),
        ("6", "01", "2019", {"date": "2019-01-06", "precision": "DAY"}),
        ("16", "January", "2019", {"date": "2019-01-16", "precision": "DAY"}),
        ("16", "sept.", "2019", {"date": "2019-09-16", "precision": "DAY"}),
        ("", "Feb", "2019", {"date": "2019-02", "precision": "MONTH"}),
        ("", "", " 2019 ", {"date": "2019", "precision": "YEAR"}),
        ("２９", "2", "２０２０", {"date": "2020-02-29", "precision": "DAY"}),
    ],
)
def test_a_date_is_as_precise_as_what_was_typed(day: str, month: str, year: str, expected: dict[str, str]) -> None:
    assert PartialDateField().clean([day, month, year]) == expected


@pytest.mark.parametrize(
    ("day", "month", "year", "wrong"),
    [
        ("31", "2", "2019", "day"),
        ("x", "2", "2019", "day"),
        ("\x00", "2", "2019", "day"),
        ("1" * 5000, "2", "2019", "day"),
        ("16", "", "2019", "month"),
        ("", "13", "2019", "month"),
        ("", "Brumaire", "2019", "month"),
        ("16", "1", "", "year"),
        ("16", "1", "19", "year"),
        ("16", "1", "0000", "year"),
        ("", "", "", "required"),
    ],
)
def test_a_date_that_cannot_be_says_which_box_is_wrong(day: str, month: str, year: str, wrong: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        PartialDateField().clean([day, month, year])
    assert [error.code for error in refused.value.error_list] == [wrong]


def test_a_month_may_be_written_in_the_readers_language_or_in_english() -> None:
    with translation.override("fr"):
        assert PartialDateField().clean(["", "février", "2019"]) == {"date": "2019-02", "precision": "MONTH"}
        assert PartialDateField().clean(["", "february", "2019"]) == {"date": "2019-02", "precision": "MONTH"}


def test_a_date_comes_back_into_its_boxes_as_it_was_known() -> None:
    form = Filing(initial={"occurred": {"date": "2019-01", "precision": "MONTH"}})
    boxes = [(box["attrs"]["id"], box["value"]) for box in form["occurred"].parts]  # type: ignore[attr-defined]
    assert boxes == [("id_occurred_0", None), ("id_occurred_1", "1"), ("id_occurred_2", "2019")]


def test_only_the_wrong_box_of_a_date_is_red_and_the_summary_leads_to_it() -> None:
    form = filed(occurred_day="31", occurred_month="feb", occurred_year="2019")
    html = form["occurred"].as_field_group()
    red = re.findall(r"<input[^>]*govuk-input--error[^>]*>", html)
    assert len(red) == 1
    assert 'id="id_occurred_0"' in red[0]
    assert 'value="31"' in red[0]
    assert 'href="#id_occurred_0"' in summary(form)


@pytest.mark.parametrize("word", ["Kenya", "kenya", " KE ", "ＫＥ", "ke"])
def test_a_looked_up_word_is_understood_by_label_and_by_code_in_any_case_and_width(word: str) -> None:
    form = filed(country=word)
    assert form.is_valid()
    assert form.cleaned_data["country"] == "KE"


def test_na_is_namibia_and_not_a_missing_value() -> None:
    form = filed(country="NA")
    assert form.is_valid()
    assert form.cleaned_data["country"] == "NA"
    assert 'value="Namibia"' in Filing(initial={"country": "NA"})["country"].as_field_group()


@pytest.mark.parametrize("word", ["Keyna", "Congo", "\x00"])
def test_a_word_that_is_unknown_or_means_two_things_is_kept_and_refused(word: str) -> None:
    form = filed(country=word)
    assert not form.is_valid()
    assert set(form.errors) == {"country"}
    if word.isprintable():
        assert f'value="{word}"' in form["country"].as_field_group()


def test_the_summary_says_the_same_words_as_stand_beside_the_fields_and_leads_to_them() -> None:
    form = Filing({})
    stops = StopSet(posted({"part": "ORIGIN"}, {"part": "TRANSIT", "country": "Nowhere"}), prefix="route")
    top = summary(form, stops)
    links = re.findall(r'<a href="#([^"]+)"><bdi>(.*?)</bdi></a>', top)
    page = str(form) + str(stops)
    beside = re.findall(r'<p class="govuk-error-message"><span[^>]*>Error:</span> <bdi>(.*?)</bdi></p>', page)
    assert [words for _id, words in links] == beside
    assert len(links) == 5
    assert all(f'id="{target}"' in page for target, _words in links)
    assert "Stop 1: Fill in “Country”." in beside


def test_a_field_without_words_of_its_own_asks_by_its_label_and_not_in_djangos_words() -> None:
    html = str(Filing({}))
    assert "Fill in “What is it?”." in html
    assert "This field is required" not in html


def test_a_wrong_field_is_tied_to_its_hint_and_its_message() -> None:
    html = Filing({})["title"].as_field_group()
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html


def test_only_what_is_said_to_be_optional_is_called_so() -> None:
    form = Filing()
    assert "(optional)" in form["case_number"].as_field_group()
    assert "(optional)" not in form["country"].as_field_group()


def test_a_choice_carries_its_hint_and_what_was_typed_is_escaped() -> None:
    html = filed(title='<b>"x"')["kind"].as_field_group() + filed(title='<b>"x"')["title"].as_field_group()
    assert 'id="id_kind_0_hint" class="govuk-hint govuk-radios__hint">Goods were taken' in html
    assert 'aria-describedby="id_kind_0_hint"' in html
    assert "<b>" not in html
    assert "&lt;b&gt;&quot;x&quot;" in html


@pytest.mark.parametrize(
    ("verb", "order", "focus"),
    [
        ("add", ["KE", "NA", ""], Focus(2, "first")),
        ("remove:0", ["NA"], Focus(0, "first")),
        ("up:1", ["NA", "KE"], Focus(0, "down")),
        ("down:0", ["NA", "KE"], Focus(1, "up")),
    ],
)
def test_a_rows_button_changes_the_rows_and_says_where_the_reader_goes(
    verb: str, order: list[str], focus: Focus
) -> None:
    data, went = changed(posted({"country": "KE"}, {"country": "NA"}, title="Ivory"), prefix="route", verb=verb)
    assert went == focus
    assert data["title"] == "Ivory"
    assert data["route-TOTAL_FORMS"] == str(len(order))
    assert [data.get(f"route-{at}-country", "") for at in range(len(order))] == order
    assert f"route-{len(order)}-country" not in data


@pytest.mark.parametrize("verb", ["", "up:0", "down:1", "remove:2", "remove:-1", "remove:x", "remove:²", "explode:0"])
def test_a_button_that_means_nothing_changes_nothing(verb: str) -> None:
    before = posted({"country": "KE"}, {"country": "NA"})
    assert changed(before, prefix="route", verb=verb) == (before, None)


def test_the_last_row_removed_leaves_the_reader_at_the_add_button() -> None:
    data, focus = changed(posted({"country": "KE"}), prefix="route", verb="remove:0")
    stops = StopSet(data, prefix="route")
    stops.quiet, stops.focus = True, focus
    assert len(stops) == 0
    assert re.search(r'value="route:add"[^>]* autofocus>', str(stops))


def test_a_count_of_rows_that_nobody_could_mean_does_no_harm() -> None:
    for total in ("9" * 400, "-1", "²", "1e9"):
        data, _focus = changed(QueryDict(f"route-TOTAL_FORMS={total}&route-0-country=KE"), prefix="route", verb="add")
        assert int(str(data["route-TOTAL_FORMS"])) <= 1001


def test_a_new_row_takes_the_focus_and_nothing_is_judged_yet() -> None:
    data, focus = changed(posted({"country": "Keyna"}), prefix="route", verb="add")
    stops = StopSet(data, prefix="route")
    stops.quiet, stops.focus = True, focus
    html = str(stops)
    assert html.count("autofocus") == 1
    assert re.search(r'name="route-1-part"[^>]* autofocus', html)
    assert 'value="Keyna"' in html
    assert "error" not in html
    assert "aria-invalid" not in html
    assert summary(stops).strip() == ""


def test_the_ends_of_ordered_rows_cannot_be_moved_further() -> None:
    html = str(StopSet(posted({"country": "KE"}, {"country": "NA"}), prefix="route"))
    off = re.findall(r'value="(route:\w+:\d)"[^>]* disabled', html)
    assert off == ["route:up:0", "route:down:1"]


def test_more_rows_than_there_may_be_are_all_shown_and_refused() -> None:
    stops = StopSet(posted(*[{"part": "ORIGIN", "country": "KE"}] * 4), prefix="route")
    assert not stops.is_valid()
    assert len(stops) == 4
    assert stops.messages == ["Please submit at most 3 forms."]
    assert 'href="#route"' in summary(stops)


def test_rows_stop_growing_at_their_limit() -> None:
    assert "route:add" in str(StopSet(posted({}, {}), prefix="route"))
    assert "route:add" not in str(StopSet(posted({}, {}, {}), prefix="route"))


def test_a_box_that_hangs_on_another_names_it_and_the_value() -> None:
    html = str(StopSet(posted({"part": "ORIGIN"}), prefix="route"))
    assert 'data-when="id_route-0-part" data-is="ORIGIN"' in html
    assert 'data-part-of="id_route-0-part" data-part="ORIGIN"' in html


def test_a_plain_widget_in_django_admin_keeps_djangos_look() -> None:
    assert str(filed()["title"]) == (
        '<input type="text" name="title" value="Ivory" required aria-describedby="id_title_helptext" id="id_title">'
    )

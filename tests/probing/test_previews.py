"""Whom a draft would tell is a preview, at whatever door and by whatever method: it is counted, once a request."""

from collections.abc import Callable

import pytest
from django.test import Client

from apps.agencies import actions
from apps.agencies.acting import acting
from apps.agencies.actions.budgets import _hashed
from apps.agencies.actions.probing import MOST
from apps.agencies.models import Budget
from apps.agencies.policy import Actor, Asking
from apps.core.clock import now
from apps.core.ids import new_id
from apps.reports import actions as reports
from apps.reports.models import Report
from tests.access.lines import Lines
from tests.callers import ETIS, Caller, read
from tests.cast import Cast
from tests.doors import come_in
from tests.web.visiting import flat


def test_previews_have_a_budget_of_their_own(cast: Cast) -> None:
    officer = cast.officer("SG-CUSTOMS")
    caller = Caller(officer)
    for _ in range(MOST[Asking.PREVIEW].account - 1):
        actions.ask(actor=officer, kind=Asking.PREVIEW, now=now())
    assert caller.post("reports/preview/", {"kind": "ANALYSIS"}).status_code == 200
    assert caller.post("reports/preview/", {"kind": "ANALYSIS"}).status_code == 429
    draft = caller.draft()
    assert caller.get(f"reports/{draft}/").status_code == 200


def previews(actor: Actor) -> list[int]:
    """How much of the budget of previews the account and its agency have spent."""
    subjects = [str(actor.user_id), str(actor.agency_id)]
    keys = [_hashed("preview", subject) for subject in subjects]
    return list(Budget.objects.filter(key__in=keys).order_by("spent").values_list("spent", flat=True))


def leave_one(actor: Actor) -> None:
    """Spend the account's budget of previews but for one."""
    actions.ask(actor=actor, kind=Asking.PREVIEW, now=now())
    Budget.objects.filter(kind="preview").update(spent=MOST[Asking.PREVIEW].account - 1)


def test_the_audience_of_a_draft_is_a_preview_and_of_what_was_submitted_a_fact(cast: Cast) -> None:
    caller, analyst = Caller(cast.officer("SG-CUSTOMS")), Caller(cast.analyst("SG-CUSTOMS"))
    draft, sent = caller.draft(ETIS), caller.submitted(ETIS)
    for _ in range(2):
        assert caller.get(f"reports/{sent}/audience/").status_code == 200
    assert analyst.get(f"reports/{draft}/audience/").status_code == 403
    assert caller.get(f"reports/{new_id()}/audience/").status_code == 404
    assert (previews(caller.actor), previews(analyst.actor)) == ([], [])
    for number in (1, 2, 3):
        assert caller.get(f"reports/{draft}/audience/").status_code == 200
        assert previews(caller.actor) == [number, number]


def test_the_audience_of_a_draft_is_refused_once_previews_are_spent(cast: Cast) -> None:
    caller = Caller(cast.officer("SG-CUSTOMS"))
    draft, sent = caller.draft(ETIS), caller.submitted(ETIS)
    leave_one(caller.actor)
    assert caller.get(f"reports/{draft}/audience/").status_code == 200
    trail = Lines()
    refused = caller.get(f"reports/{draft}/audience/")
    assert (refused.status_code, read(refused)["code"]) == (429, "asked_too_much")
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert trail.new() == [], "no line says that it was shown"
    assert caller.get(f"reports/{sent}/audience/").status_code == 200
    assert previews(caller.actor) == [MOST[Asking.PREVIEW].account] * 2


def test_a_budget_of_previews_is_spent_exactly_at_every_door_together(cast: Cast) -> None:
    officer = cast.officer("SG-CUSTOMS")
    caller, browser = Caller(officer), Client()
    come_in(browser, cast.user("officer", "SG-CUSTOMS"))
    draft, empty = caller.draft(ETIS), caller.draft({"kind": "SEIZURE"})
    check = f"/reports/{draft}/check/"
    asked: list[Callable[[], int]] = [
        lambda: caller.get(f"reports/{draft}/audience/").status_code,
        lambda: caller.post("reports/preview/", {"report": str(draft)}).status_code,
        lambda: browser.get(check).status_code,
        lambda: browser.head(check).status_code,
        lambda: browser.post(check, {"stamp": "another"}).status_code,
        lambda: browser.post(f"/reports/{empty}/check/").status_code,
        lambda: browser.post("/reports/new/seizure/", {**flat(ETIS), "do": "preview"}).status_code,
    ]
    for number, (ask, status) in enumerate(zip(asked, (200, 200, 200, 200, 409, 422, 200), strict=True), start=1):
        assert ask() == status
        assert previews(officer) == [number, number]
    leave_one(officer)
    assert asked[4]() == 409
    assert [ask() for ask in asked] == [429] * len(asked)
    assert previews(officer) == [MOST[Asking.PREVIEW].account] * 2
    assert Report.objects.get(id=draft).state == "DRAFT"


def test_a_submission_that_shows_no_preview_takes_none(cast: Cast) -> None:
    officer = cast.officer("SG-CUSTOMS")
    caller, browser = Caller(officer), Client()
    come_in(browser, cast.user("officer", "SG-CUSTOMS"))
    by_page, by_api, spent = (caller.draft(ETIS) for _ in range(3))
    assert browser.post(f"/reports/{by_page}/check/").status_code == 302
    assert caller.post(f"reports/{by_api}/submit/").status_code == 200
    assert previews(officer) == []
    leave_one(officer)
    assert browser.get(f"/reports/{spent}/check/").status_code == 200
    assert browser.get(f"/reports/{spent}/check/").status_code == 429
    assert browser.post(f"/reports/{spent}/check/").status_code == 302, "what is ready is sent all the same"
    assert set(Report.objects.values_list("state", flat=True)) == {"SUBMITTED"}


def test_a_door_that_forgets_to_say_that_it_previews_shows_nothing_uncounted(cast: Cast) -> None:
    """The verb itself asks, whatever calls it."""
    officer = cast.officer("SG-CUSTOMS")
    draft = Caller(officer).draft(ETIS)
    for verb, named in (
        (reports.preview_content, {"data": {"kind": "ANALYSIS"}}),
        (reports.preview_draft, {"report_id": draft}),
        (reports.audience_for, {"report_id": draft}),
    ):
        with pytest.raises(actions.NotCounted), acting(officer):
            verb(actor=officer, language="en", now=now(), **named)
    assert previews(officer) == []

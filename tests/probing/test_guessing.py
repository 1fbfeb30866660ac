"""One account and five together guess on and on: they learn nothing, are cut off at the budget, and it is noticed."""

import time
from collections import defaultdict
from datetime import timedelta
from itertools import cycle, islice
from uuid import UUID

import pytest
from django.test import Client

from apps.agencies import actions
from apps.agencies.actions.budgets import _hashed
from apps.agencies.actions.probing import MOST
from apps.agencies.models import Budget, Pause, User
from apps.agencies.policy import Actor, Asking
from apps.agencies.queries import actor_of
from apps.audit.models import Entry
from apps.core.clock import now
from apps.notifications.models import Alarm, Notification
from apps.outbox.actions import relay
from apps.referrals.models import Referral
from apps.reports.models import Report
from tests.callers import Caller, read
from tests.cast import Cast
from tests.counting import counted
from tests.doors import come_in
from tests.evidence import Evidence
from tests.probing.guesses import Guess, ids, words
from tests.sizes import size

GUESSES = size(commit=60, landing=2_000, release=10_000)  # beyond what is left of the budget
ASKED_BEFORE = size(commit=0.9, landing=0.0, release=0.0)  # part of the budget that was spent before by the verb itself
MISSES, SEARCHES = MOST[Asking.MISS], MOST[Asking.SEARCH]
TOGETHER = ("officer", "liaison", "analyst", "admin")


@pytest.fixture
def hidden(cast: Cast) -> UUID:
    """Hong Kong's report, of which a stranger knows nothing."""
    report = Caller(cast.officer("HK-CUSTOMS")).submitted()
    relay()
    return report


def spend_before(actor: Actor, kind: Asking, most: int) -> int:
    """Spend a part of the budget without asking for anything; returns how much is left of it."""
    spent = int(most * ASKED_BEFORE)
    for _ in range(spent):
        actions.ask(actor=actor, kind=kind, now=now())
    return most - spent


def guess_ids(hidden: UUID, count: int) -> list[Guess]:
    referral = Referral.objects.filter(report_id=hidden).values_list("id", flat=True)[0]
    return list(islice(ids(hidden, referral), count))


def alike(answers: dict[str, set[tuple[object, ...]]], *statuses: int) -> None:
    """Each kind of guess was answered in one way, whether it was right or not."""
    assert {kind: len(found) for kind, found in answers.items()} == dict.fromkeys(answers, 1)
    assert {found[0] for each in answers.values() for found in each} == set(statuses)


def told_of(cast: Cast, asked: int, whole: int) -> None:
    """Administrators of the agency and of the platform know it; nobody else, and nothing of what was looked for."""
    begun = time.monotonic()
    relay()
    assert time.monotonic() - begun < 60
    alarm = Alarm.objects.get(code="probing", ended_at=None)
    assert (alarm.facts["asked"], alarm.facts["whole_agency"]) == (asked, whole)
    notices = Notification.objects.filter(kind="PROBING")
    assert set(notices.values_list("user__email", "label_id")) == {("admin@stranger.example", None)}
    entry = Entry.objects.get(verb="budget_spent")
    assert entry.owner_id == cast.agency("STRANGER").id


def test_one_account_that_guesses_at_ids_is_cut_off_at_its_budget(cast: Cast, hidden: UUID, evidence: Evidence) -> None:
    officer = cast.officer("STRANGER")
    caller = Caller(officer)
    own = caller.draft()
    left = spend_before(officer, Asking.MISS, MISSES.account)
    guesses = guess_ids(hidden, max(left + GUESSES, GUESSES))
    before: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    for guess in guesses[:left]:
        before[guess.kind].add(guess.answer(guess.asked(caller)))
    alike(before, 404)
    assert len(before) == 5
    assert caller.get("reports/").status_code == 200
    after: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    for guess in guesses[left:]:
        response = guess.asked(caller)
        assert 0 < int(response["Retry-After"]) <= 3600
        del response["Retry-After"]
        after[guess.kind].add(guess.answer(response))
    alike(after, 429)
    refused = caller.get(f"reports/{own}/")
    assert (refused.status_code, read(refused)["code"]) == (429, "asked_too_much"), "what is there is refused, too"
    told_of(cast, MISSES.account, 0)
    evidence.add("guesses", len(guesses))


def test_one_account_that_guesses_at_words_is_cut_off_at_its_budget(
    cast: Cast, hidden: UUID, evidence: Evidence
) -> None:
    analyst = cast.analyst("STRANGER")
    caller = Caller(analyst)
    left = spend_before(analyst, Asking.SEARCH, SEARCHES.account)
    reference = Report.objects.get(id=hidden).reference or ""
    before: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    for guess in islice(words(reference), left):
        response = guess.asked(caller)
        before[guess.kind].add(guess.answer(response))
        assert read(response)["results"] == []
    alike(before, 200)
    for guess in islice(words(reference), GUESSES):
        assert guess.asked(caller).status_code == 429
    assert caller.get("reports/").status_code == 200, "a list that asks for no words is no search"
    told_of(cast, SEARCHES.account, 0)
    evidence.add("guesses", left + GUESSES)


def test_five_accounts_together_get_no_more_than_their_agencys_budget(
    cast: Cast, hidden: UUID, evidence: Evidence
) -> None:
    User.objects.create(
        email="second@stranger.example", name="Second", agency=cast.agency("STRANGER"), roles=["OFFICER"]
    )
    people = [cast.actor(word, "STRANGER") for word in (*TOGETHER, "second")]
    callers = [Caller(actor) for actor in people]
    for actor in people:
        spend_before(actor, Asking.MISS, MISSES.agency // 5)
    left = MISSES.agency - 5 * int(MISSES.agency // 5 * ASKED_BEFORE)
    found = [
        guess.asked(caller).status_code
        for guess, caller in zip(guess_ids(hidden, left + GUESSES), cycle(callers), strict=False)
    ]
    assert found == [404] * left + [429] * GUESSES
    sixth = User.objects.create(
        email="third@stranger.example", name="Third", agency=cast.agency("STRANGER"), roles=["OFFICER"]
    )
    waits = actor_of(user_id=sixth.id, now=now())
    assert waits
    assert Caller(waits).get(f"reports/{hidden}/").status_code == 429, "who has asked nothing waits with the others"
    assert Caller(cast.officer("UG-CUSTOMS")).get(f"reports/{hidden}/").status_code == 404, "and nobody else does"
    told_of(cast, MISSES.agency, 1)
    evidence.add("guesses", len(found))


def test_pages_and_api_spend_the_same_budget(cast: Cast, hidden: UUID) -> None:
    officer = cast.officer("STRANGER")
    browser = Client()
    come_in(browser, cast.user("officer", "STRANGER"))
    for _ in range(MISSES.account - 2):
        actions.ask(actor=officer, kind=Asking.MISS, now=now())
    assert Caller(officer).get(f"reports/{hidden}/").status_code == 404
    assert browser.get(f"/reports/{hidden}/").status_code == 404
    page = browser.get(f"/reports/{hidden}/")
    assert page.status_code == 429
    assert 0 < int(page["Retry-After"]) <= 3600
    assert "Wait a while" in page.content.decode()
    assert str(hidden) not in page.content.decode()
    assert Caller(cast.officer("STRANGER")).get(f"reports/{hidden}/").status_code == 429
    assert browser.get("/").status_code == 200


def test_an_hour_later_the_budget_is_whole_again(cast: Cast, hidden: UUID) -> None:
    officer = cast.officer("STRANGER")
    earlier = now() - timedelta(minutes=59)
    for _ in range(MISSES.account):
        actions.ask(actor=officer, kind=Asking.MISS, now=earlier)
    caller = Caller(officer)
    assert caller.get(f"reports/{hidden}/").status_code == 429
    later = now() + timedelta(minutes=2)
    fresh = actor_of(user_id=officer.user_id, now=later)
    waiting = actor_of(user_id=officer.user_id, now=now())
    assert fresh
    assert waiting
    assert (waiting.paused, fresh.paused) == (frozenset({Asking.MISS}), frozenset())
    actions.ask(actor=fresh, kind=Asking.MISS, now=later)


def test_reading_what_is_there_takes_nothing_and_costs_no_statement(cast: Cast, hidden: UUID) -> None:
    """The budget of misses is asked in the statement that finds out who asks."""
    liaison = Caller(cast.liaison("VN-CUSTOMS"))
    liaison.get(f"reports/{hidden}/")
    with counted() as count:
        assert liaison.get(f"reports/{hidden}/").status_code == 200
    assert [each for each in count.statements if "agencies_budget" in each] == []
    assert len([each for each in count.statements if "agencies_pause" in each]) == 1
    assert not Pause.objects.exists()


def test_what_is_refused_for_the_agencys_budget_is_not_taken_from_the_account(cast: Cast) -> None:
    officer, agency = cast.officer("STRANGER"), cast.agency("STRANGER")
    whole = Budget.objects.filter(kind="miss").order_by("-spent")
    actions.ask(actor=officer, kind=Asking.MISS, now=now())
    assert list(whole.values_list("spent", flat=True)) == [1, 1]
    Budget.objects.filter(key=_hashed("miss", str(agency.id))).update(spent=MISSES.agency)
    with pytest.raises(actions.AskedTooMuch):
        actions.ask(actor=officer, kind=Asking.MISS, now=now())
    assert list(whole.values_list("spent", flat=True)) == [MISSES.agency, 1]

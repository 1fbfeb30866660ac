"""What holds after every step, whatever the steps were: asked of the product, compared with the books."""

import json
from collections.abc import Collection
from uuid import UUID

from django.db import connection

from apps.agencies.acting import acting, settings_of
from apps.agencies.events import AccountChanged
from apps.agencies.policy import Actor, Role
from apps.agencies.queries import actors_of
from apps.core.clock import now
from apps.notifications.models import Dispatch, Notification
from apps.notifications.queries import page_of
from apps.notifications.states import TOLD_WITHOUT_OPENING, DispatchState, NoticeKind
from apps.outbox.models import Event
from apps.referrals.ledger import prove
from tests.machines.model import Model, Person

# Asks the wall for one person after the other within one round trip: as the web role, with the settings of ``acting``.
READ_BY = """
CREATE OR REPLACE FUNCTION pg_temp.read_by(actors jsonb)
RETURNS TABLE (person uuid, reports uuid[], referred uuid[], asked int[], asking int[]) LANGUAGE plpgsql AS $$
DECLARE actor jsonb;
BEGIN
    FOR actor IN SELECT * FROM jsonb_array_elements(actors) LOOP
        PERFORM set_config('role', 'counterpart_web', true), set_config('app.tokens', actor->>'tokens', true),
            set_config('app.agency', actor->>'agency', true), set_config('app.user', actor->>'user', true),
            set_config('app.staff', actor->>'staff', true);
        person := actor->>'user';
        SELECT array_agg(id) INTO reports FROM reports_report;
        SELECT array_agg(f.report_id), array_agg(a.token), array_agg(o.token) INTO referred, asked, asking
            FROM referrals_referral f
            JOIN agencies_agency a ON a.id = f.agency_id JOIN agencies_agency o ON o.id = f.originator_id;
        RETURN NEXT;
    END LOOP;
END $$
"""


TOLD = ("tokens", "agency", "user", "staff")  # the names under which ``READ_BY`` takes the settings of ``acting``
Shown = tuple[set[UUID], list[tuple[UUID, int, int]]]  # the reports, and the referrals with who is asked and who asks
NOTHING: Shown = (set(), [])


def everybody_sees_what_the_oracle_says(model: Model, people: list[str]) -> int:
    """Who sees what, with no condition of ours; returns how many pairs of a person and a report were compared.

    A referral is its agency's and the originator's, while they read the report.
    """
    actors = actors_of(user_ids=[model.people[name].id for name in people], now=now())
    shown = _shown(list(actors.values()))
    for name in people:
        person = model.people[name]
        told = model.seen(person)
        seen, referrals = shown.get(person.id, NOTHING)
        for report in seen ^ told:
            word = "sees" if report in seen else "does not see"
            raise AssertionError(f"{name} {word} {model.reports.get(report)}")
        for report, agency, originator in referrals:
            assert person.agency in (agency, originator), f"{name} reads another agency's referral"
            assert report in told, f"{name} reads a referral of what is hidden"
    return len(people) * len(model.reports)


def _shown(actors: list[Actor]) -> dict[UUID, Shown]:
    """By account, what the wall lets each actor read; whoever is no actor is let in nowhere."""
    if not actors:
        return {}
    # The role and the settings of whoever asks come back with the end of ``acting``.
    with acting(actors[0]), connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM pg_temp.read_by(%s)",
            [json.dumps([dict(zip(TOLD, settings_of(actor), strict=True)) for actor in actors])],
        )
        return {row[0]: (set(row[1] or []), list(zip(*(of or [] for of in row[2:]), strict=True))) for row in cursor}


def the_wall_can_be_asked() -> None:
    """Makes the function that asks for everybody at once; it ends with the story's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(READ_BY)


class Told:
    """Who was told, and when; each notice and message is judged once, in the step in which it came about."""

    def __init__(self) -> None:
        self._notices: set[UUID] = set()
        self._sent: set[UUID] = set()

    def notices(self, model: Model) -> int:
        """Those who have been told since are those who may be told now; returns how many they are."""
        rows = list(Notification.objects.exclude(id__in=self._notices))
        for row in rows:
            about = row.label_id and model.reports.get(row.label_id)
            assert _may_be_told(model, row), f"{row.kind} to {row.user_id} of {about}"
            self._notices.add(row.id)
        return len(rows)

    def messages(self, model: Model) -> int:
        """What has left since went to those who may be told now, and nothing waits; returns how many have left."""
        rows = list(
            Dispatch.objects.exclude(id__in=self._sent).filter(state=DispatchState.SENT).select_related("notification")
        )
        for row in rows:
            told = row.notification
            about = told.label_id and model.reports.get(told.label_id)
            assert _may_be_told(model, told), f"{told.kind} was sent to {row.user_id} of {about}"
            self._sent.add(row.id)
        waiting = Dispatch.objects.exclude(state__in=[DispatchState.SENT, DispatchState.CANCELLED])
        assert not waiting.exists(), list(waiting.values_list("state", "user_id"))
        return len(rows)


def _may_be_told(model: Model, told: Notification) -> bool:
    person = model.by_id[told.user_id]
    if told.label_id is None:
        return person.active
    facts = model.reports[told.label_id].facts
    if _is_told_without_opening(told):
        return model.told_without_opening(person, facts)
    return model.sees(person, facts)


def who_answers_for_an_account_is_told(model: Model, changes: Collection[tuple[Person, UUID]]) -> None:
    """Of each of these changes of an account by somebody, as the worker has just found it."""
    for person in {change[0].id: change[0] for change in changes}.values():
        theirs = [p for p in model.people.values() if p.agency == person.agency and p.active and model.agency(p).active]
        asked = [p for p in theirs if p is person or p.roles & {Role.LIAISON, Role.AGENCY_ADMIN}]
        wanted = sorted(str(p.id) for each, by in changes if each is person for p in asked if p.id != by)
        causes = _latest(person, sum(each is person for each, _ in changes))
        rows = Notification.objects.filter(kind=NoticeKind.ACCOUNT_CHANGED, cause__in=causes)
        assert sorted(str(user) for user in rows.values_list("user_id", flat=True)) == wanted, (person, changes)


def _latest(person: Person, count: int) -> list[str]:
    """What the last so many changes of an account are called."""
    found = Event.objects.filter(name=AccountChanged.name, payload__user_id=str(person.id)).order_by("-at")[:count]
    return [event.payload["change_id"] for event in found]


def _is_told_without_opening(told: Notification) -> bool:
    """An originator's notice that a referral waits opens that referral, its cause."""
    return NoticeKind(told.kind) in TOLD_WITHOUT_OPENING and told.object_id != told.cause


def nobody_is_shown_what_is_closed(model: Model, people: list[str]) -> int:
    """A notice in a list names what it is about while its reader sees that, and never after; returns how many were read."""
    actors = actors_of(user_ids=[model.people[name].id for name in people], now=now())
    listed = 0
    for name in people:
        person = model.people[name]
        actor = actors.get(person.id)
        if actor is None:
            continue
        with acting(actor):
            page = page_of(actor=actor, before=None, limit=1000)
        listed += len(page)
        rows = Notification.objects.in_bulk([shown.id for shown in page])
        for shown in page:
            row = rows[shown.id]
            seen = row.label_id is None or model.sees(person, model.reports[row.label_id].facts)
            named = seen or _is_told_without_opening(row)
            expected = (row.object_id, row.reference) if named else (None, "")
            assert (shown.object_id, shown.reference) == expected, f"{name} is shown {shown} of {row.label_id}"
    return listed


def the_books_agree() -> None:
    """``manage.py prove``: nothing is lost, doubled or without a cause."""
    proof = prove(now=now())
    assert not proof.findings, [str(finding) for finding in proof.findings]

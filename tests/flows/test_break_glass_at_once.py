"""Break-glass when everything happens at the same instant: one opening, one token, one notice, one line; or none of each."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from seeds.cast import address
from tests.callers import ETIS
from tests.evidence import Evidence
from tests.flows.crew import Crew, Deed, crew
from tests.flows.glass import REASON
from tests.served import Service, served
from tests.sizes import size

ROUNDS = size(commit=5, landing=40, release=400)
STAFF = """
INSERT INTO agencies_user (id, password, email, name, roles, language, time_zone, is_active, is_staff, created_at)
VALUES (%s, '!', %s, %s, '{}', 'en', 'UTC', true, true, now())
"""
# Of one report: its openings by state, the tokens that stand, who was told how often, and the lines of the trail.
STATES = "SELECT state, count(*) FROM sharing_opening WHERE reference = %s GROUP BY state"
STANDING = "SELECT token FROM sharing_grant WHERE label_id = %s AND basis = 'BREAK_GLASS' AND revoked_at IS NULL"
EVER = "SELECT count(*) FROM sharing_grant WHERE label_id = %s AND basis = 'BREAK_GLASS'"
OPENED = """
SELECT opened, (SELECT coalesce(array_agg(token), '{}') FROM unnest(audience) token WHERE token >= 2000000000)
FROM sharing_label WHERE id = %s
"""
TOLD = """
SELECT u.email, count(*) FROM notifications_notification n JOIN agencies_user u ON u.id = n.user_id
WHERE n.label_id = %s AND n.kind = 'BREAK_GLASS' GROUP BY u.email
"""
LINES = "SELECT verb, count(*) FROM audit_entry WHERE object_id = %s OR object_id = ANY (%s) GROUP BY verb"
OVER_SOON = """
UPDATE sharing_opening SET asked_at = asked_at - interval '1 hour', until = now() + interval '25 milliseconds',
    approved_at = now() + interval '25 milliseconds' - interval '60 minutes' WHERE id = %s
"""
NEARLY_A_DAY = "UPDATE sharing_opening SET asked_at = now() - interval '24 hours' + %s::interval WHERE id = %s"
ENDING = "SELECT owner_id IS NOT NULL FROM audit_entry WHERE verb = 'end_break_glass' AND object_id = %s"
GLASS_LINES = {
    "ask_break_glass",
    "approve_break_glass",
    "refuse_break_glass",
    "break_glass",
    "void_break_glass",
    "end_break_glass",
    "break_glass_over",
}
OWNERS = {address(word, "SG-CUSTOMS"): 1 for word in ("admin", "liaison")}
MOVED, ASKED_ALREADY = "state_moved", "asked_already"


@dataclass(frozen=True, slots=True)
class Scene:
    """The service, its crew, and three administrators who do not know each other."""

    service: Service
    crew: Crew
    first: str
    second: str
    third: str
    officer: dict[str, str]

    def report(self) -> tuple[UUID, str]:
        """Singapore's, sent, and its reference."""
        made = self.service.call("POST", "/api/v1/reports/", ETIS, **self.officer).data["id"]
        sent = self.service.call("POST", f"/api/v1/reports/{made}/submit/", **self.officer)
        assert sent.status == 200, sent.content
        return UUID(made), str(sent.data["reference"])

    def asked(self, reference: str) -> str:
        """The first administrator's wish for it."""
        wish = {"do": "ask_to_open", "by": self.first, "reference": reference, "reason": REASON}
        assert self.crew.at_once([wish]) == ["done"]
        return str(self.service.rows("SELECT id FROM sharing_opening WHERE reference = %s", reference)[0][0])

    def does(self, who: str, what: str, opening: str, late: float = 0.0) -> Deed:
        return {"do": what, "by": who, "opening": opening, "late": late}

    def settles(self) -> None:
        """What two workers carry at the same instant, until nothing is left."""
        assert self.crew.at_once(worker=[{"do": "relay"}] * 2) == ["done"] * 2

    def states(self, reference: str) -> dict[str, int]:
        return dict(self.service.rows(STATES, reference))

    def lines(self, report: UUID, reference: str) -> dict[str, int]:
        """The lines of break-glass in the trail of the report and of its openings."""
        openings = [
            row[0] for row in self.service.rows("SELECT id FROM sharing_opening WHERE reference = %s", reference)
        ]
        return {verb: count for verb, count in self.service.rows(LINES, report, openings) if verb in GLASS_LINES}

    def is_open(self, report: UUID, opening: str) -> None:
        """One opening, one token in the label's arrays and one grant, and everybody of the owner's told once."""
        ((token,),) = self.service.rows("SELECT token FROM sharing_opening WHERE id = %s", opening)
        assert self.service.rows(STANDING, report) == [(token,)]
        assert self.service.rows(OPENED, report) == [([token], [token])]
        assert dict(self.service.rows(TOLD, report)) == OWNERS

    def is_shut(self, report: UUID) -> None:
        assert self.service.rows(STANDING, report) == []
        assert self.service.rows(OPENED, report) == [([], [])]


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("glass")
    with django_db_blocker.unblock(), served(folder) as service, crew(service) as made:
        people = [str(uuid4()) for _ in range(3)]
        for number, person in enumerate(people):
            service.rows(STAFF, person, f"administrator{number}@counterpart.example", f"Administrator {number}")
        first, second, third = people
        yield Scene(service, made, first, second, third, service.token("liaison", "SG-CUSTOMS"))


def test_of_administrators_who_approve_at_the_same_instant_one_does(scene: Scene, evidence: Evidence) -> None:
    for _ in range(ROUNDS):
        report, reference = scene.report()
        opening = scene.asked(reference)
        approve = [scene.does(who, "approve_opening", opening) for who in (scene.second, scene.third, scene.first)]
        *others, own = scene.crew.at_once(approve)
        assert (sorted(others), own) == (["done", MOVED], "two_people")
        scene.settles()
        assert scene.states(reference) == {"OPEN": 1}
        scene.is_open(report, opening)
        assert scene.service.rows(EVER, report) == [(1,)]
        assert scene.lines(report, reference) == {"ask_break_glass": 1, "approve_break_glass": 1, "break_glass": 1}
        evidence.add("approvals at once", len(approve))


def test_who_asks_twice_at_the_same_instant_has_asked_once(scene: Scene, evidence: Evidence) -> None:
    for _ in range(ROUNDS):
        report, reference = scene.report()
        wish = {"do": "ask_to_open", "by": scene.first, "reference": reference, "reason": REASON}
        assert sorted(scene.crew.at_once([wish] * 3)) == [ASKED_ALREADY, ASKED_ALREADY, "done"]
        assert scene.states(reference) == {"ASKED": 1}
        assert scene.lines(report, reference) == {"ask_break_glass": 1}
        evidence.add("wishes at once", 3)


def test_the_asker_takes_it_back_while_another_one_approves_and_one_of_the_two_is_quicker(
    scene: Scene, evidence: Evidence
) -> None:
    quicker: Counter[str] = Counter()
    for number in range(ROUNDS):
        report, reference = scene.report()
        opening, late = scene.asked(reference), (number % 5 - 2) * 0.005
        deeds = [
            scene.does(scene.second, "approve_opening", opening, max(0.0, -late)),
            scene.does(scene.first, "refuse_opening", opening, max(0.0, late)),
        ]
        done = dict(zip(("approved", "refused"), scene.crew.at_once(deeds, [{"do": "relay"}]), strict=False))
        assert sorted(done.values()) == ["done", MOVED]
        scene.settles()
        if done["approved"] == "done":
            assert scene.states(reference) == {"OPEN": 1}
            scene.is_open(report, opening)
            lines = {"approve_break_glass": 1, "break_glass": 1}
        else:
            assert scene.states(reference) == {"REFUSED": 1}
            scene.is_shut(report)
            assert scene.service.rows(TOLD, report) == []
            lines = {"refuse_break_glass": 1}
        assert scene.lines(report, reference) == {"ask_break_glass": 1, **lines}
        quicker[next(name for name, became in done.items() if became == "done")] += 1
    for name, count in quicker.items():
        evidence.add(f"{name} first", count)


def test_an_approval_races_with_the_end_of_its_day_and_with_the_asker_who_asks_again(
    scene: Scene, evidence: Evidence
) -> None:
    """Never two that live, and never one that was approved after its day."""
    for number in range(ROUNDS):
        report, reference = scene.report()
        opening = scene.asked(reference)
        left = f"{40 + number % 8 * 8} milliseconds"  # about when the deeds are done
        scene.service.rows(NEARLY_A_DAY, left, opening)
        wish = {"do": "ask_to_open", "by": scene.first, "reference": reference, "reason": REASON, "late": 0.004}
        approved, again = scene.crew.at_once([scene.does(scene.second, "approve_opening", opening), wish])
        assert (approved, again) in {("done", ASKED_ALREADY), (MOVED, "done"), (MOVED, ASKED_ALREADY)}
        scene.settles()
        states = scene.states(reference)
        if approved == "done":
            assert states == {"OPEN": 1}
            in_time = "SELECT approved_at < asked_at + interval '24 hours 1 second' FROM sharing_opening WHERE id = %s"
            assert scene.service.rows(in_time, opening) == [(True,)]
            scene.is_open(report, opening)
        else:
            assert states == ({"ASKED": 1, "REFUSED": 1} if again == "done" else {"ASKED": 1})
            scene.is_shut(report)
            assert scene.service.rows(TOLD, report) == []
        evidence.add("approved" if approved == "done" else "too late")


def test_an_opening_is_ended_while_workers_let_its_asker_in(scene: Scene, evidence: Evidence) -> None:
    """Whichever comes first, it is over and shut at last; the owner is told if, and only if, it was open."""
    for number in range(ROUNDS):
        report, reference = scene.report()
        scene.settles()
        opening, late = scene.asked(reference), number % 6 * 0.004
        assert scene.crew.at_once([scene.does(scene.second, "approve_opening", opening)]) == ["done"]
        people = [
            scene.does(scene.first, "end_opening", opening, late),
            scene.does(scene.second, "end_opening", opening, late),
        ]
        *ended, _, _ = scene.crew.at_once(people, [{"do": "relay"}] * 2)
        assert sorted(ended) == ["done", MOVED]
        scene.settles()
        assert scene.states(reference) == {"ENDED": 1}
        scene.is_shut(report)
        was_open = scene.service.rows("SELECT label_id IS NOT NULL FROM sharing_opening WHERE id = %s", opening) == [
            (True,)
        ]
        assert dict(scene.service.rows(TOLD, report)) == (OWNERS if was_open else {})
        lines = {"ask_break_glass": 1, "approve_break_glass": 1, "end_break_glass": 1}
        assert scene.lines(report, reference) == lines | ({"break_glass": 1} if was_open else {})
        owned = scene.service.rows(ENDING, opening)
        assert owned == [(was_open,)], "who ended it stands in the trail of whom it was opened"
        assert scene.crew.at_once([scene.does(scene.first, "look", opening)]) == ["not_found"]
        evidence.add("opened and ended" if was_open else "ended before it was opened")


def test_an_opening_whose_hour_is_over_ends_once_whoever_ends_it(scene: Scene, evidence: Evidence) -> None:
    """The clock's worker, twice at once, and both people: one of them ends it, and one line says so."""
    for _ in range(ROUNDS):
        report, reference = scene.report()
        opening = scene.asked(reference)
        assert scene.crew.at_once([scene.does(scene.second, "approve_opening", opening)]) == ["done"]
        scene.settles()
        scene.is_open(report, opening)
        scene.service.rows(OVER_SOON, opening)
        people = [scene.does(who, "end_opening", opening) for who in (scene.first, scene.second)]
        looks = [scene.does(scene.first, "look", opening, 0.001)]
        one, other, looked, *clock = scene.crew.at_once(people + looks, [{"do": "end_openings"}] * 2)
        assert {one, other} <= {"done", MOVED}
        assert looked == "not_found"
        assert [one, other].count("done") + sum(clock) == 1
        scene.settles()
        assert scene.states(reference) == {"ENDED": 1}
        scene.is_shut(report)
        lines = scene.lines(report, reference)
        assert lines.pop("end_break_glass", 0) + lines.pop("break_glass_over", 0) == 1
        assert lines == {"ask_break_glass": 1, "approve_break_glass": 1, "break_glass": 1}
        assert dict(scene.service.rows(TOLD, report)) == OWNERS
        evidence.add("ended by the clock" if sum(clock) else "ended by one of the two")

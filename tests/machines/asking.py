"""What every step of the machine stands on: the story, who asks, and what the worker does, late."""

from dataclasses import replace
from itertools import count
from typing import ClassVar
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpResponse
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from apps.agencies.models import User
from apps.agencies.queries import actor_of
from apps.core.clock import now
from apps.notifications.actions import send_due
from apps.outbox.actions import relay
from apps.referrals.models import Referral
from apps.sharing.policy import FIRST_OPERATION, Stage, Tlp
from seeds.cast import PLATFORM_ADMINISTRATOR, address
from tests.callers import Caller
from tests.evidence import Evidence
from tests.machines import checks
from tests.machines.model import Filed, Model, Person

FILING = [address(word, code) for word in ("officer", "liaison") for code in ("SG-CUSTOMS", "KE-CUSTOMS", "WILDAID")]
PEOPLE = [
    *FILING,
    *[
        address("liaison", code)
        for code in ("MY-CUSTOMS", "WCO", "STRANGER", "UG-CUSTOMS", "CN-CUSTOMS", "KE-WILDLIFE")
    ],
    *[address(word, "KE-CUSTOMS") for word in ("analyst", "admin")],
    PLATFORM_ADMINISTRATOR,
]
AGENCIES = ("KE-CUSTOMS", "MY-CUSTOMS", "CN-CUSTOMS", "SG-CUSTOMS", "WILDAID", "WCO", "STRANGER")
CLOSED = ("MY-CUSTOMS", "WILDAID")  # the agencies that may leave in a story; the others have to carry it on
PASSERS = [address("liaison", code) for code in ("KE-CUSTOMS", "CN-CUSTOMS", "MY-CUSTOMS")]
RECEIVERS = {"KE": ["KE-WILDLIFE", "CN-POST"], "CN": ["CN-POLICE", "CN-POST"], "MY": ["KE-WILDLIFE"]}
OPERATIONS = (FIRST_OPERATION, FIRST_OPERATION + 1)
ROUTES = (("KE", "MY", "CN"), ("UG", "KE"), ("KE",), ("XX",), ("UG", "MY", "XX"))
ELSEWHERE = "SG"  # where those find something who are at home nowhere
WHY = "The court of Singapore has asked for it in writing."
ANSWERS: dict[str, dict[str, str]] = {
    "acknowledge": {},
    "accept": {},
    "decline": {"reason": "No consignee is known."},
    "reopen": {},
    "actions": {"kind": "ENQUIRY", "text": "The exporter was asked."},
    "close": {"outcome": "Nothing was found."},
}
REFERRAL = ("id", "report_id", "agency__token")
who = st.sampled_from(PEOPLE)
filing = st.sampled_from(FILING)
which = st.integers(0, 99)
some = st.lists(st.sampled_from(AGENCIES), max_size=2, unique=True)
MARKS = {
    "tlp": st.sampled_from(Tlp).map(lambda tlp: tlp.value),
    "law_enforcement_only": st.booleans(),
    "handling": st.lists(st.sampled_from(["H1", "H2"]), unique=True, max_size=2),
    "named": some,
    "withheld_from": some,
}
marks = st.fixed_dictionaries({}, optional=MARKS)


class Asking(RuleBasedStateMachine):
    """One story in one transaction, which is undone at its end. A test's own subclass says where it counts."""

    evidence: ClassVar[Evidence]

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block._from_testcase = True  # type: ignore[attr-defined]  # as Django's own tests say that they stand outermost
        self.block.__enter__()
        self.second = User.objects.create(email="second@counterpart.example", name="The second", is_staff=True)
        checks.the_wall_can_be_asked()
        self.model, self.told = Model(), checks.Told()
        self.callers: dict[str, Caller] = {}
        self.keys = count()
        self.posted: list[
            tuple[str, str, object, str, HttpResponse]
        ] = []  # what was done, with the key it was asked under
        self.due = self.unsent = self.relayed = False  # whether the worker may find something to do
        self.passings: list[tuple[Person, UUID, int]] = []
        self.changes: list[tuple[Person, UUID]] = []  # who was let in again, or in to more, and by whom
        self.evidence.add("stories")

    def teardown(self) -> None:
        try:
            self.evidence.add("listed notices", checks.nobody_is_shown_what_is_closed(self.model, PEOPLE))
            checks.the_books_agree()
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    # What is asked, and how.

    def ask(self, name: str, method: str, path: str, body: object = None) -> HttpResponse:
        """One request; a POST bears a key of its own, under which it may come again."""
        key = f"key-{next(self.keys)}"
        headers = {"Idempotency-Key": key} if method == "POST" else {}
        answer = self.caller(name).call(method, path, body, **headers)
        assert answer.status_code < 500, answer.content
        if method == "POST" and 200 <= answer.status_code < 300:
            self.posted.append((name, path, body, key, answer))
        return answer

    def caller(self, name: str) -> Caller:
        """The account's script, whose token dies with the account."""
        if name not in self.callers:
            actor = actor_of(user_id=self.model.people[name].id, now=now())
            assert actor is not None
            self.callers[name] = Caller(actor)
        return self.callers[name]

    def person(self, name: str) -> Person:
        person = self.model.people[name]
        if person.active:
            self.caller(name)  # signed in before anything happens to the account
        return person

    def report(self, which: int) -> Filed:
        reports = list(self.model.reports.values())
        return reports[which % len(reports)]

    def answered(self, answer: HttpResponse, person: Person, report: Filed | None, expected: int) -> bool:
        """Whether it was done. A closed account is nobody, and what is hidden is absent, whatever else is wrong."""
        self.evidence.add("requests")
        if self.left(person):
            assert answer.status_code in {401, 403, 404}, (answer.status_code, answer.content, person)
            return False
        if not person.active:
            expected = 401
        elif report is not None and not self.model.sees(person, report.facts) and expected != 403:
            expected = 404
        assert answer.status_code == expected, (answer.status_code, expected, answer.content, person, report)
        done = 200 <= expected < 300
        self.due |= done
        return done

    def left(self, person: Person) -> bool:
        """Whether the account is open and its agency no longer takes part: it is let in nowhere, or reads nothing."""
        return person.active and person.agency is not None and not self.model.agency(person).active

    def shared(self) -> list[Filed]:
        """The reports that were submitted and stand."""
        return [report for report in self.model.reports.values() if report.facts.stage is Stage.SHARED]

    # What the worker does, late.

    @precondition(lambda self: self.due)
    @rule()
    def relay(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE counterpart_worker")
            relay()
            cursor.execute("RESET ROLE")
        self.judge_passings()
        checks.who_answers_for_an_account_is_told(self.model, self.changes)
        self.changes.clear()
        notices = self.told.notices(self.model)
        self.relayed |= Referral.objects.exists()
        self.due, self.unsent = False, self.unsent or notices > 0
        self.evidence.add("notices", notices)
        checks.the_books_agree()

    @precondition(lambda self: self.unsent)
    @rule()
    def send(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE counterpart_worker")
            send_due()
            cursor.execute("RESET ROLE")
        self.unsent = False
        self.evidence.add("messages", self.told.messages(self.model))

    def judge_passings(self) -> None:
        """The books learn what the worker has to say, in the order in which it was asked."""
        for person, report, to in self.passings:
            filed = self.model.reports[report]
            if self.model.passes_on(person, filed, to):
                filed.facts = replace(filed.facts, passed_on=filed.facts.passed_on | {to})
                self.evidence.add("passed on")
        self.passings.clear()

    # What holds.

    @invariant()
    def it_holds(self) -> None:
        self.evidence.add("steps")
        self.evidence.add("triples", checks.everybody_sees_what_the_oracle_says(self.model, PEOPLE))

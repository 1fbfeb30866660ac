"""What people do: they file, change, submit, withdraw, read, answer, pass on; each step says what it may be answered."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from apps.agencies.models import IdempotencyKey
from apps.outbox.models import Event
from apps.referrals.models import Referral
from apps.reports.models import Report
from apps.sharing.models import Label
from apps.sharing.policy import Role, Stage
from tests.callers import PANGOLINS, read
from tests.machines.asking import (
    ANSWERS,
    ELSEWHERE,
    FILING,
    PASSERS,
    PEOPLE,
    RECEIVERS,
    REFERRAL,
    ROUTES,
    Asking,
    filing,
    marks,
    which,
    who,
)
from tests.machines.model import FILES, SUBMITS, WITHDRAWS, Filed, Person, drafted, restated


class People(Asking):
    """Officers, liaison officers, analysts."""

    # What people do.

    @initialize(marks=marks, route=st.sampled_from(ROUTES))
    def begin(self, marks: dict[str, Any], route: tuple[str, ...]) -> None:
        """So that there is something to see, to be told of and to answer from the first step on."""
        given = {"tlp": "AMBER", "handling": [], "named": ["WILDAID"], "withheld_from": ["CN-CUSTOMS"]}
        self.draft(FILING[0], {**marks, **given}, route)
        self.submit(FILING[0], 0)

    @rule(name=filing, marks=marks, route=st.sampled_from(ROUTES))
    def draft(self, name: str, marks: dict[str, Any], route: tuple[str, ...]) -> None:
        person = self.person(name)
        member = self.model.agency(person)
        kind = "SEIZURE" if member.law_enforcement else "ANALYSIS"
        place = member.country or ELSEWHERE
        body = {
            **PANGOLINS,
            "kind": kind,
            "place": {"country": place},
            "route": _stops(route),
            **marks,
        }
        answer = self.ask(name, "POST", "reports/", body)
        wrong = _of_oneself(body, member.code) or self.model.gone(drafted(person, body, self.model.tokens))
        expected = 403 if not self.model.may(person, FILES, kind) else 400 if wrong else 201
        expected = (
            400 if _contradicts(body) else expected
        )  # what can't be read says of no kind that it may not be filed
        if self.answered(answer, person, None, expected):
            id_ = UUID(read(answer)["id"])
            self.model.reports[id_] = Filed(id_, kind, drafted(person, body, self.model.tokens), place, route)

    @precondition(lambda self: self.model.reports)
    @rule(name=filing, which=which, marks=marks)
    def change(self, name: str, which: int, marks: dict[str, Any]) -> None:
        """Who is named or withheld, what colour it is: whether a draft's label says what it is now."""
        person, report = self.person(name), self.report(which)
        facts = restated(report.facts, marks, self.model.tokens)
        answer = self.ask(name, "PATCH", f"reports/{report.id}/", marks)
        if self.answered(answer, person, report, self._changed(person, report, facts)):
            report.facts = facts

    def _changed(self, person: Person, report: Filed, facts: Any) -> int:
        if not self.model.own(person, report):
            return 404
        if report.facts.stage is not Stage.DRAFT:
            return 409
        if facts.named & facts.withheld:  # as with a new one
            return 400
        if not self.model.may(person, FILES, report.kind):
            return 403
        of_oneself = facts.originator in facts.named | facts.withheld
        newly_gone = self.model.gone(facts) - self.model.gone(report.facts)  # what stood there stays
        return 400 if of_oneself or newly_gone or not self.model.sees(person, facts) else 200

    @precondition(lambda self: self.model.reports)
    @rule(name=filing, which=which)
    def submit(self, name: str, which: int) -> None:
        person, report = self.person(name), self.report(which)
        answer = self.ask(name, "POST", f"reports/{report.id}/submit/")
        expected = self._verb(person, report, SUBMITS, Stage.DRAFT)
        if expected == 200 and self.model.gone(report.facts):
            expected = 400
        if self.answered(answer, person, report, expected):
            report.facts = self.model.shared(report)

    @precondition(lambda self: self.model.reports)
    @rule(name=filing, which=which)
    def withdraw(self, name: str, which: int) -> None:
        person, report = self.person(name), self.report(which)
        answer = self.ask(name, "POST", f"reports/{report.id}/withdraw/")
        if self.answered(answer, person, report, self._verb(person, report, WITHDRAWS, Stage.SHARED)):
            report.facts = replace(report.facts, stage=Stage.WITHDRAWN)

    @precondition(lambda self: self.model.reports)
    @rule(name=filing, which=which)
    def delete(self, name: str, which: int) -> None:
        person, report = self.person(name), self.report(which)
        answer = self.ask(name, "DELETE", f"reports/{report.id}/")
        expected = self._verb(person, report, FILES, Stage.DRAFT, late=True)
        if self.answered(answer, person, report, 204 if expected == 200 else expected):
            del self.model.reports[report.id]

    def _verb(self, person: Person, report: Filed, roles: set[Role], stage: Stage, *, late: bool = False) -> int:
        """What a verb on one's own report is answered; ``late``: the role is asked for after the report was found."""
        own = self.model.own(person, report)
        if not self.model.may(person, roles, report.kind if own else None) and (own or not late):
            return 403
        if not own:
            return 404
        return 200 if report.facts.stage is stage else 409

    @precondition(lambda self: self.model.reports)
    @rule(name=who, which=which)
    def read(self, name: str, which: int) -> None:
        """Whoever reads it reads it whole, but a tombstone; who doesn't, learns nothing."""
        person, report = self.person(name), self.report(which)
        answer = self.ask(name, "GET", f"reports/{report.id}/")
        if self.answered(answer, person, report, 200):
            whole = report.facts.stage is not Stage.WITHDRAWN or report.facts.originator == person.agency
            assert (read(answer)["title"] == PANGOLINS["title"]) is whole
            if person.agency != report.facts.originator:
                assert (read(answer)["named"], read(answer)["withheld_from"]) == ([], [])

    @rule(name=who)
    def look(self, name: str) -> None:
        person = self.person(name)
        answer = self.ask(name, "GET", "reports/?limit=100")
        if self.left(person) and answer.status_code == 200:
            assert read(answer)["results"] == []
        elif self.answered(answer, person, None, 200):
            assert {UUID(row["id"]) for row in read(answer)["results"]} == self.model.seen(person)

    @precondition(lambda self: self.relayed)
    @rule(name=st.sampled_from(PEOPLE), which=which, verb=st.sampled_from(sorted(ANSWERS)))
    def answer(self, name: str, which: int, verb: str) -> None:
        """Whoever answers is a liaison officer of the agency that was asked, which still reads the report."""
        person = self.person(name)
        referrals = list(Referral.objects.order_by("opened_at", "agency__token").values_list(*REFERRAL))
        id_, report, agency = referrals[which % len(referrals)]
        answer = self.ask(name, "POST", f"referrals/{id_}/{verb}/", ANSWERS[verb])
        facts = self.model.reports[report].facts
        hidden = not self.model.sees(person, facts) or person.agency not in (agency, facts.originator)
        entitled = not hidden and person.agency == agency and Role.LIAISON in person.roles
        allowed = {401} if not person.active else {404} if hidden else {200, 201, 409} if entitled else {403}
        allowed |= {401} if self.left(person) else set()
        assert answer.status_code in allowed, (answer.status_code, allowed, answer.content, person)
        self.due |= answer.status_code in {200, 201}
        self.evidence.add("requests")

    @precondition(lambda self: self.posted)
    @rule(which=which)
    def again(self, which: int) -> None:
        """What was done, asked under the same key: the same answer while access lasts, and nothing is done twice.

        What was refused is another matter: whoever may do it by now does it by asking again.
        """
        name, path, body, key, first = self.posted[which % len(self.posted)]
        before = self.counts()
        answer = self.caller(name).call("POST", path, body, **{"Idempotency-Key": key})
        assert answer.status_code < 500
        assert self.counts() == before, "a request under a known key was done again"
        same = (answer.status_code, answer.content) == (first.status_code, first.content)
        assert same or answer.status_code in {401, 404, 409}, (first.content, answer.content)
        self.evidence.add("replays")

    def counts(self) -> list[int]:
        return [model.objects.count() for model in (Report, Label, Referral, Event, IdempotencyKey)]

    @precondition(lambda self: self.model.reports)
    @rule(name=st.sampled_from(PASSERS), which=which, place=which)
    def pass_on(self, name: str, which: int, place: int) -> None:
        """A recipient asks; the worker judges, later, by what holds then."""
        person, report = self.person(name), self.report(which)
        codes = RECEIVERS[self.model.agency(person).country]
        code = codes[place % len(codes)]
        body = {"agency": code, "reason": "It has the warehouse under watch."}
        answer = self.ask(name, "POST", f"reports/{report.id}/passings/", body)
        self.evidence.add("requests")
        hidden = not person.active or self.left(person) or not self.model.sees(person, report.facts)
        assert not (hidden and answer.status_code not in {401, 403, 404}), (answer.status_code, person, report)
        if answer.status_code == 201:
            self.passings.append((person, report.id, self.model.tokens[code]))
            self.due = True


def _stops(route: tuple[str, ...]) -> list[dict[str, object]]:
    """Where it came from, through where, and where it went: the last country; alone it is the destination."""
    parts = {1: ["DESTINATION"], 2: ["ORIGIN", "DESTINATION"], 3: ["ORIGIN", "TRANSIT", "DESTINATION"]}[len(route)]
    opportunity = {"TRANSIT": {"seizure_opportunity": True}}
    stops = zip(route, parts, strict=True)
    return [{"country": country, "part": part, **opportunity.get(part, {})} for country, part in stops]


def _contradicts(body: dict[str, Any]) -> bool:
    return not set(body["named"]).isdisjoint(body["withheld_from"])


def _of_oneself(body: dict[str, Any], code: str) -> bool:
    return code in {*body["named"], *body["withheld_from"]}

"""The machine's own books: who there is, what they hold, what was filed; written apart from the product, judged by the oracle.

What the product answers is compared with these books after every step. Nothing here asks the product anything but the
names and tokens of the cast.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from apps.agencies.models import Agency, User
from apps.sharing.policy import Facts, Handling, Member, Role, Stage, Tlp
from apps.sharing.routing import Counterpart, Occasion, Part, RoutePart
from tests.sharing.oracle import Reader, reads

COORDINATES = "WCO"
PARTS = {1: (Part.DESTINATION,), 2: (Part.ORIGIN, Part.DESTINATION), 3: (Part.ORIGIN, Part.TRANSIT, Part.DESTINATION)}
FILES, SUBMITS, WITHDRAWS = {Role.OFFICER, Role.LIAISON}, {Role.OFFICER, Role.LIAISON}, {Role.LIAISON}


@dataclass(slots=True)
class Person:
    """An account as it is now."""

    id: UUID
    agency: int | None
    user_token: int
    roles: frozenset[Role]
    active: bool = True


@dataclass(slots=True)
class Filed:
    """A report as it is now; ``route`` are the countries of its stops, the last one its destination."""

    id: UUID
    kind: str
    facts: Facts
    place: str
    route: tuple[str, ...]


class Model:
    """The books."""

    def __init__(self) -> None:
        self.members = {a.token: _member(a) for a in Agency.objects.all()}
        self.tokens = {member.code: token for token, member in self.members.items()}
        rows = User.objects.select_related("agency")
        self.people = {user.email: _person(user) for user in rows}
        self.by_id = {person.id: person for person in self.people.values()}
        self.held: dict[int, set[int]] = {token: set() for token in self.members}
        self.reports: dict[UUID, Filed] = {}

    def agency(self, person: Person) -> Member:
        assert person.agency is not None
        return self.members[person.agency]

    def reader(self, person: Person) -> Reader:
        """The person as the oracle takes one."""
        if person.agency is None:
            return Reader(None, person.roles, person.user_token)
        held = tuple(sorted(self.held[person.agency]))
        return Reader(self.members[person.agency], person.roles, person.user_token, held)

    def sees(self, person: Person, facts: Facts) -> bool:
        return person.active and reads(facts=facts, reader=self.reader(person))

    def seen(self, person: Person) -> set[UUID]:
        """The reports that this person reads now."""
        return {report.id for report in self.reports.values() if self.sees(person, report.facts)}

    def told_without_opening(self, person: Person, facts: Facts) -> bool:
        """Whether somebody may be told that something waits, and not what: a liaison officer of their agency reads it."""
        if person.agency is None:
            return False
        officer = Reader(self.agency(person), frozenset({Role.LIAISON}), 0)
        return person.active and reads(facts=facts, reader=officer)

    def may(self, person: Person, roles: set[Role], kind: str | None = None) -> bool:
        """Whether one of these roles is held, in an agency that files this kind (None: that is not asked)."""
        if person.agency is None or not person.roles & roles:
            return False
        return kind is None or self.agency(person).law_enforcement or kind != "SEIZURE"

    def own(self, person: Person, report: Filed) -> bool:
        return report.facts.originator == person.agency and self.sees(person, report.facts)

    def shared(self, report: Filed) -> Facts:
        """Its facts once submitted: each country's contact answers, or who coordinates it, as things stand now.

        The country of the place is asked, too, where it is not the originator's.
        """
        asked = list(zip(report.route, PARTS[len(report.route)], strict=True))
        if report.place != self.members[report.facts.originator].country:
            asked.append((report.place, Part.DISCOVERY if report.kind == "SEIZURE" else Part.CONCERNED))
        found: dict[int, list[RoutePart]] = {}
        for country, part in asked:
            agency, coordinated = self._answers(self._contact(country), report.facts)
            if agency is not None and agency != report.facts.originator:
                found.setdefault(agency, []).append(
                    RoutePart(part, country, coordinated=coordinated, occasion=Occasion(report.kind))
                )
        counterparts = tuple(_counterpart(agency, parts) for agency, parts in found.items())
        return replace(report.facts, stage=Stage.SHARED, counterparts=counterparts)

    def gone(self, facts: Facts) -> set[int]:
        """Whom the facts name or leave out that takes no part at present."""
        return {token for token in facts.named | facts.withheld if not self.members[token].active}

    def passes_on(self, person: Person, report: Filed, to: int) -> bool:
        """Whether the worker lets one more agency in, as this person of a recipient has asked for (DESIGN section 5)."""
        facts, receiver = report.facts, self.members[to]
        officer = Reader(receiver, frozenset({Role.LIAISON}), 0)
        return (
            facts.stage is Stage.SHARED
            and facts.tlp is Tlp.AMBER
            and Handling.H2 not in facts.handling
            and person.agency not in (None, facts.originator)
            and Role.LIAISON in person.roles
            and self.sees(person, facts)
            and receiver.law_enforcement
            and receiver.active
            and receiver.country == self.agency(person).country != ""
            and to not in {person.agency, facts.originator, *facts.withheld}
            and not reads(facts=facts, reader=officer)
        )

    def _contact(self, country: str) -> int | None:
        return self.tokens.get(f"{country}-CUSTOMS")

    def _answers(self, contact: int | None, facts: Facts) -> tuple[int | None, bool]:
        if contact is not None and (contact in facts.withheld or self.members[contact].active):
            return contact, False
        return self.tokens[COORDINATES], True


def _counterpart(agency: int, parts: list[RoutePart]) -> Counterpart:
    coordinating = all(part.coordinated for part in parts)
    return Counterpart(agency, tuple(parts), for_information=False, coordinating=coordinating)


def _member(agency: Agency) -> Member:
    return Member(agency.token, agency.code, agency.country_id or "", agency.law_enforcement, agency.active)


def _person(user: User) -> Person:
    roles = frozenset(Role(role) for role in user.roles)
    return Person(user.id, user.agency.token if user.agency else None, user.token, roles, user.is_active)


def drafted(person: Person, body: dict[str, object], tokens: dict[str, int]) -> Facts:
    """The facts of a draft of this body."""
    assert person.agency is not None
    bare = Facts(
        originator=person.agency,
        author=person.user_token,
        tlp=Tlp.AMBER,
        law_enforcement_only=True,
        stage=Stage.DRAFT,
    )
    return restated(bare, body, tokens)


def restated(facts: Facts, body: dict[str, object], tokens: dict[str, int]) -> Facts:
    """The facts with what a body says of them; what it does not name stays."""
    named, withheld, handling = (body.get(name) for name in ("named", "withheld_from", "handling"))
    changes: dict[str, object] = {}
    if "tlp" in body:
        changes["tlp"] = Tlp(str(body["tlp"]))
    if "law_enforcement_only" in body:
        changes["law_enforcement_only"] = body["law_enforcement_only"]
    if isinstance(handling, list):
        changes["handling"] = frozenset(Handling(code) for code in handling)
    if isinstance(named, list):
        changes["named"] = frozenset(tokens[code] for code in named)
    if isinstance(withheld, list):
        changes["withheld"] = frozenset(tokens[code] for code in withheld)
    return replace(facts, **changes)  # type: ignore[arg-type]  # the names are the fields'

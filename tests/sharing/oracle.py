"""Who reads what, told a second time in plain words, without tokens or rules: the policy has to agree with this.

It was written from DESIGN section 5 and not from the policy; keep it so. Where they disagree,
one of them is wrong.
"""

from dataclasses import dataclass

from apps.sharing import policy
from apps.sharing.policy import Facts, Handling, Member, Role, Stage, Tlp
from apps.sharing.routing import Part


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody before a label: their agency (None: platform staff), what they are there, what it holds now.

    ``opening`` is the token of an opening by break-glass, on whose one page this is; then nothing else counts.
    """

    agency: Member | None
    roles: frozenset[Role]
    user_token: int
    held: tuple[int, ...] = ()
    opening: int | None = None

    @property
    def tokens(self) -> frozenset[int]:
        """What they hold when their request starts."""
        if self.opening is not None:
            return frozenset({self.opening})
        return policy.tokens_of(agency=self.agency, roles=self.roles, user_token=self.user_token, held=self.held)


def reads(*, facts: Facts, reader: Reader) -> bool:
    """Whether this reader may read what these facts label."""
    agency = reader.agency
    if agency is None:  # platform staff: by break-glass, or not at all
        return reader.opening in facts.opened and facts.stage != Stage.DRAFT
    reads_at_all = agency.active and reader.roles & {Role.OFFICER, Role.ANALYST, Role.LIAISON}
    if not reads_at_all or agency.token in facts.withheld:
        return False
    restricted = facts.tlp == Tlp.RED and Role.LIAISON not in reader.roles
    if agency.token == facts.originator:
        return not restricted or reader.user_token == facts.author
    if agency.token in facts.named:
        return facts.stage != Stage.DRAFT and not restricted
    kept_out = facts.law_enforcement_only and not agency.law_enforcement
    if facts.stage == Stage.DRAFT or facts.tlp == Tlp.RED or kept_out:
        return False
    return facts.tlp in (Tlp.GREEN, Tlp.CLEAR) or _concerned(facts, agency, reader)


def _concerned(facts: Facts, agency: Member, reader: Reader) -> bool:
    """By the route, by a running operation, or because it was passed on."""
    for counterpart in facts.counterparts:
        if counterpart.agency == agency.token and [
            p for p in counterpart.parts if p.part not in (Part.NAMED, Part.PASSED_ON)
        ]:
            return True
    if facts.operation is not None and facts.operation in reader.held:
        return True
    may_be_passed_on = facts.tlp == Tlp.AMBER and Handling.H2 not in facts.handling
    return may_be_passed_on and agency.law_enforcement and agency.token in facts.passed_on

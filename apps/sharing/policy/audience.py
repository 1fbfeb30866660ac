"""The judgement: from the facts of a label to its audience. One rule a line, its docstring is what it means.

Every rule of LETS_IN proposes tokens; every rule of KEEPS_OUT may refuse the agency behind one. What is left are the
grounds. An agency that was proposed and has no ground is left out, with the first reason that was found.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from apps.agencies.policy import ALL_MEMBERS, LAW_ENFORCEMENT_MEMBERS
from apps.sharing.policy.terms import (
    Basis,
    ContradictoryFacts,
    Facts,
    Ground,
    Handling,
    Judgement,
    Member,
    Omission,
    Reason,
    Stage,
    Tlp,
    named_and_withheld,
)

# A token, and the agency that it lets in (None: whoever holds it).
Proposal = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class LetsIn:
    """A rule that proposes tokens, from the label ``since`` on; in a draft only where ``in_draft``."""

    basis: Basis
    since: Tlp
    proposes: Callable[[Facts], Iterable[Proposal]]
    in_draft: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """One agency proposed by one rule, with all that a refusal may look at."""

    agency: int
    rule: LetsIn
    facts: Facts
    members: Mapping[int, Member]

    @property
    def owner(self) -> bool:
        """Whether this is the originator, which nothing keeps out of its own."""
        return self.agency == self.facts.originator

    @property
    def law_enforcement(self) -> bool:
        """Whether the agency is one of law enforcement."""
        return self.members[self.agency].law_enforcement


@dataclass(frozen=True, slots=True)
class KeepsOut:
    """A rule that refuses an agency, whatever proposed it."""

    reason: Reason
    refuses: Callable[[Candidate], bool]


def _doors(facts: Facts, agencies: Iterable[int]) -> Iterator[Proposal]:
    """The token of each agency: under RED that of its cleared users alone."""
    for agency in sorted(agencies):
        yield (-agency if facts.tlp is Tlp.RED else agency), agency


def _originator(facts: Facts) -> Iterable[Proposal]:
    """The agency that filed it; under RED its users with restricted clearance."""
    return _doors(facts, {facts.originator})


def _author(facts: Facts) -> Iterable[Proposal]:
    """The author, who may lack the clearance that RED asks for."""
    return [(facts.author, facts.originator)] if facts.tlp is Tlp.RED else []


def _named(facts: Facts) -> Iterable[Proposal]:
    """The agencies that the originator named; under RED their users with restricted clearance."""
    return _doors(facts, facts.named - {facts.originator})


def _on_route(facts: Facts, *, coordinating: bool) -> Iterable[Proposal]:
    counterparts = (c for c in facts.counterparts if c.on_route and c.coordinating is coordinating)
    return _doors(facts, {counterpart.agency for counterpart in counterparts} - {facts.originator})


def _counterparts(facts: Facts) -> Iterable[Proposal]:
    """The agencies that answer for a country in the part it played."""
    return _on_route(facts, coordinating=False)


def _coordinating(facts: Facts) -> Iterable[Proposal]:
    """The bodies that coordinate a country without a contact, or a code that is no country."""
    return _on_route(facts, coordinating=True)


def _operation(facts: Facts) -> Iterable[Proposal]:
    """The participants of its joint operation while that runs; law-enforcement-only: those of law enforcement."""
    if facts.operation is None:
        return []
    return [(-facts.operation if facts.law_enforcement_only else facts.operation, None)]


def _passed_on(facts: Facts) -> Iterable[Proposal]:
    """The agencies to which a recipient passed it on with the originator's consent."""
    return _doors(facts, facts.passed_on - {facts.originator})


def _opened(facts: Facts) -> Iterable[Proposal]:
    """A platform administrator for 60 minutes by break-glass: two people, a reason, and its agency is told."""
    return [(token, None) for token in sorted(facts.opened)]


def _law_enforcement_members(facts: Facts) -> Iterable[Proposal]:
    """Every law-enforcement member agency, where it is law-enforcement-only."""
    return [(LAW_ENFORCEMENT_MEMBERS, None)] if facts.law_enforcement_only else []


def _all_members(facts: Facts) -> Iterable[Proposal]:
    """Every member agency, where it is not law-enforcement-only."""
    return [] if facts.law_enforcement_only else [(ALL_MEMBERS, None)]


LETS_IN = (
    LetsIn(Basis.ORIGINATOR, Tlp.RED, _originator, in_draft=True),
    LetsIn(Basis.AUTHOR, Tlp.RED, _author, in_draft=True),
    LetsIn(Basis.NAMED, Tlp.RED, _named),
    LetsIn(Basis.COUNTERPART, Tlp.AMBER_STRICT, _counterparts),
    LetsIn(Basis.COORDINATING_BODY, Tlp.AMBER_STRICT, _coordinating),
    LetsIn(Basis.OPERATION, Tlp.AMBER_STRICT, _operation),
    LetsIn(Basis.PASSED_ON, Tlp.AMBER, _passed_on),
    LetsIn(Basis.BREAK_GLASS, Tlp.RED, _opened),
    LetsIn(Basis.LAW_ENFORCEMENT_MEMBERS, Tlp.GREEN, _law_enforcement_members),
    LetsIn(Basis.ALL_MEMBERS, Tlp.GREEN, _all_members),
)


def _withheld(candidate: Candidate) -> bool:
    """The originator withheld it from this agency: that wins over everything, and has no substitute."""
    return candidate.agency in candidate.facts.withheld


def _inactive(candidate: Candidate) -> bool:
    """The agency is deactivated."""
    return not candidate.owner and not candidate.members[candidate.agency].active


def _not_named(candidate: Candidate) -> bool:
    """It is RED, which reaches the originator and those it named."""
    return candidate.facts.tlp is Tlp.RED and candidate.rule.since is not Tlp.RED


def _not_passed_on(candidate: Candidate) -> bool:
    """It may not be passed on: the label is narrower than AMBER, or bears H2, or this is not law enforcement."""
    facts = candidate.facts
    may_be = facts.tlp.opens(candidate.rule.since) and Handling.H2 not in facts.handling and candidate.law_enforcement
    return candidate.rule.basis is Basis.PASSED_ON and not may_be


def _law_enforcement_only(candidate: Candidate) -> bool:
    """It is law-enforcement-only, and this agency is neither of law enforcement nor named."""
    chosen = candidate.owner or candidate.agency in candidate.facts.named
    return candidate.facts.law_enforcement_only and not chosen and not candidate.law_enforcement


KEEPS_OUT = (
    KeepsOut(Reason.WITHHELD, _withheld),
    KeepsOut(Reason.INACTIVE, _inactive),
    KeepsOut(Reason.NOT_NAMED, _not_named),
    KeepsOut(Reason.NOT_PASSED_ON, _not_passed_on),
    KeepsOut(Reason.LAW_ENFORCEMENT_ONLY, _law_enforcement_only),
)


def judge(*, facts: Facts, members: Mapping[int, Member]) -> Judgement:
    """Return who is let in and who is left out. ``members`` holds at least every agency that the facts speak of.

    Raises ContradictoryFacts where an agency is named and withheld or the originator is withheld, and KeyError for an
    agency that is not in ``members``: a judgement that knows half of its facts lets nobody in.
    """
    conflict = named_and_withheld(named=facts.named | {facts.originator}, withheld=facts.withheld)
    if conflict:
        raise ContradictoryFacts(conflict)
    grounds: list[Ground] = []
    refused = dict.fromkeys(sorted(facts.withheld), Reason.WITHHELD)
    for rule, token, agency in _proposals(facts):
        reason = None if agency is None else _refusal(Candidate(agency, rule, facts, members))
        if agency is not None and reason is not None:
            refused.setdefault(agency, reason)
        else:
            grounds.append(Ground(token, agency, rule.basis))
    left_out = (
        Omission(agency, reason)
        for agency, reason in refused.items()
        if reason is Reason.WITHHELD or not _is_told(grounds, members[agency])
    )
    return Judgement(grounds=tuple(grounds), left_out=tuple(left_out))


def _is_told(grounds: Iterable[Ground], member: Member) -> bool:
    """Whether another rule lets an agency in, by name or, if it is active, with all the others of its group."""
    groups = {ALL_MEMBERS, LAW_ENFORCEMENT_MEMBERS} if member.law_enforcement else {ALL_MEMBERS}
    return any(ground.agency == member.token or (member.active and ground.token in groups) for ground in grounds)


def _proposals(facts: Facts) -> Iterator[tuple[LetsIn, int, int | None]]:
    """All that the rules propose. Groups above the label are not proposed; agencies are, so as to tell why not."""
    for rule in LETS_IN:
        if facts.stage is not Stage.DRAFT or rule.in_draft:
            for token, agency in rule.proposes(facts):
                if agency is not None or facts.tlp.opens(rule.since):
                    yield rule, token, agency


def _refusal(candidate: Candidate) -> Reason | None:
    """The first reason to keep this agency out, None where there is none."""
    return next((rule.reason for rule in KEEPS_OUT if rule.refuses(candidate)), None)

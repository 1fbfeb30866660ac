"""Generated worlds: a few agencies, the facts of one label, and a reader; small enough for everything to meet.

The agencies always have the same tokens (``TOKENS``) and codes, so a test with a database can make them once and set
their flags; so have the operations and the two accounts that an agency's reader may be.
"""

from dataclasses import dataclass

from hypothesis import strategies as st

from apps.sharing.policy import (
    FIRST_AGENCY,
    FIRST_OPENING,
    FIRST_OPERATION,
    FIRST_USER,
    Facts,
    Handling,
    Member,
    Role,
    Stage,
    Tlp,
)
from apps.sharing.routing import Counterpart, Part, RoutePart
from tests.sharing.oracle import Reader

TOKENS = tuple(range(FIRST_AGENCY, FIRST_AGENCY + 6))
OPERATIONS = (FIRST_OPERATION, FIRST_OPERATION + 1)
AUTHOR = FIRST_USER
SOMEBODY_ELSE = FIRST_USER + 1
OPENINGS = (FIRST_OPENING, FIRST_OPENING + 1)
COUNTRIES = ("KE", "CN", "")


@dataclass(frozen=True, slots=True)
class Case:
    """One triple for the walls to agree on."""

    members: dict[int, Member]
    facts: Facts
    reader: Reader


def members() -> st.SearchStrategy[dict[int, Member]]:
    """Six agencies, their flags and countries drawn; most are active."""
    one = st.tuples(st.sampled_from(COUNTRIES), st.booleans(), st.sampled_from((True, True, True, False)))
    return st.tuples(*[one] * len(TOKENS)).map(
        lambda drawn: {
            token: Member(token, f"AGENCY-{token}", *flags) for token, flags in zip(TOKENS, drawn, strict=True)
        }
    )


def agencies(*, without: frozenset[int] = frozenset()) -> st.SearchStrategy[frozenset[int]]:
    """Some agencies, often none."""
    return st.frozensets(st.sampled_from(sorted(set(TOKENS) - without)), max_size=3)


@st.composite
def counterparts(draw: st.DrawFn, named: frozenset[int]) -> tuple[Counterpart, ...]:
    """Counterparts as routing resolves them: each agency once, those only named with the part NAMED alone."""
    made = []
    for agency in sorted(draw(agencies()) | named):
        coordinated = draw(st.booleans())
        on_route = draw(st.booleans()) or agency not in named
        parts = [RoutePart(draw(st.sampled_from((Part.ORIGIN, Part.EXPORT))), "KE", coordinated=coordinated)] * on_route
        parts += [RoutePart(Part.NAMED, "")] * (agency in named)
        information = all(part.for_information for part in parts)
        made.append(
            Counterpart(agency, tuple(parts), for_information=information, coordinating=coordinated and on_route)
        )
    return tuple(made)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Facts without a contradiction: nobody is named and withheld, the originator is not withheld."""
    originator = draw(st.sampled_from(TOKENS))
    withheld = draw(agencies(without=frozenset({originator})))
    named = draw(agencies(without=withheld))
    return Facts(
        originator=originator,
        author=AUTHOR,
        tlp=draw(st.sampled_from(Tlp)),
        law_enforcement_only=draw(st.booleans()),
        stage=draw(st.sampled_from((Stage.DRAFT, Stage.SHARED, Stage.SHARED, Stage.WITHDRAWN))),
        handling=draw(st.frozensets(st.sampled_from(Handling))),
        named=named,
        withheld=withheld,
        counterparts=draw(counterparts(named)),
        operation=draw(st.sampled_from((None, *OPERATIONS))),
        passed_on=draw(agencies()),
        opened=draw(st.frozensets(st.sampled_from(OPENINGS))),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A world, a label and a reader; the author is an account of the originator."""
    world = draw(members())
    label = draw(facts())
    agency = draw(st.sampled_from((*TOKENS, *TOKENS, None)))
    author = agency == label.originator and draw(st.booleans())
    reader = Reader(
        agency=None if agency is None else world[agency],
        roles=frozenset() if agency is None else draw(st.frozensets(st.sampled_from(Role), min_size=1)),
        user_token=AUTHOR if author else SOMEBODY_ELSE,
        held=() if agency is None else tuple(sorted(draw(st.frozensets(st.sampled_from(OPERATIONS))))),
        opening=draw(st.sampled_from(OPENINGS)) if agency is None and draw(st.booleans()) else None,
    )
    return Case(members=world, facts=label, reader=reader)

"""What is made of others' things is at least as restricted as each of them."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.sharing import policy
from apps.sharing.policy import ContradictoryFacts, Facts, Handling, Member, Role, Stage, Tlp, narrowest, strictest
from tests.sharing import oracle
from tests.sharing.decision_table import AUTHOR, FACTS, MEMBERS, OPERATION, OTHER_OPERATION, token
from tests.sharing.oracle import Reader
from tests.sharing.strategies import OPERATIONS, SOMEBODY_ELSE, TOKENS, facts, members
from tests.sizes import generated

MAKER = token("AE-CUSTOMS")
SINGAPORE, KENYA, CHINA, WILDAID, POST = (
    token(code) for code in ("SG-CUSTOMS", "KE-CUSTOMS", "CN-CUSTOMS", "WILDAID", "CN-POST")
)
OPEN = replace(FACTS, law_enforcement_only=False)


def _made(*parts: Facts) -> Facts:
    return strictest(parts=parts, originator=MAKER, author=AUTHOR)


def _readers(made: Facts) -> set[int]:
    """The agencies that are let in by a ground of their own."""
    return {ground.agency for ground in policy.judge(facts=made, members=MEMBERS).grounds if ground.agency}


@pytest.mark.parametrize("tlps", [(one, other) for one in Tlp for other in Tlp])
def test_the_narrowest_label_counts(tlps: tuple[Tlp, Tlp]) -> None:
    expected = next(tlp for tlp in Tlp if tlp in tlps)
    assert narrowest(tlps) is expected
    assert _made(*(replace(OPEN, tlp=tlp) for tlp in tlps)).tlp is expected


@pytest.mark.parametrize(
    ("one", "other", "name", "expected"),
    [
        ({"law_enforcement_only": True}, {}, "law_enforcement_only", True),
        ({}, {}, "law_enforcement_only", False),
        ({"handling": {Handling.H1}}, {"handling": {Handling.H2}}, "handling", {Handling.H1, Handling.H2}),
        ({"withheld": {KENYA}}, {"withheld": {POST}}, "withheld", {KENYA, POST}),
        ({"named": {KENYA, WILDAID}}, {"named": {WILDAID}}, "named", {WILDAID, SINGAPORE}),
        ({"named": {WILDAID}}, {"named": {WILDAID}, "withheld": {WILDAID}}, "named", {SINGAPORE}),
        ({}, {"stage": Stage.DRAFT}, "stage", Stage.SHARED),
        ({"tlp": Tlp.CLEAR}, {"tlp": Tlp.CLEAR, "stage": Stage.DRAFT}, "tlp", Tlp.AMBER_STRICT),
        ({"tlp": Tlp.CLEAR}, {"tlp": Tlp.CLEAR, "stage": Stage.WITHDRAWN}, "tlp", Tlp.AMBER_STRICT),
        ({"operation": OPERATION}, {"operation": OPERATION}, "operation", OPERATION),
        ({"operation": OPERATION}, {"operation": OTHER_OPERATION}, "operation", None),
        ({"operation": OPERATION}, {"operation": None}, "operation", None),
        ({"operation": OPERATION}, {"operation": None, "tlp": Tlp.GREEN}, "operation", OPERATION),
        ({"passed_on": {POST}}, {"passed_on": {POST}}, "passed_on", {POST}),
        ({"passed_on": {POST}}, {"passed_on": set()}, "passed_on", set()),
        ({"opened": {policy.FIRST_OPENING}}, {"opened": {policy.FIRST_OPENING}}, "opened", set()),
    ],
)
def test_each_fact_of_the_whole_is_as_strict_as_in_the_parts(
    one: dict[str, object], other: dict[str, object], name: str, expected: object
) -> None:
    bare = replace(OPEN, named=frozenset(), withheld=frozenset(), counterparts=(), passed_on=frozenset())
    parts = [replace(bare, **part) for part in (one, other)]  # type: ignore[arg-type]  # the facts of one row
    assert getattr(_made(*parts), name) == expected


def test_a_whole_of_one_part_reaches_whom_the_part_reaches_and_its_maker() -> None:
    assert _readers(_made(FACTS)) == _readers(FACTS) | {MAKER}


def test_only_agencies_that_every_part_reaches_read_the_whole() -> None:
    without_kenya = tuple(each for each in OPEN.counterparts if each.agency != KENYA)
    whole = _made(OPEN, replace(OPEN, counterparts=without_kenya))
    assert KENYA in _readers(_made(OPEN, OPEN))
    assert KENYA not in _readers(whole)
    assert CHINA in _readers(whole)


def test_what_one_part_names_and_the_other_asks_for_its_route_is_let_in_by_the_route_alone() -> None:
    """Naming lets in who is not law enforcement: a name in one part must not do so for the other."""
    named = replace(OPEN, counterparts=(), named=frozenset({KENYA}))
    whole = _made(named, OPEN)
    assert (KENYA in whole.named, KENYA in {each.agency for each in whole.counterparts}) == (False, True)


def test_a_whole_of_what_all_members_read_is_read_by_all_members() -> None:
    green = replace(OPEN, tlp=Tlp.GREEN)
    assert policy.ALL_MEMBERS in policy.judge(facts=_made(green, green), members=MEMBERS).audience
    law = replace(green, law_enforcement_only=True)
    audience = policy.judge(facts=_made(green, law), members=MEMBERS).audience
    assert (policy.ALL_MEMBERS in audience, policy.LAW_ENFORCEMENT_MEMBERS in audience) == (False, True)


def test_what_is_made_is_its_makers() -> None:
    made = strictest(parts=[FACTS], originator=MAKER, author=AUTHOR)
    assert (made.originator, made.author) == (MAKER, AUTHOR)


def test_nothing_is_made_of_nothing_and_nothing_by_whom_a_part_is_withheld_from() -> None:
    with pytest.raises(ValueError, match=r"^a thing made of nothing has no facts$"):
        _made()
    with pytest.raises(ContradictoryFacts):
        _made(replace(FACTS, withheld=frozenset({MAKER})))


@dataclass(frozen=True, slots=True)
class Made:
    """Parts, who makes a whole of them, and who looks at it."""

    members: dict[int, Member]
    parts: tuple[Facts, ...]
    maker: int
    reader: Reader


@st.composite
def wholes(draw: st.DrawFn) -> Made:
    """A reader of another agency than the maker's: whoever makes it has read the parts."""
    parts = tuple(draw(st.lists(facts(), min_size=1, max_size=3)))
    shut = frozenset().union(*(part.withheld for part in parts))
    maker = draw(st.sampled_from([each for each in TOKENS if each not in shut] or [parts[0].originator]))
    world = draw(members())
    agency = draw(st.sampled_from([each for each in TOKENS if each != maker]))
    roles = draw(st.frozensets(st.sampled_from(Role), min_size=1))
    held = tuple(sorted(draw(st.frozensets(st.sampled_from(OPERATIONS)))))
    return Made(world, parts, maker, Reader(world[agency], roles, SOMEBODY_ELSE, held))


@generated(commit=300, landing=20_000, release=200_000)
@given(wholes())
def test_whoever_reads_the_whole_reads_every_part(made: Made) -> None:
    if any(made.maker in part.withheld for part in made.parts):
        return
    whole = strictest(parts=made.parts, originator=made.maker, author=AUTHOR)
    policy.judge(facts=whole, members=made.members)  # no contradiction, and nobody that is not known
    if oracle.reads(facts=whole, reader=made.reader):
        assert all(oracle.reads(facts=part, reader=made.reader) for part in made.parts)

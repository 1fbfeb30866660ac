"""What readers hold, whom a judgement reaches, and who may pass a report on."""

from dataclasses import replace

import pytest

from apps.sharing import policy
from apps.sharing.policy import Handling, Role, Stage, Tlp
from tests.sharing.decision_table import AUTHOR, BY_CODE, FACTS, MEMBERS, OPERATION, OTHER_OPERATION, READERS, token


@pytest.mark.parametrize(
    ("code", "roles", "held", "expected"),
    [
        ("SG-CUSTOMS", {Role.OFFICER}, (), {0, 1, 100, AUTHOR}),
        ("SG-CUSTOMS", {Role.ANALYST}, (), {0, 1, 100, AUTHOR}),
        ("SG-CUSTOMS", {Role.LIAISON}, (), {0, 1, 100, -100, AUTHOR}),
        ("SG-CUSTOMS", {Role.AGENCY_ADMIN}, (OPERATION,), set()),
        ("SG-CUSTOMS", {Role.AGENCY_ADMIN, Role.ANALYST}, (), {0, 1, 100, AUTHOR}),
        ("SG-CUSTOMS", set(), (OPERATION,), set()),
        ("WILDAID", {Role.LIAISON}, (), {0, 102, -102, AUTHOR}),
        ("UG-CUSTOMS", {Role.OFFICER, Role.LIAISON}, (OPERATION,), set()),
        (
            "MY-CUSTOMS",
            {Role.OFFICER},
            (OPERATION, OTHER_OPERATION),
            {0, 1, 111, AUTHOR, *(s * o for s in (1, -1) for o in (OPERATION, OTHER_OPERATION))},
        ),
        ("IFAW", {Role.OFFICER}, (OPERATION,), {0, 112, AUTHOR, OPERATION}),
        ("IFAW", {Role.OFFICER}, (1, 104, -104, -OPERATION, policy.FIRST_USER), {0, 112, AUTHOR}),
    ],
)
def test_a_reader_holds_what_role_agency_and_running_operations_give(
    code: str, roles: set[Role], held: tuple[int, ...], expected: set[int]
) -> None:
    assert policy.tokens_of(agency=BY_CODE[code], roles=roles, user_token=AUTHOR, held=held) == expected


def test_platform_staff_hold_nothing_whatever_roles_they_are_given() -> None:
    assert policy.tokens_of(agency=None, roles=set(Role), user_token=AUTHOR, held=(OPERATION,)) == frozenset()


@pytest.mark.parametrize(
    ("audience", "withheld", "tokens", "expected"),
    [
        ({100}, set(), {100}, True),
        ({100, 101}, {102}, {101}, True),
        ({100}, set(), {101}, False),
        ({100}, {100}, {100}, False),
        ({0}, {100}, {0, 100}, False),
        (set(), set(), {0, 1, 100}, False),
        ({0, 1, 100}, set(), set(), False),
        (set(), set(), set(), False),
    ],
)
def test_visible_is_one_condition_on_three_sets(
    audience: set[int], withheld: set[int], tokens: set[int], *, expected: bool
) -> None:
    assert policy.visible(audience=audience, withheld=withheld, tokens=tokens) is expected


@pytest.mark.parametrize(
    ("code", "tlp", "expected"),
    [
        ("KE-CUSTOMS", Tlp.AMBER, True),
        ("KE-CUSTOMS", Tlp.RED, False),
        ("CN-POLICE", Tlp.RED, True),
        ("NG-CUSTOMS", Tlp.CLEAR, False),
        ("UG-CUSTOMS", Tlp.CLEAR, False),
        ("STRANGER", Tlp.AMBER, False),
        ("STRANGER", Tlp.GREEN, True),
        ("WWF", Tlp.GREEN, False),
    ],
)
def test_a_referral_is_due_to_an_agency_whose_liaisons_read_the_report(code: str, tlp: Tlp, *, expected: bool) -> None:
    judgement = policy.judge(facts=replace(FACTS, tlp=tlp), members=MEMBERS)
    assert policy.reaches(audience=judgement.audience, withheld=judgement.withheld, member=BY_CODE[code]) is expected


# Passing on

KE_LIAISON = READERS["a liaison of KE-CUSTOMS (origin)"].tokens


def _may_pass_on(**labels: object) -> bool:
    facts = replace(FACTS, **labels)  # type: ignore[arg-type]  # the labels of one case
    by, to = token("KE-CUSTOMS"), token("KE-WILDLIFE")
    return policy.may_pass_on(facts=facts, members=MEMBERS, tokens=KE_LIAISON, by=by, to=to)


def test_a_recipient_may_pass_an_amber_report_on_to_a_law_enforcement_agency_of_its_country() -> None:
    assert _may_pass_on()
    assert _may_pass_on(law_enforcement_only=False)


@pytest.mark.parametrize("tlp", [tlp for tlp in Tlp if tlp is not Tlp.AMBER])
def test_nothing_but_amber_is_passed_on(tlp: Tlp) -> None:
    named = frozenset({token("KE-CUSTOMS")})
    assert not _may_pass_on(tlp=tlp, named=named)
    assert _may_pass_on(tlp=Tlp.AMBER, named=named)


@pytest.mark.parametrize(
    "labels",
    [
        {"handling": frozenset({Handling.H2})},
        {"stage": Stage.WITHDRAWN},
        {"counterparts": ()},
        {"withheld": frozenset({token("KE-WILDLIFE")})},
        {"named": frozenset({token("KE-WILDLIFE")})},
        {"passed_on": frozenset({token("KE-WILDLIFE")})},
    ],
    ids=lambda labels: next(iter(labels)),
)
def test_a_report_is_not_passed_on_where_one_fact_forbids_it(labels: dict[str, object]) -> None:
    assert not _may_pass_on(**labels)


@pytest.mark.parametrize(
    ("by", "to"),
    [
        ("KE-CUSTOMS", "STRANGER"),
        ("KE-CUSTOMS", "KE-CUSTOMS"),
        ("CN-POLICE", "TENCENT"),
        ("WCO", "INTERPOL"),
        ("STRANGER", "ICELAND-POLICE"),
        ("KE-CUSTOMS", "KE-DISSOLVED"),
        ("SG-CUSTOMS", "SG-POLICE"),
    ],
)
def test_a_report_is_not_passed_on_abroad_to_others_or_by_those_who_did_not_receive_it(by: str, to: str) -> None:
    more = {
        "INTERPOL": policy.Member(120, "INTERPOL", "", law_enforcement=True, active=True),
        "ICELAND-POLICE": policy.Member(121, "ICELAND-POLICE", "IS", law_enforcement=True, active=True),
        "KE-DISSOLVED": policy.Member(122, "KE-DISSOLVED", "KE", law_enforcement=True, active=False),
        "SG-POLICE": policy.Member(123, "SG-POLICE", "SG", law_enforcement=True, active=True),
    }
    members = MEMBERS | {member.token: member for member in more.values()}
    tokens = policy.tokens_of(agency=BY_CODE[by], roles={Role.LIAISON}, user_token=AUTHOR + 1)
    receiver = (BY_CODE | more)[to]
    facts = replace(FACTS, law_enforcement_only=False, passed_on=frozenset())
    assert not policy.may_pass_on(facts=facts, members=members, tokens=tokens, by=token(by), to=receiver.token)

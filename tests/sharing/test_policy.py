"""The policy: its decision table, its exact words, and its other rules."""

from dataclasses import replace

import pytest

from apps.sharing import policy
from apps.sharing.policy import (
    AgencyKind,
    Basis,
    ContradictoryFacts,
    Defaults,
    Ground,
    Handling,
    Omission,
    Reason,
    ReportKind,
    Stage,
    Tlp,
)
from apps.sharing.routing import Part, RoutePart
from tests.sharing.decision_table import (
    AUTHOR,
    BY_CODE,
    FACTS,
    MEMBERS,
    OPENING,
    OPERATION,
    PAGE,
    READERS,
    Row,
    counterpart,
    facts_of,
    render_markdown,
    rows,
    token,
    verdict,
)

ROWS = tuple(rows())


# The decision table


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row.stage}, law enforcement {row.law_enforcement_only}: {row.reader}"
)
def test_each_reader_reads_what_the_decision_table_says_and_for_that_reason(row: Row) -> None:
    for flag in row.law_enforcement_only:
        facts = {tlp: facts_of(row=row, tlp=tlp, law_enforcement_only=flag) for tlp in Tlp}
        assert {tlp: verdict(facts=facts[tlp], reader=READERS[row.reader]) for tlp in Tlp} == row.cells


@pytest.mark.parametrize("row", [row for row in ROWS if row.stage is Stage.SHARED], ids=lambda row: row.reader)
def test_a_withdrawn_report_keeps_the_readers_that_it_had(row: Row) -> None:
    (flag,) = row.law_enforcement_only
    facts = {tlp: facts_of(row=row, tlp=tlp, law_enforcement_only=flag) for tlp in Tlp}
    withdrawn = {tlp: replace(facts[tlp], stage=Stage.WITHDRAWN) for tlp in Tlp}
    assert {tlp: verdict(facts=withdrawn[tlp], reader=READERS[row.reader]) for tlp in Tlp} == row.cells


def test_the_decision_table_has_every_reader_once_in_each_of_its_three_parts() -> None:
    parts = ((Stage.SHARED, (True,)), (Stage.SHARED, (False,)), (Stage.DRAFT, (True, False)))
    expected = sorted((reader, *part) for part in parts for reader in READERS)
    assert sorted((row.reader, row.stage, row.law_enforcement_only) for row in ROWS) == expected


def test_the_decision_table_meets_every_rule() -> None:
    codes = {cell.split()[1] for row in ROWS for cell in row.cells.values()}
    assert codes == {*Basis, *Reason, "CLEARED_ONLY", "NOTHING_HELD", "NOT_CONCERNED"}


def test_the_page_on_the_policy_is_the_one_printed_from_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_markdown()


# The exact words of a judgement


def test_a_judgement_lists_its_grounds_in_the_order_of_the_rules_and_then_of_the_tokens() -> None:
    assert policy.judge(facts=FACTS, members=MEMBERS).grounds == (
        Ground(100, 100, Basis.ORIGINATOR),
        Ground(101, 101, Basis.NAMED),
        Ground(102, 102, Basis.NAMED),
        Ground(103, 103, Basis.NAMED),
        Ground(103, 103, Basis.COUNTERPART),
        Ground(104, 104, Basis.COUNTERPART),
        Ground(105, 105, Basis.COORDINATING_BODY),
        Ground(-OPERATION, None, Basis.OPERATION),
        Ground(114, 114, Basis.PASSED_ON),
    )


def test_a_judgement_tells_the_originator_who_is_left_out_and_why() -> None:
    assert policy.judge(facts=FACTS, members=MEMBERS).left_out == (
        Omission(token("NG-CUSTOMS"), Reason.WITHHELD),
        Omission(token("HK-CUSTOMS"), Reason.WITHHELD),
        Omission(token("VN-CUSTOMS"), Reason.WITHHELD),
        Omission(token("UG-CUSTOMS"), Reason.INACTIVE),
        Omission(token("CITES"), Reason.LAW_ENFORCEMENT_ONLY),
        Omission(token("TENCENT"), Reason.NOT_PASSED_ON),
    )


def test_red_opens_to_the_cleared_of_the_originator_and_of_the_named_and_to_the_author() -> None:
    judgement = policy.judge(facts=replace(FACTS, tlp=Tlp.RED), members=MEMBERS)
    assert judgement.grounds == (
        Ground(-100, 100, Basis.ORIGINATOR),
        Ground(AUTHOR, 100, Basis.AUTHOR),
        Ground(-101, 101, Basis.NAMED),
        Ground(-102, 102, Basis.NAMED),
        Ground(-103, 103, Basis.NAMED),
    )
    assert judgement.audience == {-100, AUTHOR, -101, -102, -103}
    assert judgement.withheld == {107, 108, 109}


def test_green_for_law_enforcement_still_says_who_is_in_for_a_reason_of_its_own() -> None:
    judgement = policy.judge(facts=replace(FACTS, tlp=Tlp.GREEN, operation=None), members=MEMBERS)
    assert judgement.audience == {100, 101, 102, 103, 104, 105, 114, policy.LAW_ENFORCEMENT_MEMBERS}


def test_what_every_member_reads_leaves_out_only_the_withheld_and_the_inactive() -> None:
    facts = replace(FACTS, tlp=Tlp.GREEN, law_enforcement_only=False, handling=frozenset({Handling.H2}))
    reasons = {omission.agency: omission.reason for omission in policy.judge(facts=facts, members=MEMBERS).left_out}
    withheld = dict.fromkeys((107, 108, 109), Reason.WITHHELD)
    assert reasons == {**withheld, token("UG-CUSTOMS"): Reason.INACTIVE}


def test_h2_keeps_out_whoever_it_was_passed_on_to() -> None:
    judgement = policy.judge(facts=replace(FACTS, handling=frozenset({Handling.H2})), members=MEMBERS)
    assert Omission(token("CN-POST"), Reason.NOT_PASSED_ON) in judgement.left_out
    assert token("CN-POST") not in judgement.audience
    assert len(judgement.grounds) == 8


@pytest.mark.parametrize(
    ("code", "tlp"),
    [("KE-CUSTOMS", Tlp.AMBER), ("CN-POLICE", Tlp.RED), ("STRANGER", Tlp.GREEN), ("STRANGER", Tlp.CLEAR)],
)
def test_who_reads_it_by_another_rule_is_not_told_of_as_left_out(code: str, tlp: Tlp) -> None:
    facts = replace(FACTS, tlp=tlp, handling=frozenset({Handling.H2}), passed_on=frozenset({token(code)}))
    judgement = policy.judge(facts=facts, members=MEMBERS)
    assert policy.reaches(audience=judgement.audience, withheld=judgement.withheld, member=BY_CODE[code])
    assert token(code) not in {omission.agency for omission in judgement.left_out}
    assert not [ground for ground in judgement.grounds if ground.basis is Basis.PASSED_ON]


@pytest.mark.parametrize("handling", [Handling.H1, Handling.H3])
def test_h1_and_h3_are_told_to_readers_and_change_none_of_them(handling: Handling) -> None:
    marked = policy.judge(facts=replace(FACTS, handling=frozenset({handling})), members=MEMBERS)
    assert marked == policy.judge(facts=FACTS, members=MEMBERS)


def test_an_operation_opens_to_all_its_participants_where_not_only_law_enforcement_may_read() -> None:
    judgement = policy.judge(facts=replace(FACTS, law_enforcement_only=False), members=MEMBERS)
    assert Ground(OPERATION, None, Basis.OPERATION) in judgement.grounds
    assert -OPERATION not in judgement.audience


def test_an_agency_passed_on_to_is_told_its_own_reason_where_two_rules_refuse_it() -> None:
    facts = replace(FACTS, counterparts=(counterpart("TENCENT", RoutePart(Part.EXPORT, "CN")),))
    left_out = policy.judge(facts=facts, members=MEMBERS).left_out
    assert Omission(token("TENCENT"), Reason.LAW_ENFORCEMENT_ONLY) in left_out
    assert len([omission for omission in left_out if omission.agency == token("TENCENT")]) == 1


def test_a_counterpart_that_only_was_named_is_let_in_by_being_named_and_not_by_its_part() -> None:
    only_named = counterpart("STRANGER", RoutePart(Part.NAMED, ""))
    judgement = policy.judge(facts=replace(FACTS, counterparts=(only_named,)), members=MEMBERS)
    assert token("STRANGER") not in judgement.audience


def test_the_originator_is_in_its_own_audience_for_one_reason_alone() -> None:
    own = counterpart("SG-CUSTOMS", RoutePart(Part.EXPORT, "SG"))
    coordinating = counterpart("SG-CUSTOMS", RoutePart(Part.EXPORT, "XX", coordinated=True))
    mine = frozenset({FACTS.originator})
    facts = replace(FACTS, named=mine, passed_on=mine, counterparts=(own, coordinating), operation=None)
    judgement = policy.judge(facts=facts, members=MEMBERS)
    assert judgement.grounds == (Ground(100, 100, Basis.ORIGINATOR),)


@pytest.mark.parametrize("tlp", Tlp)
def test_an_ngo_reads_its_own_law_enforcement_only_report_and_a_deactivated_agency_keeps_its_own(tlp: Tlp) -> None:
    for code in ("WILDAID", "UG-CUSTOMS"):
        facts = replace(FACTS, tlp=tlp, originator=token(code), named=frozenset())
        judgement = policy.judge(facts=facts, members=MEMBERS)
        assert judgement.grounds[0] in {Ground(sign * token(code), token(code), Basis.ORIGINATOR) for sign in (1, -1)}
        assert token(code) not in {omission.agency for omission in judgement.left_out}


def test_an_agency_named_and_withheld_is_an_error_of_input_that_names_it() -> None:
    facts = replace(FACTS, withheld=frozenset({token("WILDAID"), token("NG-CUSTOMS")}))
    with pytest.raises(ContradictoryFacts) as error:
        policy.judge(facts=facts, members=MEMBERS)
    assert error.value.agencies == {token("WILDAID")}
    assert policy.named_and_withheld(named=facts.named, withheld=facts.withheld) == {token("WILDAID")}


def test_an_originator_that_withholds_from_itself_is_an_error_of_input() -> None:
    with pytest.raises(ContradictoryFacts) as error:
        policy.judge(facts=replace(FACTS, withheld=frozenset({FACTS.originator})), members=MEMBERS)
    assert error.value.agencies == {FACTS.originator}


def test_a_judgement_without_all_the_agencies_it_speaks_of_lets_nobody_in() -> None:
    known = {agency: member for agency, member in MEMBERS.items() if agency != token("KE-CUSTOMS")}
    with pytest.raises(KeyError):
        policy.judge(facts=FACTS, members=known)


# Defaults and labels


@pytest.mark.parametrize(
    ("kind", "handling"),
    [
        (ReportKind.SEIZURE, frozenset()),
        (ReportKind.OPERATIONAL_INTELLIGENCE, frozenset({Handling.H2})),
        (ReportKind.ANALYSIS, frozenset()),
    ],
)
def test_a_new_report_is_amber_for_law_enforcement_and_intelligence_h2(
    kind: ReportKind, handling: frozenset[Handling]
) -> None:
    assert policy.defaults_for(kind) == Defaults(tlp=Tlp.AMBER, law_enforcement_only=True, handling=handling)


def test_the_labels_are_ordered_from_the_narrowest_to_the_most_open() -> None:
    opened = {level: [tlp.value for tlp in Tlp if tlp.opens(level)] for level in Tlp}
    assert opened == {
        Tlp.RED: ["RED", "AMBER_STRICT", "AMBER", "GREEN", "CLEAR"],
        Tlp.AMBER_STRICT: ["AMBER_STRICT", "AMBER", "GREEN", "CLEAR"],
        Tlp.AMBER: ["AMBER", "GREEN", "CLEAR"],
        Tlp.GREEN: ["GREEN", "CLEAR"],
        Tlp.CLEAR: ["CLEAR"],
    }


def test_law_enforcement_by_default_is_every_kind_but_international_ngo_platform_and_other() -> None:
    others = {AgencyKind.INTERNATIONAL, AgencyKind.NGO, AgencyKind.PLATFORM, AgencyKind.OTHER}
    assert frozenset(AgencyKind) - others == policy.LAW_ENFORCEMENT_BY_DEFAULT


def test_an_opening_is_a_ground_of_nobodys_agency_whatever_the_label_and_never_of_a_draft() -> None:
    for tlp in Tlp:
        facts = replace(FACTS, tlp=tlp, opened=frozenset({OPENING}))
        assert Ground(OPENING, None, Basis.BREAK_GLASS) in policy.judge(facts=facts, members=MEMBERS).grounds
        draft = replace(facts, stage=Stage.DRAFT)
        assert OPENING not in policy.judge(facts=draft, members=MEMBERS).audience

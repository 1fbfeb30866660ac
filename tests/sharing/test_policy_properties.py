"""What holds of every label and every reader, tried on generated ones."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from apps.sharing import policy
from apps.sharing.policy import Facts, Handling, Judgement, Member, Reason, Role, Stage, Tlp
from tests.sharing import oracle
from tests.sharing.oracle import Reader
from tests.sharing.strategies import TOKENS, Case, cases
from tests.sizes import generated

size = generated(commit=100, landing=5_000, release=50_000)
agreement = generated(commit=500, landing=50_000, release=500_000)


def _judge(case: Case, facts: Facts | None = None) -> Judgement:
    return policy.judge(facts=facts or case.facts, members=case.members)


def _sees(case: Case, facts: Facts | None = None, reader: Reader | None = None) -> bool:
    judgement = _judge(case, facts)
    tokens = (reader or case.reader).tokens
    return policy.visible(audience=judgement.audience, withheld=judgement.withheld, tokens=tokens)


def _liaison(member: Member) -> Reader:
    """A reader of an agency that holds nothing beside its own."""
    return Reader(member, frozenset({Role.LIAISON}), user_token=0)


@agreement
@given(cases())
def test_the_policy_agrees_with_the_oracle_written_apart(case: Case) -> None:
    assert _sees(case) is oracle.reads(facts=case.facts, reader=case.reader)


@size
@given(cases())
def test_who_is_withheld_from_never_sees(case: Case) -> None:
    for token in case.facts.withheld:
        withheld = replace(case.reader, agency=case.members[token], opening=None)
        assert not _sees(case, reader=withheld)


@size
@given(cases(), st.sampled_from(TOKENS))
def test_withholding_from_one_more_agency_changes_nothing_for_any_other(case: Case, token: int) -> None:
    assume(token != case.facts.originator)
    before = replace(case.facts, named=case.facts.named - {token})
    after = replace(before, withheld=before.withheld | {token})
    is_it = case.reader.agency is not None and case.reader.agency.token == token
    assert _sees(case, after) is (_sees(case, before) and not is_it)


@size
@given(cases(), st.sampled_from(Tlp))
def test_a_more_open_label_loses_no_reader(case: Case, tlp: Tlp) -> None:
    wider = replace(case.facts, tlp=tlp)
    narrow, wide = (case.facts, wider) if tlp.opens(case.facts.tlp) else (wider, case.facts)
    assert not _sees(case, narrow) or _sees(case, wide)


@size
@given(cases())
def test_law_enforcement_only_adds_no_reader(case: Case) -> None:
    everybody = replace(case.facts, law_enforcement_only=False)
    only = replace(case.facts, law_enforcement_only=True)
    assert not _sees(case, only) or _sees(case, everybody)


@size
@given(cases(), st.sampled_from(TOKENS))
def test_naming_one_more_agency_lets_in_no_other_and_keeps_out_nobody(case: Case, token: int) -> None:
    assume(token not in case.facts.withheld)
    after = replace(case.facts, named=case.facts.named | {token})
    is_it = case.reader.agency is not None and case.reader.agency.token == token
    assert _sees(case, after) >= _sees(case)
    assert is_it or _sees(case, after) is _sees(case)


@size
@given(cases())
def test_submitting_loses_no_reader_and_withdrawing_changes_none(case: Case) -> None:
    draft, shared, withdrawn = (replace(case.facts, stage=stage) for stage in Stage)
    assert _sees(case, shared) >= _sees(case, draft)
    assert _judge(case, withdrawn) == _judge(case, shared)


@size
@given(cases())
def test_onward_release_adds_no_reader_under_h2(case: Case) -> None:
    marked = replace(case.facts, handling=case.facts.handling | {Handling.H2})
    assert _sees(case, marked) is _sees(case, replace(marked, passed_on=frozenset()))


@size
@given(cases())
def test_whom_the_originator_is_told_is_left_out_does_not_see(case: Case) -> None:
    for omission in _judge(case).left_out:
        assert not _sees(case, reader=_liaison(case.members[omission.agency]))


@size
@given(cases())
def test_whom_a_ground_lets_in_does_see_while_it_is_active(case: Case) -> None:
    for ground in _judge(case).grounds:
        if ground.agency is not None and case.members[ground.agency].active:
            assert _sees(case, reader=_liaison(case.members[ground.agency]))


@size
@given(cases())
def test_no_agency_that_the_facts_speak_of_is_dropped_in_silence(case: Case) -> None:
    facts = replace(case.facts, stage=Stage.SHARED)
    judgement = _judge(case, facts)
    spoken_of = facts.named | facts.passed_on | {c.agency for c in facts.counterparts} | facts.withheld
    left_out = {omission.agency for omission in judgement.left_out}
    for token in spoken_of:
        assert policy.reaches(
            audience=judgement.audience, withheld=judgement.withheld, member=case.members[token]
        ) is not (token in left_out) or (token == facts.originator)


@size
@given(cases())
def test_only_facts_decide_and_withheld_is_exactly_what_they_say(case: Case) -> None:
    judgement = _judge(case)
    assert judgement == _judge(case)
    assert judgement.withheld == case.facts.withheld
    assert sum(omission.reason is Reason.WITHHELD for omission in judgement.left_out) == len(case.facts.withheld)


@size
@given(cases())
def test_an_opening_by_break_glass_lets_in_whoever_holds_it_and_nobody_else(case: Case) -> None:
    shut = replace(case.facts, opened=frozenset())
    holds = case.reader.opening in case.facts.opened and case.facts.stage is not Stage.DRAFT
    assert _sees(case) is (_sees(case, shut) or holds)

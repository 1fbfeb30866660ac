"""The role table: who may do what, before anything is known of the object."""

import pytest

from apps.sharing import policy
from apps.sharing.policy import AgencyKind, Refusal, ReportKind, Role, Verb

FILES = {Verb.READ, Verb.PRINT, Verb.DRAFT_SEIZURE, Verb.DRAFT_INTELLIGENCE, Verb.DRAFT_ANALYSIS, Verb.SUBMIT}
STUDIES = {Verb.READ, Verb.SEARCH, Verb.EXPORT}
LIAISES = FILES | STUDIES | {Verb.ANSWER, Verb.PASS_ON, Verb.RELEASE, Verb.WITHDRAW}


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ({Role.OFFICER}, FILES),
        ({Role.ANALYST}, STUDIES),
        ({Role.LIAISON}, LIAISES),
        ({Role.AGENCY_ADMIN}, {Verb.MANAGE_ACCOUNTS}),
        ({Role.OFFICER, Role.AGENCY_ADMIN}, FILES | {Verb.MANAGE_ACCOUNTS}),
        ({Role.OFFICER, Role.ANALYST}, FILES | STUDIES),
        (set(), set()),
    ],
)
def test_each_role_may_do_exactly_its_verbs(roles: set[Role], expected: set[Verb]) -> None:
    allowed = {v for v in Verb if policy.may(verb=v, roles=roles, kind=AgencyKind.CUSTOMS, law_enforcement=True)}
    assert allowed == expected


ALL_KINDS = {Verb.DRAFT_SEIZURE, Verb.DRAFT_INTELLIGENCE, Verb.DRAFT_ANALYSIS, Verb.SUBMIT}
NO_SEIZURES = ALL_KINDS - {Verb.DRAFT_SEIZURE}


@pytest.mark.parametrize("kind", AgencyKind)
def test_every_agency_with_the_law_enforcement_flag_files_all_three_kinds(kind: AgencyKind) -> None:
    allowed = {v for v in Verb if policy.may(verb=v, roles={Role.LIAISON}, kind=kind, law_enforcement=True)}
    assert allowed == LIAISES


@pytest.mark.parametrize("kind", AgencyKind)
def test_without_the_flag_ngos_and_international_bodies_file_intelligence_and_analysis(kind: AgencyKind) -> None:
    allowed = {v for v in ALL_KINDS if policy.may(verb=v, roles={Role.OFFICER}, kind=kind, law_enforcement=False)}
    assert allowed == (NO_SEIZURES if kind in {AgencyKind.NGO, AgencyKind.INTERNATIONAL} else set())


@pytest.mark.parametrize("kind", AgencyKind)
def test_what_an_agency_is_does_not_limit_what_it_does_with_what_it_was_given(kind: AgencyKind) -> None:
    allowed = {v for v in Verb if policy.may(verb=v, roles={Role.LIAISON}, kind=kind, law_enforcement=False)}
    assert allowed - ALL_KINDS == LIAISES - ALL_KINDS


@pytest.mark.parametrize(
    ("roles", "kind", "expected"),
    [
        ({Role.ANALYST}, AgencyKind.NGO, Refusal.NOT_YOUR_ROLE),
        ({Role.OFFICER}, AgencyKind.NGO, Refusal.NOT_YOUR_AGENCY),
    ],
)
def test_a_refusal_says_whether_the_role_or_the_agency_is_in_the_way(
    roles: set[Role], kind: AgencyKind, expected: Refusal
) -> None:
    assert policy.refusal(verb=Verb.DRAFT_SEIZURE, roles=roles, kind=kind, law_enforcement=False) is expected


def test_each_kind_of_report_has_its_own_verb() -> None:
    assert policy.DRAFT_OF == {
        ReportKind.SEIZURE: Verb.DRAFT_SEIZURE,
        ReportKind.OPERATIONAL_INTELLIGENCE: Verb.DRAFT_INTELLIGENCE,
        ReportKind.ANALYSIS: Verb.DRAFT_ANALYSIS,
    }

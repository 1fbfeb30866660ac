"""The role table: who may do what, before anything is known of the object (whether it is seen, the tokens decide)."""

from collections.abc import Collection
from enum import StrEnum

from apps.agencies.policy import AgencyKind, Role
from apps.sharing.policy.terms import ReportKind


class Verb(StrEnum):
    """What a person may want to do. Editing, copying and deleting a draft ask for its DRAFT_ verb, too."""

    READ = "READ"
    PRINT = "PRINT"
    DRAFT_SEIZURE = "DRAFT_SEIZURE"
    DRAFT_INTELLIGENCE = "DRAFT_INTELLIGENCE"
    DRAFT_ANALYSIS = "DRAFT_ANALYSIS"
    SUBMIT = "SUBMIT"
    SEARCH = "SEARCH"
    EXPORT = "EXPORT"
    ANSWER = "ANSWER"
    PASS_ON = "PASS_ON"  # noqa: S105 - a verb, no password
    RELEASE = "RELEASE"
    WITHDRAW = "WITHDRAW"
    MANAGE_ACCOUNTS = "MANAGE_ACCOUNTS"


class Refusal(StrEnum):
    """Why a verb is refused; the sentences stand in ``apps.sharing.sentences``."""

    NOT_YOUR_ROLE = "NOT_YOUR_ROLE"
    NOT_YOUR_AGENCY = "NOT_YOUR_AGENCY"


_FILES = frozenset({Role.OFFICER, Role.LIAISON})
_STUDIES = frozenset({Role.ANALYST, Role.LIAISON})
_LIAISES = frozenset({Role.LIAISON})

# An analyst searches, so an analyst reads what is found.
ROLES_OF: dict[Verb, frozenset[Role]] = {
    Verb.READ: _FILES | _STUDIES,
    Verb.PRINT: _FILES,
    Verb.DRAFT_SEIZURE: _FILES,
    Verb.DRAFT_INTELLIGENCE: _FILES,
    Verb.DRAFT_ANALYSIS: _FILES,
    Verb.SUBMIT: _FILES,
    Verb.SEARCH: _STUDIES,
    Verb.EXPORT: _STUDIES,
    Verb.ANSWER: _LIAISES,
    Verb.PASS_ON: _LIAISES,
    Verb.RELEASE: _LIAISES,
    Verb.WITHDRAW: _LIAISES,
    Verb.MANAGE_ACCOUNTS: frozenset({Role.AGENCY_ADMIN}),
}

DRAFT_OF: dict[ReportKind, Verb] = {
    ReportKind.SEIZURE: Verb.DRAFT_SEIZURE,
    ReportKind.OPERATIONAL_INTELLIGENCE: Verb.DRAFT_INTELLIGENCE,
    ReportKind.ANALYSIS: Verb.DRAFT_ANALYSIS,
}

# Kinds that file intelligence and analysis without the law-enforcement flag; with it, every kind files all three.
PARTNERS = frozenset({AgencyKind.NGO, AgencyKind.INTERNATIONAL})


def refusal(*, verb: Verb, roles: Collection[Role], kind: AgencyKind, law_enforcement: bool) -> Refusal | None:
    """Return why a person with these roles, in an agency of this kind and flag, may not; None where they may."""
    if ROLES_OF[verb].isdisjoint(roles):
        return Refusal.NOT_YOUR_ROLE
    if not _agency_may(verb, kind, law_enforcement=law_enforcement):
        return Refusal.NOT_YOUR_AGENCY
    return None


def may(*, verb: Verb, roles: Collection[Role], kind: AgencyKind, law_enforcement: bool) -> bool:
    """Return whether a person with these roles, in an agency of this kind and flag, may."""
    return refusal(verb=verb, roles=roles, kind=kind, law_enforcement=law_enforcement) is None


def _agency_may(verb: Verb, kind: AgencyKind, *, law_enforcement: bool) -> bool:
    """Only filing asks what the agency is: seizures are law enforcement's, the rest its partners' too."""
    if verb is Verb.DRAFT_SEIZURE:
        return law_enforcement
    if verb in {Verb.DRAFT_INTELLIGENCE, Verb.DRAFT_ANALYSIS, Verb.SUBMIT}:
        return law_enforcement or kind in PARTNERS
    return True

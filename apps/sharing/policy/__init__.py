"""The policy: who may see a labelled thing, and why. Pure Python; docs/policy.md is printed from it.

``judge`` turns the facts of a label into tokens, ``tokens_of`` a reader into tokens, ``visible`` compares the two;
the queryset and row-level security repeat that one comparison on the stored arrays. ``may`` is the role table.
Invariants: what is withheld is never visible; an empty audience is nobody; only what the facts name is let in.
"""

from apps.agencies.policy import (
    ALL_MEMBERS,
    FIRST_AGENCY,
    FIRST_OPENING,
    FIRST_OPERATION,
    FIRST_USER,
    LAW_ENFORCEMENT_BY_DEFAULT,
    LAW_ENFORCEMENT_MEMBERS,
    AgencyKind,
    Role,
)
from apps.sharing.policy.audience import KEEPS_OUT, LETS_IN, judge
from apps.sharing.policy.derived import narrowest, strictest
from apps.sharing.policy.readers import may_pass_on, reaches, tokens_of, visible
from apps.sharing.policy.terms import (
    DEFAULTS,
    Basis,
    ContradictoryFacts,
    Defaults,
    Facts,
    Ground,
    Handling,
    Judgement,
    Member,
    Omission,
    Reason,
    ReportKind,
    Stage,
    Tlp,
    defaults_for,
    named_and_withheld,
)
from apps.sharing.policy.verbs import DRAFT_OF, PARTNERS, ROLES_OF, Refusal, Verb, may, refusal

__all__ = [
    "ALL_MEMBERS",
    "DEFAULTS",
    "DRAFT_OF",
    "FIRST_AGENCY",
    "FIRST_OPENING",
    "FIRST_OPERATION",
    "FIRST_USER",
    "KEEPS_OUT",
    "LAW_ENFORCEMENT_BY_DEFAULT",
    "LAW_ENFORCEMENT_MEMBERS",
    "LETS_IN",
    "PARTNERS",
    "ROLES_OF",
    "AgencyKind",
    "Basis",
    "ContradictoryFacts",
    "Defaults",
    "Facts",
    "Ground",
    "Handling",
    "Judgement",
    "Member",
    "Omission",
    "Reason",
    "Refusal",
    "ReportKind",
    "Role",
    "Stage",
    "Tlp",
    "Verb",
    "defaults_for",
    "judge",
    "may",
    "may_pass_on",
    "named_and_withheld",
    "narrowest",
    "reaches",
    "refusal",
    "strictest",
    "tokens_of",
    "visible",
]

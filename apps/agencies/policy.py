"""Pure words of membership: roles, kinds of agency, tokens. See DESIGN §5: tokens are what a reader holds."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

ALL_MEMBERS = 0
LAW_ENFORCEMENT_MEMBERS = 1
FIRST_AGENCY = 100
FIRST_OPERATION = 1_000_000
FIRST_USER = 1_000_000_000
FIRST_OPENING = 2_000_000_000  # of one report, by break-glass: held by nobody but on that report's page


STRANGERS_FOR = timedelta(
    hours=24
)  # two people who are to watch each other have not touched each other's account so long


class Role(StrEnum):
    """What a person is for in their agency; several may be held at once."""

    OFFICER = "OFFICER"
    ANALYST = "ANALYST"
    LIAISON = "LIAISON"
    AGENCY_ADMIN = "AGENCY_ADMIN"


PLATFORM_ADMIN = "PLATFORM_ADMIN"  # no role of an agency: how a setting that lists roles names who runs the platform


class Scope(StrEnum):
    """What an API token may do of what its account may."""

    READ = "READ"
    ALL = "ALL"


class Asking(StrEnum):
    """What is counted of somebody's asking: it could serve to find out what there is (RELIABILITY C7)."""

    SEARCH = "SEARCH"
    MISS = "MISS"  # a look-up by an id that finds nothing
    PREVIEW = "PREVIEW"


CONTENT_ROLES = frozenset({Role.OFFICER, Role.ANALYST, Role.LIAISON})
CLEARED_ROLES = frozenset({Role.LIAISON})


class AgencyKind(StrEnum):
    """The kinds of member agency."""

    CUSTOMS = "CUSTOMS"
    POLICE = "POLICE"
    WILDLIFE = "WILDLIFE"
    BORDER = "BORDER"
    POSTAL = "POSTAL"
    JUSTICE = "JUSTICE"
    FIU = "FIU"
    COORDINATION = "COORDINATION"
    INTERNATIONAL = "INTERNATIONAL"
    NGO = "NGO"
    PLATFORM = "PLATFORM"
    OTHER = "OTHER"


# International bodies are decided one by one (WCO and INTERPOL yes, UNODC and CITES no): their default is no.
LAW_ENFORCEMENT_BY_DEFAULT = frozenset(
    {
        AgencyKind.CUSTOMS,
        AgencyKind.POLICE,
        AgencyKind.WILDLIFE,
        AgencyKind.BORDER,
        AgencyKind.POSTAL,
        AgencyKind.JUSTICE,
        AgencyKind.FIU,
        AgencyKind.COORDINATION,
    }
)


def tokens_of(
    *,
    agency: int | None,
    active: bool,
    law_enforcement: bool,
    roles: Collection[Role],
    user: int,
    held: Collection[int] = (),
) -> frozenset[int]:
    """A reader's tokens. Nobody without a content role in an active agency holds any.

    ``held`` counts where it is an operation's; a law-enforcement participant holds the operation's negative too, to
    which what is law-enforcement-only opens.
    """
    if agency is None or not active or CONTENT_ROLES.isdisjoint(roles):
        return frozenset()
    operations = {token for token in held if FIRST_OPERATION <= token < FIRST_USER}
    tokens = {ALL_MEMBERS, agency, user, *operations}
    if law_enforcement:
        tokens |= {LAW_ENFORCEMENT_MEMBERS, *(-operation for operation in operations)}
    if not CLEARED_ROLES.isdisjoint(roles):
        tokens.add(-agency)
    return frozenset(tokens)


@dataclass(frozen=True, slots=True)
class Card:
    """An agency in a few words: what judgement, routing and previews need of it. ``country`` is empty for none."""

    token: int
    code: str
    name: str
    country: str
    law_enforcement: bool
    active: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as every query and action takes them. ``agency_*`` are empty for platform staff, who read no reports."""

    user_id: UUID
    email: str
    name: str
    user_token: int
    agency_id: UUID | None
    agency_token: int
    agency_code: str
    agency_name: str
    country: str
    kind: AgencyKind
    law_enforcement: bool
    roles: frozenset[Role]
    tokens: frozenset[int]
    language: str
    time_zone: str
    staff: bool = False
    reads_only: bool = False  # by a token that may do nothing else
    paused: frozenset[Asking] = frozenset()  # what this person or their agency has no budget left for
    counted: frozenset[Asking] = frozenset()  # what this request has taken one of the budget for

    @property
    def cleared(self) -> bool:
        """Whether this person reads RED reports that name their agency."""
        return not CLEARED_ROLES.isdisjoint(self.roles)


@dataclass(frozen=True, slots=True)
class Oneself:
    """Somebody who is proving who they are, as the one who acts: an account, and none of what it may do.

    ``proved``: by a second factor too, although one that does not let this account in.
    """

    user_id: UUID
    agency_id: UUID | None
    proved: bool = False


def needs_passkey(*, roles: Collection[str], staff: bool, asked: Collection[str]) -> bool:
    """Whether somebody with these roles, or who runs the platform, comes in by a passkey only; ``asked`` lists who does."""
    return not set(asked).isdisjoint(roles) or (staff and PLATFORM_ADMIN in asked)


def may_manage(*, actor: Actor, agency_id: UUID | None) -> bool:
    """Whether the actor may open and close accounts of that agency (None: platform administrators).

    Platform administrators may, everywhere; an agency's administrators in their own agency, so never a stronger account.
    """
    own = agency_id is not None and actor.agency_id == agency_id
    return actor.staff or (own and Role.AGENCY_ADMIN in actor.roles)

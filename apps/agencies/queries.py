"""Who somebody is: actors from accounts and API tokens, agencies by token, contacts of a route."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from apps.agencies.models import PARTS, Agency, ApiToken, HeldToken, Jurisdiction, User
from apps.agencies.policy import Actor, AgencyKind, Role, tokens_of
from apps.reference.models import Country


def digest(raw: str) -> bytes:
    """What is stored of an API token: its SHA-256 (the token is random, so a slow hash would add nothing but time)."""
    return hashlib.sha256(raw.encode()).digest()


def actor_of(*, user_id: UUID, now: datetime) -> Actor | None:
    """The actor of an active account, in one statement; None where there is none."""
    user = _people(now).filter(id=user_id, is_active=True).first()
    return _actor(user) if user else None


def actor_by_token(*, raw: str, now: datetime) -> tuple[Actor, ApiToken] | None:
    """The actor of a live API token and the token, in one statement; None for an unknown, expired or revoked one."""
    live = ApiToken.objects.filter(
        digest=digest(raw), revoked_at__isnull=True, expires_at__gt=now, user__is_active=True
    )
    token = live.select_related("user__agency").annotate(held=_held(now, "user__agency_id")).first()
    if token is None:
        return None
    token.user.held = token.held  # the annotation moves to the account it is about
    return _actor(token.user), token


def account_by_email(email: str) -> User | None:
    """The account of an address in any case, active or not, with its agency; None where there is none."""
    known = User.objects.select_related("agency").alias(lower=Lower("email"))  # as the unique index has it
    return None if "\0" in email else known.filter(lower=email.strip().lower()).first()


def account_of(user_id: UUID) -> User:
    """The account of somebody who is signed in."""
    return User.objects.select_related("agency").get(id=user_id)


def account_to_write_to(user_id: UUID) -> User | None:
    """An account that mail may be sent to and that may sign in; None for a closed one and for an id of none."""
    user = User.objects.select_related("agency").filter(id=user_id).first()
    return user if user and may_sign_in(user) else None


def may_sign_in(user: User) -> bool:
    """Whether the account is open, and its agency takes part."""
    return user.is_active and (user.agency is None or user.agency.active)


def tokens_of_users(*, user_ids: Collection[UUID], now: datetime) -> dict[UUID, tuple[frozenset[int], int]]:
    """Active account → its tokens as of now, and its active agency's token (0 for none), in one statement."""
    users = _people(now).filter(id__in=user_ids, is_active=True)
    return {user.id: (_tokens(user, user.agency, _roles(user)), _active_agency(user)) for user in users}


def _active_agency(user: User) -> int:
    return user.agency.token if user.agency and user.agency.active else 0


def _roles(user: User) -> frozenset[Role]:
    return frozenset(Role(role) for role in user.roles)


def _people(now: datetime) -> QuerySet[User]:
    return User.objects.select_related("agency").annotate(held=_held(now, "agency_id"))


def _held(now: datetime, agency: str) -> ArraySubquery:
    current = HeldToken.objects.filter(
        Q(until__isnull=True) | Q(until__gt=now), agency_id=OuterRef(agency), since__lte=now
    )
    return ArraySubquery(current.values("token"))


def _actor(user: User) -> Actor:
    agency, roles = user.agency, _roles(user)
    return Actor(
        user_id=user.id,
        email=user.email,
        name=user.name,
        user_token=user.token,
        agency_id=agency.id if agency else None,
        agency_token=agency.token if agency else 0,
        agency_code=agency.code if agency else "",
        agency_name=agency.name if agency else "",
        country=(agency.country_id or "") if agency else "",
        kind=AgencyKind(agency.kind) if agency else AgencyKind.OTHER,
        law_enforcement=bool(agency and agency.law_enforcement),
        roles=roles,
        tokens=_tokens(user, agency, roles),
        language=user.language,
        time_zone=user.time_zone,
        staff=user.is_staff,
    )


def _tokens(user: User, agency: Agency | None, roles: frozenset[Role]) -> frozenset[int]:
    return tokens_of(
        agency=agency.token if agency else None,
        active=bool(agency and agency.active),
        law_enforcement=bool(agency and agency.law_enforcement),
        roles=roles,
        user=user.token,
        held=user.held,  # type: ignore[attr-defined]  # annotated by _people and actor_by_token
    )


@dataclass(frozen=True, slots=True)
class Contacts:
    """Who answers for what: (country, part) → agency token, country → coordinating body's token, and those agencies."""

    contacts: Mapping[tuple[str, str], int]
    coordinators: Mapping[str, int]
    agencies: Mapping[int, Agency]


def contacts_of(countries: Mapping[str, str]) -> Contacts:
    """Contacts for ``{country: code of its coordinating body or ""}`` in two statements. Inactive agencies answer for none."""
    rows = Jurisdiction.objects.filter(country_id__in=countries, agency__active=True).select_related("agency")
    contacts = {(row.country_id, row.part): row.agency for row in rows}
    codes = {country: code or settings.COORDINATING_BODY for country, code in countries.items()}
    bodies = {body.code: body for body in Agency.objects.filter(code__in=set(codes.values()), active=True)}
    coordinators = {country: bodies[code].token for country, code in codes.items() if code in bodies}
    known = {agency.token: agency for agency in [*contacts.values(), *bodies.values()]}
    return Contacts({key: agency.token for key, agency in contacts.items()}, coordinators, known)


def agencies_by_token(tokens: Collection[int]) -> dict[int, Agency]:
    """Agencies by their tokens, active or not."""
    return {agency.token: agency for agency in Agency.objects.filter(token__in=tokens)}


def agencies_by_code(codes: Collection[str]) -> dict[str, Agency]:
    """Agencies by their codes, active or not."""
    return {agency.code: agency for agency in Agency.objects.filter(code__in=codes)}


def liaisons_of(agency_ids: Collection[UUID]) -> QuerySet[User]:
    """The active liaison officers of active agencies, who are told of what arrives and answer it."""
    return User.objects.filter(
        agency_id__in=agency_ids, agency__active=True, is_active=True, roles__contains=[Role.LIAISON]
    )


def administrators_of(agency_ids: Collection[UUID]) -> QuerySet[User]:
    """The active agency administrators, who are told where there is no liaison officer."""
    return User.objects.filter(
        agency_id__in=agency_ids, agency__active=True, is_active=True, roles__contains=[Role.AGENCY_ADMIN]
    )


def agencies_without_liaison() -> QuerySet[Agency]:
    """The active agencies in which nobody is told of what arrives."""
    liaisons = User.objects.filter(agency_id=OuterRef("pk"), is_active=True, roles__contains=[Role.LIAISON])
    return Agency.objects.filter(~Exists(liaisons), active=True)


@dataclass(frozen=True, slots=True)
class Gap:
    """A country and the parts of a route in which no active agency answers for it."""

    country: Country
    parts: tuple[str, ...]


def countries_without_contact() -> list[Gap]:
    """The countries, in their order, that lack a contact for a part; pseudo-countries have none by design."""
    held = Jurisdiction.objects.filter(agency__active=True).values_list("country_id", "part")
    covered = set(held)
    gaps = [
        Gap(country, tuple(part for part, _ in PARTS if (country.code, part) not in covered))
        for country in Country.objects.filter(active=True, pseudo=False)
    ]
    return [gap for gap in gaps if gap.parts]

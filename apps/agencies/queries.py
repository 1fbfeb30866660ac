"""Who somebody is: actors from accounts and API tokens, agencies by token, contacts of a route."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower

from apps.agencies.models import PARTS, Agency, ApiToken, Jurisdiction, User
from apps.agencies.policy import CLEARED_ROLES, Actor, AgencyKind, Asking, Card, Role, Scope, tokens_of
from apps.core.rows import array, rows
from apps.reference.models import Country

MOST_TOKENS_SHOWN = 100


def digest(raw: str) -> bytes:
    """What is stored of an API token: its SHA-256 (the token is random, so a slow hash would add nothing but time)."""
    return hashlib.sha256(raw.encode()).digest()


# Every request asks this, so it is written out: the ORM's making of the same statement took longer than the statement.
PERSON = """
SELECT u.id, u.token, u.email, u.name, u.roles, u.language, u.time_zone, u.is_active, u.is_staff,
    a.id, a.token, a.code, a.name, a.country_id, a.kind, a.law_enforcement, a.active,
    ARRAY(
        SELECT held.token FROM agencies_heldtoken held
        WHERE held.agency_id = a.id AND held.since <= %(now)s AND (held.until IS NULL OR held.until > %(now)s)
    ),
    ARRAY(SELECT p.kind FROM agencies_pause p WHERE p.subject IN (u.id, a.id) AND p.until > %(now)s)
"""
ACCOUNTS = f"{PERSON} FROM agencies_user u LEFT JOIN agencies_agency a ON a.id = u.agency_id"
# Whoever's agency takes no part is nobody, by whichever door, from the moment that it is switched off.
OPEN = "u.is_active AND (a.active OR a.id IS NULL)"
BY_IDS = f"{ACCOUNTS} WHERE u.id = ANY (%(ids)s::uuid[]) AND {OPEN}"
BY_TOKEN = f"""{PERSON}, t.id, t.scope, t.last_used_on FROM agencies_apitoken t
JOIN agencies_user u ON u.id = t.user_id LEFT JOIN agencies_agency a ON a.id = u.agency_id
WHERE t.digest = %(digest)s AND t.revoked_at IS NULL AND t.expires_at > %(now)s AND {OPEN}
"""
PERSON_COLUMNS = ("id", "token", "email", "name", "roles", "language", "time_zone", "is_active", "is_staff")


def actor_of(*, user_id: UUID, now: datetime) -> Actor | None:
    """The actor of an active account, in one statement; None where there is none."""
    return actors_of(user_ids=[user_id], now=now).get(user_id)


def actors_of(*, user_ids: Collection[UUID], now: datetime) -> dict[UUID, Actor]:
    """The actors of those of the accounts that are active, in one statement; for work that is done for many at once."""
    found = rows(BY_IDS, {"ids": list(user_ids), "now": now})
    return {row[0]: _actor(row) for row in found}


def actor_by_token(*, raw: str, now: datetime) -> tuple[Actor, ApiToken] | None:
    """The actor of a live API token and the token, in one statement; None for an unknown, expired or revoked one."""
    found = rows(BY_TOKEN, {"digest": digest(raw), "now": now})
    if not found:
        return None
    (row,) = found
    ident, scope, used = row[-3:]
    names = ["id", "user_id", "scope", "last_used_on"]  # in the order of the model's columns, which ``from_db`` goes by
    token = ApiToken.from_db("default", names, [ident, row[0], scope, used])
    token.user = User.from_db("default", PERSON_COLUMNS, row[: len(PERSON_COLUMNS)])  # what isn't read here is deferred
    actor = _actor(row)
    return replace(actor, reads_only=True) if scope == Scope.READ else actor, token


def account_by_email(email: str) -> User | None:
    """The account of an address in any case, active or not, with its agency; None where there is none."""
    known = User.objects.select_related("agency").alias(lower=Lower("email"))  # as the unique index has it
    return None if "\0" in email else known.filter(lower=email.strip().lower()).first()


def api_tokens_of(*, actor: Actor) -> list[ApiToken]:
    """The actor's own API tokens that were not revoked, the newest first, with the expired ones among them."""
    rows = ApiToken.objects.filter(user_id=actor.user_id, revoked_at__isnull=True).order_by("-created_at")
    return list(rows[:MOST_TOKENS_SHOWN])


def account_of(user_id: UUID) -> User:
    """The account of somebody who is signed in."""
    return User.objects.select_related("agency").get(id=user_id)


def account_to_write_to(user_id: UUID) -> User | None:
    """An account that mail may be sent to and that may sign in; None for a closed one and for an id of none."""
    user = User.objects.select_related("agency").filter(id=user_id).first()
    return user if user and may_sign_in(user) else None


def account_bound_to(subject: bytes) -> User | None:
    """The account, open or not, that is bound to that subject of a provider (its SHA-256); None where none is."""
    ((user_id,),) = rows("SELECT agencies_bound_to(%(subject)s)", {"subject": subject})
    return User.objects.select_related("agency").filter(id=user_id).first() if user_id else None


def may_sign_in(user: User) -> bool:
    """Whether the account is open, and its agency takes part."""
    return user.is_active and (user.agency is None or user.agency.active)


def has_second_factor(user_id: UUID) -> bool:
    """Whether the account proves itself by more than a password. Ask it as that account: nobody else sees its factors."""
    return factors_of(user_id).exists()


def factors_of(user_id: UUID) -> QuerySet[Any]:
    """The account's apps and passkeys (allauth's rows), the oldest first; ask it as that account."""
    rows = Authenticator.objects.filter(user_id=user_id).order_by("created_at", "pk")
    return rows.exclude(type=Authenticator.Type.RECOVERY_CODES)  # type: ignore[no-any-return]  # allauth has no types


def recovery_codes_left(user_id: UUID) -> int:
    """How many recovery codes are unused; ask it as that account."""
    row = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.RECOVERY_CODES).first()
    return settings.MFA_RECOVERY_CODE_COUNT - int(row.data["used_mask"]).bit_count() if row else 0


def _actor(row: tuple[Any, ...]) -> Actor:
    """From the columns of PERSON; those of the agency are all None for platform staff."""
    user_id, user_token, email, name, roles, language, time_zone, _, staff, *agency = row[:19]
    agency_id, token, code, agency_name, country, kind, law_enforcement, active, held, paused = agency
    held_roles = frozenset(Role(role) for role in roles)
    return Actor(
        user_id=user_id,
        email=email,
        name=name,
        user_token=user_token,
        agency_id=agency_id,
        agency_token=token or 0,
        agency_code=code or "",
        agency_name=agency_name or "",
        country=country or "",
        kind=AgencyKind(kind) if kind else AgencyKind.OTHER,
        law_enforcement=bool(law_enforcement),
        roles=held_roles,
        tokens=tokens_of(
            agency=token,
            active=bool(active),
            law_enforcement=bool(law_enforcement),
            roles=held_roles,
            user=user_token,
            held=held,
        ),
        language=language,
        time_zone=time_zone,
        staff=staff,
        paused=frozenset(Asking(kind) for kind in paused),
    )


# Agencies come by the dozen (a report may name a thousand), so as cards: a model's instance costs ten times as much.
CARD = "SELECT a.token, a.code, a.name, coalesce(a.country_id, ''), a.law_enforcement, a.active"
BY_TOKENS = f"{CARD} FROM agencies_agency a WHERE a.token = ANY (%(tokens)s::int[])"
BY_CODES = f"{CARD} FROM agencies_agency a WHERE a.code = ANY (%(codes)s::text[])"
EVERY = f"{CARD} FROM agencies_agency a"
ANSWERING = f"""
{CARD}, j.country_id, j.part FROM agencies_agency a JOIN agencies_jurisdiction j ON j.agency_id = a.id
WHERE j.country_id = ANY (%(countries)s::text[])
UNION ALL {CARD}, '', 'COORDINATES' FROM agencies_agency a WHERE a.code = ANY (%(codes)s::text[]) AND a.active
UNION ALL {CARD}, '', 'LISTED' FROM agencies_agency a WHERE a.token = ANY (%(tokens)s::int[])
"""


@dataclass(frozen=True, slots=True)
class Contacts:
    """Who answers for what: (country, part) → agency token, country → coordinating body's token; and all agencies asked for."""

    contacts: Mapping[tuple[str, str], int]
    coordinators: Mapping[str, int]
    agencies: Mapping[int, Card]


def contacts_of(countries: Mapping[str, str], *, listed: Collection[int] = ()) -> Contacts:
    """Contacts for ``{country: code of its coordinating body or ""}``, and the agencies ``listed``, in one statement.

    Inactive contacts are among them: routing must know that they were there.
    """
    codes = {country: code or str(settings.COORDINATING_BODY) for country, code in countries.items()}
    wanted = {"countries": list(countries), "codes": list(set(codes.values())), "tokens": array(listed)}
    found = [(Card(*card), country, part) for *card, country, part in rows(ANSWERING, wanted)]
    bodies = {card.code: card.token for card, _, part in found if part == "COORDINATES"}
    return Contacts(
        {(country, part): card.token for card, country, part in found if country},
        {country: bodies[code] for country, code in codes.items() if code in bodies},
        {card.token: card for card, _, _ in found},
    )


def agencies_by_token(tokens: Collection[int]) -> dict[int, Card]:
    """Agencies by their tokens, active or not."""
    return {card.token: card for card in _cards(BY_TOKENS, tokens=array(tokens))}


def agencies_by_code(codes: Collection[str]) -> dict[str, Card]:
    """Agencies by their codes, active or not."""
    return {card.code: card for card in _cards(BY_CODES, codes=list(codes))}


def every_agency() -> dict[int, Card]:
    """All agencies by their tokens, active or not."""
    return {card.token: card for card in _cards(EVERY)}


def _cards(statement: str, **values: Any) -> list[Card]:
    return [Card(*row) for row in rows(statement, values)]


def other_members(*, actor: Actor) -> list[Agency]:
    """The active member agencies but the actor's own, by name: whom a report may name, or be withheld from."""
    return list(Agency.objects.filter(active=True).exclude(token=actor.agency_token).order_by("name"))


def liaisons_of(agency_ids: Collection[UUID]) -> QuerySet[User]:
    """The active liaison officers of active agencies, who are told of what arrives and answer it."""
    return User.objects.filter(
        agency_id__in=agency_ids, agency__active=True, is_active=True, roles__contains=[Role.LIAISON]
    )


def platform_administrators() -> QuerySet[User]:
    """The active platform administrators."""
    return User.objects.filter(is_staff=True, is_active=True)


def administrators_of(agency_ids: Collection[UUID]) -> QuerySet[User]:
    """The active agency administrators, who are told where there is no liaison officer."""
    return User.objects.filter(
        agency_id__in=agency_ids, agency__active=True, is_active=True, roles__contains=[Role.AGENCY_ADMIN]
    )


def without_cleared(tokens: Collection[int]) -> set[int]:
    """Those of these agencies in which nobody has restricted clearance now; no statement where none is asked for."""
    if not tokens:
        return set()
    roles = [role.value for role in CLEARED_ROLES]
    cleared = User.objects.filter(agency_id=OuterRef("pk"), is_active=True, roles__overlap=roles)
    return set(Agency.objects.filter(~Exists(cleared), token__in=tokens).values_list("token", flat=True))


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


def agency_ids(tokens: Collection[int]) -> dict[int, UUID]:
    """The ids of the agencies with these tokens."""
    return dict(Agency.objects.filter(token__in=tokens).values_list("token", "id"))


def law_enforcement_in(country: str) -> list[Card]:
    """The active law-enforcement agencies of a country, by name; none for an empty country."""
    cards = [card for card in every_agency().values() if card.active and card.law_enforcement]
    return sorted((card for card in cards if card.country == country != ""), key=lambda card: card.name)

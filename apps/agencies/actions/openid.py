"""Signing in by an agency's own OpenID provider (OpenID Connect Core 1.0, code flow with PKCE).

It opens an account that is there, of that agency: the one that is bound to the subject whom the provider names, or, the
first time, the one with the address that the provider has verified (subjects.py). It never makes one. Call these outside
any transaction: they ask another machine, by the egress client.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, cast
from urllib.parse import urlencode

import jwt
from django.conf import settings

from apps.agencies.acting import anonymous
from apps.agencies.actions import subjects
from apps.agencies.actions.budgets import refund, spend
from apps.agencies.actions.sessions import FROM_ONE_NETWORK, WITHIN
from apps.agencies.actions.subjects import VouchedForNobody
from apps.agencies.models import User
from apps.agencies.policy import Oneself
from apps.agencies.queries import account_by_email, may_sign_in
from apps.audit.actions import record
from apps.core import egress
from apps.core.errors import NotFound, Refused
from apps.core.words import N_

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
CLAIMS = ["iss", "sub", "aud", "exp", "iat", "nonce", "email", "email_verified"]
PATIENCE = timedelta(minutes=10)
GOING, COMING = "openid-going-from", "openid-from"  # a network's budgets: each way costs us questions to the provider
WRONG_CLOCK = 30  # seconds


class Provider(Protocol):
    """What the settings say of one agency's provider (config/openid.py)."""

    agency: str
    issuer: str
    client_id: str
    secret: str
    trusted_amr: frozenset[str]
    trusted_acr: frozenset[str]


class ProviderSilent(Refused):
    """The provider does not answer, or not as one."""

    status = 502
    code = "provider_silent"
    sentence = N_("Your agency's sign-in does not answer. Try again later, or sign in with your password.")


class AskedTooOften(Refused):
    """A network's budget is spent; nothing is asked of the provider."""

    status = 429
    code = "too_many_tries"
    sentence = N_(
        "Too many have gone from your network to their agency's sign-in and not come back. Wait a quarter of an hour, or sign "
        "in with your password."
    )
    retry_after = int(WITHIN.total_seconds())


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and what its session keeps until it comes back."""

    address: str
    kept: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the provider has vouched for, by which subject, and whether a second factor of its own counts here."""

    user: User
    subject: dict[str, str]
    second_factor: bool


def begin_openid(*, agency: str, back: str, origin: str = "", now: datetime) -> Begun:
    """Where an agency's people prove who they are. NotFound where it has no provider; ProviderSilent where that is away.

    ``origin`` is the network that asks; AskedTooOften where it has gone too often and not come back as anybody.
    """
    provider = _provider(agency)
    if not _spend(GOING, origin, now):
        raise AskedTooOften
    doors = _doors(provider)
    words = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    challenge = base64.urlsafe_b64encode(hashlib.sha256(words["verifier"].encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": "openid email",
        "state": words["state"],
        "nonce": words["nonce"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    address = f"{doors['authorization_endpoint']}?{urlencode(asked)}"
    return Begun(address, {**words, "agency": agency, "at": now.timestamp()})


def finish_openid(
    *, kept: Mapping[str, Any], answer: Mapping[str, str], back: str, origin: str = "", now: datetime
) -> Vouched:
    """Whom the provider's answer is about. Raises VouchedForNobody, the same for every cause.

    ``kept`` is what ``begin_openid`` gave, used once; ``answer`` the words that the browser brought back. Both ends are
    recorded, but not of who never went or whose network's budget is spent: nobody fills the trail by asking.
    """
    if not kept or not _spend(COMING, origin, now):
        raise VouchedForNobody
    fits = hmac.compare_digest(str(kept["state"]).encode(), answer.get("state", "").encode())
    if not fits or now.timestamp() - kept["at"] > PATIENCE.total_seconds():
        _refuse(None, now)
    provider = _provider(str(kept["agency"]))
    if answer.get("iss", provider.issuer) != provider.issuer or not answer.get("code"):
        _refuse(None, now)
    claims = _claims(provider, kept, answer["code"], back)
    subject = subjects.named(issuer=provider.issuer, subject=str(claims.get("sub", "")))
    user = _account(provider, claims, subject, now)
    amr, acr = claims.get("amr") or [], str(claims.get("acr", ""))
    trusted = bool(provider.trusted_amr.intersection(map(str, amr))) or acr in provider.trusted_acr
    for kind in (GOING, COMING) if origin else ():
        refund(kind=kind, key=origin)
    return Vouched(user, subject, trusted)


def _spend(kind: str, origin: str, now: datetime) -> bool:
    return not origin or spend(kind=kind, key=origin, most=FROM_ONE_NETWORK, within=WITHIN, now=now)


def _provider(agency: str) -> Provider:
    found = settings.OPENID.get(agency)
    if found is None:
        raise NotFound
    return cast(Provider, found)


def _doors(provider: Provider) -> dict[str, str]:
    """The provider's addresses, as it says itself. They too must be listed for egress, or nothing is asked of them."""
    told = _asked("GET", f"{provider.issuer}/.well-known/openid-configuration")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    doors = {name: str(told.get(name, "")) for name in names}
    if told.get("issuer") != provider.issuer or not all(door.startswith("https://") for door in doors.values()):
        raise ProviderSilent
    return doors


def _asked(method: str, address: str, **words: Any) -> dict[str, Any]:
    """A JSON object from the provider; ProviderSilent for anything else."""
    try:
        with egress.session() as line:
            response = line.request(method, address, **words)
            told = response.json() if response.status_code == 200 else None
    except (OSError, ValueError) as error:  # what the client raises is an OSError; a body that is no JSON a ValueError
        raise ProviderSilent from error
    if not isinstance(told, dict):
        raise ProviderSilent
    return told


def _claims(provider: Provider, kept: Mapping[str, Any], code: str, back: str) -> dict[str, Any]:
    """What the provider says of whoever it was; empty where it does not say it to us, now, about this very question."""
    doors = _doors(provider)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": kept["verifier"]}
    told = _asked("POST", doors["token_endpoint"], data=form, auth=(provider.client_id, provider.secret))
    keys = _asked("GET", doors["jwks_uri"])
    try:
        token = str(told["id_token"])
        named = jwt.get_unverified_header(token).get("kid")
        key = next(key for key in jwt.PyJWKSet.from_dict(keys).keys if named in {None, key.key_id})
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=WRONG_CLOCK,
            options={"require": CLAIMS},
        )
    except (jwt.PyJWTError, KeyError, StopIteration):
        return {}
    ours = hmac.compare_digest(str(claims["nonce"]).encode(), str(kept["nonce"]).encode())
    meant = claims.get("azp", provider.client_id) == provider.client_id and claims["sub"] != ""
    return claims if ours and meant else {}


def _account(provider: Provider, claims: Mapping[str, Any], subject: Mapping[str, str], now: datetime) -> User:
    with anonymous():
        bound = subjects.holder(subject=subject)
        user = bound or (account_by_email(str(claims["email"])) if claims.get("email_verified") is True else None)
    theirs = user is not None and user.agency is not None and user.agency.code == provider.agency
    if user is None or not theirs or not may_sign_in(user):
        return _refuse(user, now)
    if bound is None and subjects.is_another(user=user, subject=subject):
        return _refuse(user, now, cause="subject")
    _accept(user, now)
    return user


def _refuse(user: User | None, now: datetime, cause: str = "") -> User:
    subjects.refuse(user=user, cause=cause, now=now)
    raise VouchedForNobody


def _accept(user: User, now: datetime) -> None:
    actor, agency, facts = Oneself(user.id, user.agency_id), user.agency_id, {"by": "openid"}
    with anonymous():
        record(
            actor=actor,
            verb="provider_accepted",
            kind="account",
            object_id=user.id,
            owner_id=agency,
            facts=facts,
            now=now,
        )

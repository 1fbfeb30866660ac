"""The way from a right password into a session. Until the second step is done the session is nobody's and opens nothing."""

import ipaddress
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from apps.agencies import actions, devices, proofs
from apps.agencies.acting import acting
from apps.agencies.actions import Step
from apps.agencies.models import User
from apps.agencies.queries import actor_of
from apps.core.errors import Refused
from apps.core.words import N_
from apps.web.shown.notices import unreached


class PasskeyAsked(Refused):
    """Another second factor than a passkey, where nothing else lets in."""

    code = "passkey_asked"
    sentence = N_("This is right, but your role asks for a passkey. Use the one that you have.")


BACKEND = settings.AUTHENTICATION_BACKENDS[0]
UNKNOWN = "unknown"  # the one budget of whoever comes without an address
BRACKETED = re.compile(r"\[(?P<address>[^\]]*)\](:\d*)?")
WAITING = "waiting"  # the session's word for whose password was right, and when
PATIENCE = timedelta(minutes=10)


def wait(
    request: HttpRequest, user: User, *, onward: str, subject: Mapping[str, str] | None = None, now: datetime
) -> None:
    """Remember whose password was right, or whom a provider named, in a session with a new key that is still nobody's."""
    request.session.flush()
    proof = user.get_session_auth_hash()  # another password meanwhile, or the end of all sessions, ends this too
    kept = {"account": str(user.id), "proof": proof, "at": now.timestamp(), "onward": onward}
    request.session[WAITING] = {**kept, "subject": dict(subject) if subject else None}


def waiting(request: HttpRequest, now: datetime) -> User | None:
    """Whose second step this browser is to do, for ten minutes after the first."""
    kept = request.session.get(WAITING)
    if kept is None or now.timestamp() - kept["at"] > PATIENCE.total_seconds():
        return None
    user = actions.account_to_admit(user_id=UUID(kept["account"]))
    return user if user and constant_time_compare(kept["proof"], user.get_session_auth_hash()) else None


def admit(request: HttpRequest, user: User, *, now: datetime) -> str:
    """Open the session, under a new key; returns where the person wanted to go."""
    onward = request.session.get(WAITING, {}).get("onward", "")
    request.session.flush()
    login(request, user, backend=BACKEND)
    proofs.note(request.session, now)
    _warn(request, user, now)
    return destination(request, onward)


def _warn(request: HttpRequest, user: User, now: datetime) -> None:
    """Who is not reached by mail is told so on coming in: it is the one moment that nobody misses."""
    actor = actor_of(user_id=user.id, now=now)
    if actor is None:
        return
    with acting(actor):
        warning = unreached(actor)
    if warning:
        messages.warning(request, warning["text"])


def proved(request: HttpRequest) -> str:
    """The second factor that was right already and did not suffice; empty where none was."""
    return str(request.session.get(WAITING, {}).get("proved", ""))


def note_proof(request: HttpRequest, factor: str) -> None:
    """Remember that factor, which opens nothing but the page that enrols a passkey; under a new key."""
    request.session.cycle_key()
    request.session[WAITING] = {**request.session[WAITING], "proved": factor}


def let_in(request: HttpRequest, user: User, *, factor: str, now: datetime) -> str:
    """What ``admit`` does after a second step, with its line in the trail; whoever came by a provider is bound to its word.

    Raises PasskeyAsked where this factor does not let this account in, SignInRefused where that subject is another's by now.
    """
    if actions.next_step(user=user, proved=factor) != Step.IN:
        raise PasskeyAsked
    subject = request.session.get(WAITING, {}).get("subject")
    actions.second_step_done(user=user, factor=factor, subject=subject, now=now)
    return admit(request, user, now=now)


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Have the browser keep that this person signs in with it (apps/agencies/devices.py)."""
    kept = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        kept if devices.known(kept, user) else devices.word(user),
        max_age=devices.REMEMBERED,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def destination(request: HttpRequest, asked: str) -> str:
    """The address asked for where it is one of ours, else the inbox."""
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours else reverse("web:inbox")


def origin(request: HttpRequest) -> str:
    """The network that asks: an IPv4 address, or the /64 of an IPv6 one; ``unknown`` for all that are told as neither.

    Behind a proxy of ours its last entry of X-Forwarded-For counts: what stands before it, anybody could have written. It may
    have a port, brackets or a zone, and an IPv4 address may come mapped into an IPv6 one. Nobody is without a network: what is
    no address shares one budget, so that no way of writing one asks for nothing.
    """
    told = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    written = told.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
    found = _address(written.strip().strip('"'))
    if found is None:
        return UNKNOWN
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    inside = found.ipv4_mapped
    return str(inside) if inside else str(ipaddress.ip_network((int(found), 64), strict=False))


def _address(written: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address in ``a``, ``a:port``, ``[a]``, ``[a]:port`` or ``a%zone``; None where there is none."""
    bracketed = BRACKETED.fullmatch(written)
    bare = bracketed["address"] if bracketed else written.partition(":")[0] if written.count(":") == 1 else written
    try:
        return ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None

"""Enrolling second factors. What is secret is shown while it is enrolled and never again."""

from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.conf import settings

from apps.agencies import passkeys
from apps.agencies.acting import proving
from apps.agencies.actions.factors.proving import CodeRefused, matching_step
from apps.agencies.events import DoorsChanged
from apps.agencies.models import User
from apps.agencies.policy import Actor, Oneself
from apps.agencies.queries import account_of, has_second_factor
from apps.agencies.sealing import PENDING, RECOVERY, TOTP, sealed_in
from apps.audit.actions import record
from apps.core.errors import Conflict, Invalid
from apps.core.words import N_
from apps.outbox.actions import publish
from apps.vault.actions import seal_briefly
from apps.vault.queries import unseal

MOST_PASSKEYS = 10


def new_totp(*, actor: Actor | Oneself) -> str:
    """A secret for the person's app, sealed: it is kept in the session until a code of it was typed."""
    secret = totp.generate_totp_secret()
    with proving(actor.user_id):
        sealed = seal_briefly(owner=None, field=PENDING, row=actor.user_id, plain=secret.encode())
    return b64encode(sealed).decode()


def open_totp(*, actor: Actor | Oneself, sealed: str) -> str:
    """The secret that is being enrolled; the vault's Unreadable for anything but this person's."""
    with proving(actor.user_id):
        return unseal(owner=None, field=PENDING, row=actor.user_id, sealed=b64decode(sealed)).decode()


def totp_address(*, secret: str, email: str) -> str:
    """What an authenticator app reads from the picture (the otpauth address of Google's key URI format)."""
    words = urlencode({"secret": secret, "issuer": settings.MFA_TOTP_ISSUER}, quote_via=quote)
    return f"otpauth://totp/{quote(settings.MFA_TOTP_ISSUER)}:{quote(email)}?{words}"


def enrol_totp(*, actor: Actor | Oneself, secret: str, code: str, now: datetime) -> list[str]:
    """Enrol the app that shows this code; returns recovery codes where the account had none, to be shown this once.

    Raises CodeRefused for another code, Conflict where the account has an app already.
    """
    step = matching_step(secret, "".join(code.split()), now)
    if step is None:
        raise CodeRefused
    with proving(actor.user_id):
        user = _alone(actor)
        if Authenticator.objects.filter(user_id=user.id, type=Authenticator.Type.TOTP).exists():
            raise Conflict
        with sealed_in(TOTP, user.id):
            row = totp.TOTP.activate(user, secret).instance
        row.data["step"] = step  # the code that was typed here opens nothing any more
        row.save(update_fields=["data"])
        return _enrolled(actor, row, now)


def offer_passkey(*, actor: Actor | Oneself) -> passkeys.type_options:
    """What the browser is told to make a passkey with, and what to keep until it answers."""
    with proving(actor.user_id):
        return passkeys.registration(account_of(actor.user_id))


def enrol_passkey(
    *, actor: Actor | Oneself, name: str, kept: dict[str, Any], answer: dict[str, Any], now: datetime
) -> list[str]:
    """Enrol the passkey that a browser has made; returns recovery codes as ``enrol_totp`` does.

    Raises CodeRefused where the answer is none to what was offered, Invalid beyond ten passkeys.
    """
    try:
        passkeys.server().register_complete(kept, answer)
    except (ValueError, TypeError, KeyError, AttributeError) as error:  # an answer of any shape
        raise CodeRefused from error
    with proving(actor.user_id):
        user = _alone(actor)
        if Authenticator.objects.filter(user_id=user.id, type=Authenticator.Type.WEBAUTHN).count() >= MOST_PASSKEYS:
            raise Invalid(errors={"name": [N_("You have ten passkeys. Remove one first.")]})
        row = WebAuthn.add(user, name[:60], answer).instance
        return _enrolled(actor, row, now)


def new_recovery_codes(*, actor: Actor | Oneself, now: datetime) -> list[str]:
    """Other recovery codes, to be shown this once; the old ones open nothing from now on."""
    with proving(actor.user_id):
        user = _alone(actor)
        if not Authenticator.objects.filter(user_id=user.id).exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
            raise Conflict
        Authenticator.objects.filter(user_id=user.id, type=Authenticator.Type.RECOVERY_CODES).delete()
        codes = _codes(user)
        _note(actor, "new_recovery_codes", {}, now)
        return codes


def _alone(actor: Actor | Oneself) -> User:
    """The account, whose factors nobody else changes until the transaction ends.

    Somebody who has proved no more than a password enrols the first one only: Conflict where there is one.
    """
    User.objects.select_for_update().only("id").get(id=actor.user_id)
    if isinstance(actor, Oneself) and has_second_factor(actor.user_id) and not actor.proved:
        raise Conflict
    return account_of(actor.user_id)


def _enrolled(actor: Actor | Oneself, row: Authenticator, now: datetime) -> list[str]:
    known = Authenticator.objects.filter(user_id=actor.user_id, type=Authenticator.Type.RECOVERY_CODES).exists()
    codes = [] if known else _codes(User(id=actor.user_id))
    _note(actor, "enrol_factor", {"factor": str(row.type), "row": row.pk}, now)
    return codes


def _codes(user: User) -> list[str]:
    with sealed_in(RECOVERY, user.id):
        return [f"{code[:4]}-{code[4:]}" for code in RecoveryCodes.activate(user).generate_codes()]


def _note(actor: Actor | Oneself, verb: str, facts: dict[str, object], now: datetime) -> None:
    """Tell the person by mail, and the trail."""
    publish(DoorsChanged(user_id=actor.user_id), now=now)
    ident, agency = actor.user_id, actor.agency_id
    record(actor=actor, verb=verb, kind="account", object_id=ident, owner_id=agency, facts=facts, now=now)

"""Proving a second factor: a code of an app, a recovery code, a passkey. Each proof is good once, whichever process asks."""

import hmac
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from fido2.webauthn import AuthenticationResponse

from apps.agencies import passkeys
from apps.agencies.acting import proving
from apps.agencies.actions.budgets import count, refund
from apps.agencies.actions.refusing import is_told
from apps.agencies.actions.warning import OFTEN, is_due, warn
from apps.agencies.policy import Actor, Oneself
from apps.agencies.sealing import RECOVERY, TOTP, sealed_in, unsealed
from apps.audit.actions import record
from apps.core.errors import Refused
from apps.core.rows import change
from apps.core.words import N_

TRIES, WITHIN = 10, timedelta(minutes=15)
STEP = 30  # seconds that a code of an app lasts
# An app's code is one of a step of time. A step is used once, and none before it: two processes can't both move it on.
USED = """
UPDATE mfa_authenticator SET data = jsonb_set(data, '{step}', to_jsonb(%(step)s::bigint)), last_used_at = %(now)s
WHERE id = %(id)s AND coalesce((data ->> 'step')::bigint, 0) < %(step)s
"""
# A passkey that counts its uses never counts back (a copy of it would); many count nothing and stay at 0.
COUNTED = """
UPDATE mfa_authenticator SET data = jsonb_set(data, '{count}', to_jsonb(%(count)s::bigint)), last_used_at = %(now)s
WHERE id = %(id)s AND (coalesce((data ->> 'count')::bigint, 0) < %(count)s
    OR (%(count)s = 0 AND coalesce((data ->> 'count')::bigint, 0) = 0))
"""


class CodeRefused(Refused):
    """The one answer to a code or a passkey that proves nothing."""

    code = "code_refused"
    sentence = N_("This is not right, or it was used already. Try the next code.")

    def __init__(self) -> None:
        super().__init__(errors={"code": [self.sentence]})


class TooManyTries(Refused):
    """The account's tries are spent for a while; whether this one was right is not said."""

    status = 429
    code = "too_many_tries"
    sentence = N_("Too many mistakes. Wait a quarter of an hour, then try again.")


def prove_by_code(*, actor: Actor | Oneself, code: str, now: datetime) -> str:
    """Use a code of the account's app or one of its recovery codes; returns which (``totp``, ``recovery_codes``).

    Raises CodeRefused for a wrong or used one, TooManyTries after ten mistakes in a quarter of an hour. Both are recorded;
    of three mistakes the person is told.
    """
    tries = _spend(actor, now)
    words = "".join(code.split()).replace("-", "")
    with proving(actor.user_id):
        factor = _totp(actor.user_id, words, now) or _recovery(actor.user_id, words, now)
    return _judged(actor, factor, tries, now)


def challenge(*, actor: Actor | Oneself) -> passkeys.type_options:
    """What the browser is told to prove a passkey of the account with, and what to keep until it answers."""
    with proving(actor.user_id):
        return passkeys.request(actor.user_id)


def prove_by_passkey(*, actor: Actor | Oneself, kept: dict[str, Any], answer: dict[str, Any], now: datetime) -> str:
    """Judge a browser's answer to ``challenge``; returns ``webauthn``. Raises as ``prove_by_code`` does."""
    tries = _spend(actor, now)
    with proving(actor.user_id):
        factor = _passkey(actor.user_id, kept, answer, now)
    return _judged(actor, factor, tries, now)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The step of time whose code this is, of those that a clock may be wrong by; the newest first."""
    current = int(now.timestamp()) // STEP
    tolerance = settings.MFA_TOTP_TOLERANCE
    right = [
        step
        for step in range(current + tolerance, current - tolerance - 1, -1)
        if hmac.compare_digest(format_hotp_value(hotp_value(secret, step)).encode(), code.encode())
    ]
    return right[0] if right else None


def _spend(actor: Actor | Oneself, now: datetime) -> int:
    """How many mistakes there would be with this one."""
    tries = count(kind="second-factor", key=str(actor.user_id), most=TRIES, within=WITHIN, now=now)
    if not tries:
        if is_told(door="second-factor", key=str(actor.user_id), within=WITHIN, now=now):
            _refused(actor, TooManyTries.code, now)
        raise TooManyTries
    return tries


def _judged(actor: Actor | Oneself, factor: str, tries: int, now: datetime) -> str:
    if not factor:
        _refused(actor, CodeRefused.code, now, often=tries >= OFTEN)
        raise CodeRefused
    refund(kind="second-factor", key=str(actor.user_id))
    with proving(actor.user_id):
        _record(actor, "factor_used", {"factor": factor}, now)
    return factor


def _refused(actor: Actor | Oneself, code: str, now: datetime, *, often: bool = True) -> None:
    """A line in the trail, and a mail to the person where it happens again and again."""
    told = often and is_due(key=str(actor.user_id), past_first_step=True, now=now)
    with proving(actor.user_id):
        _record(actor, "factor_refused", {"code": code}, now)
        if told:
            warn(user_id=actor.user_id, past_first_step=True, now=now)


def _record(actor: Actor | Oneself, verb: str, facts: dict[str, object], now: datetime) -> None:
    ident, agency = actor.user_id, actor.agency_id
    record(actor=actor, verb=verb, kind="account", object_id=ident, owner_id=agency, facts=facts, now=now)


def _of(user_id: UUID, kind: str) -> Authenticator | None:
    return Authenticator.objects.filter(user_id=user_id, type=kind).first()


def _totp(user_id: UUID, code: str, now: datetime) -> str:
    row = _of(user_id, Authenticator.Type.TOTP)
    if row is None:
        return ""
    with sealed_in(TOTP, user_id):
        step = matching_step(unsealed(row.data["secret"]), code, now)
    used = step is not None and change(USED, {"id": row.pk, "step": step, "now": now}) == 1
    return Authenticator.Type.TOTP.value if used else ""


def _recovery(user_id: UUID, code: str, now: datetime) -> str:
    """Allauth locks the row while it looks, and marks the code: of two at once one finds it used."""
    row = _of(user_id, Authenticator.Type.RECOVERY_CODES)
    if row is None:
        return ""
    with sealed_in(RECOVERY, user_id):
        right = row.wrap().validate_code(code)
    if right:
        Authenticator.objects.filter(pk=row.pk).update(last_used_at=now)
    return Authenticator.Type.RECOVERY_CODES.value if right else ""


def _passkey(user_id: UUID, kept: dict[str, Any], answer: dict[str, Any], now: datetime) -> str:
    try:
        found = passkeys.server().authenticate_complete(kept, passkeys.credentials(user_id), answer)
        count = AuthenticationResponse.from_dict(answer).response.authenticator_data.counter
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
    ):  # an answer of any shape, or the right one to another question
        return ""
    row = passkeys.holder(user_id, found.credential_id)
    used = row is not None and change(COUNTED, {"id": row.pk, "count": count, "now": now}) == 1
    return Authenticator.Type.WEBAUTHN.value if used else ""

"""Which subject of an agency's provider an account is: bound when somebody first comes in by it, and ended by hand.

An address may be given to somebody else; a subject never is (OpenID Connect Core 1.0, section 2). So once an account is
bound, that subject alone opens it, whatever its address is there by now.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.agencies.acting import anonymous, proving
from apps.agencies.actions.managing import of_another, tell_of_change
from apps.agencies.actions.sessions import SignInRefused, end_sessions
from apps.agencies.events import DoorsChanged
from apps.agencies.models import ProviderSubject, User
from apps.agencies.policy import Actor, Oneself
from apps.agencies.queries import account_bound_to
from apps.audit.actions import MACHINE, Who, record
from apps.core.words import N_
from apps.outbox.actions import publish


class VouchedForNobody(SignInRefused):
    """The one answer to every way back that leads nowhere."""

    sentence = N_("Your agency's sign-in has named nobody who has an open account here.")


def named(*, issuer: str, subject: str) -> dict[str, str]:
    """A subject as it is kept: its issuer, and the SHA-256 of both in hexadecimal."""
    return {"issuer": issuer, "digest": hashlib.sha256(f"{issuer}\0{subject}".encode()).hexdigest()}


def holder(*, subject: Mapping[str, str]) -> User | None:
    """The account that the subject is bound to; None where it is bound to none. Call it inside a transaction."""
    return account_bound_to(bytes.fromhex(subject["digest"]))


def is_another(*, user: User, subject: Mapping[str, str]) -> bool:
    """Whether the account is bound to another subject of that issuer."""
    with proving(user.id):
        others = ProviderSubject.objects.filter(user_id=user.id, issuer=subject["issuer"])
        return others.exclude(digest=bytes.fromhex(subject["digest"])).exists()


def second_step_done(*, user: User, factor: str, subject: Mapping[str, str] | None = None, now: datetime) -> None:
    """Record that somebody is in, by which second factor; the session is the caller's to open.

    Whoever came by a provider is bound to the subject that it named. VouchedForNobody where the account, or the subject,
    was bound to another one meanwhile.
    """
    actor = Oneself(user.id, user.agency_id)
    try:
        with proving(user.id):
            bound = subject is not None and _bind(user, subject, now)
            facts = {"factor": factor} | ({"bound": True} if bound else {})
            _record(actor, user, "sign_in", facts, now)
    except IntegrityError as error:
        refuse(user=user, cause="subject", now=now)
        raise VouchedForNobody from error


def refuse(*, user: User | None, cause: str = "", now: datetime) -> None:
    """A line in the trail about an account that a provider's word did not open."""
    facts = {"by": "openid"} | ({"cause": cause} if cause else {})
    with anonymous():
        _record(MACHINE, user, "sign_in_refused", facts, now)


def unbind_subjects(*, actor: Actor, user_id: UUID, now: datetime) -> int:
    """Forget which subjects an account is that the actor manages, and end its sessions; returns how many there were.

    For a person who has another account at their provider, and for an agency that changes it: the next subject whom a
    provider names with the account's address is bound, and those who answer for the account are told. NotFound and
    NotAllowed as for every account that is managed.
    """
    user = of_another(actor=actor, user_id=user_id)
    removed = int(ProviderSubject.objects.filter(user_id=user_id).delete()[0])
    facts = {"subjects": removed, "sessions": end_sessions(user_id=user_id)}
    tell_of_change(actor=actor, user_id=user_id, now=now)
    publish(DoorsChanged(user_id=user_id), now=now)
    _record(actor, user, "unbind_subjects", facts, now)
    return removed


def _bind(user: User, subject: Mapping[str, str], now: datetime) -> bool:
    """Whether it was bound now; IntegrityError where either is bound to another one."""
    digest = bytes.fromhex(subject["digest"])
    if ProviderSubject.objects.filter(user_id=user.id, issuer=subject["issuer"], digest=digest).exists():
        return False
    row = ProviderSubject(user_id=user.id, issuer=subject["issuer"], digest=digest, bound_at=now)
    with transaction.atomic():
        row.save(force_insert=True)
    publish(DoorsChanged(user_id=user.id), now=now)
    return True


def _record(actor: Who, user: User | None, verb: str, facts: Mapping[str, object], now: datetime) -> None:
    ident, agency = (user.id, user.agency_id) if user else (None, None)
    record(actor=actor, verb=verb, kind="account", object_id=ident, owner_id=agency, facts=facts, now=now)

"""Coming in as if somebody had just signed in: a session, and the proof that it began with."""

from datetime import datetime, timedelta

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from apps.agencies import actions, proofs
from apps.agencies.models import User
from apps.agencies.policy import Oneself
from apps.core.clock import now


def come_in(client: Client, user: User) -> None:
    """What signing in leaves behind, without its cost."""
    client.force_login(user)
    session = client.session
    proofs.note(session, now())
    session.save()


def with_app(user: User, at: datetime) -> str:
    """The secret of an authenticator app that the account has enrolled one step of time before ``at``."""
    oneself = Oneself(user.id, user.agency_id)
    secret = actions.open_totp(actor=oneself, sealed=actions.new_totp(actor=oneself))
    before = at - timedelta(seconds=30)
    actions.enrol_totp(actor=oneself, secret=secret, code=code_of(secret, before), now=before)
    return secret


def code_of(secret: str, at: datetime) -> str:
    """What the app shows at that time."""
    return str(format_hotp_value(hotp_value(secret, int(at.timestamp()) // 30)))

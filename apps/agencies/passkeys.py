"""The relying party of passkeys: which site they are for, and from which origins a browser may bring one."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import get_credentials
from django.conf import settings
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from apps.agencies.models import User

type_options = tuple[dict[str, Any], dict[str, Any]]  # what the browser is told, and what is kept until its answer


def server() -> Fido2Server:
    """The ceremonies of this site. Browsers know no passkeys of an address in numbers, so that development's is localhost."""
    origins = set(settings.PASSKEY_ORIGINS)
    site = PublicKeyCredentialRpEntity(id=urlsplit(settings.PASSKEY_ORIGINS[0]).hostname, name="Counterpart")
    return Fido2Server(site, verify_origin=lambda origin: origin in origins)


def registration(user: User) -> type_options:
    """What a browser needs to make a passkey of that account, without those that it has."""
    person = PublicKeyCredentialUserEntity(id=user.id.bytes, name=user.email, display_name=user.name)
    told, kept = server().register_begin(
        user=person,
        credentials=credentials(user.id),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,  # it follows a password: none need be found by it
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return dict(told), kept


def request(user_id: UUID) -> type_options:
    """What a browser needs to prove that it holds one of the account's passkeys."""
    told, kept = server().authenticate_begin(
        credentials=credentials(user_id), user_verification=UserVerificationRequirement.PREFERRED
    )
    return dict(told), kept


def credentials(user_id: UUID) -> list[AttestedCredentialData]:
    """The public halves of the account's passkeys."""
    return list(get_credentials(User(id=user_id)))


def holder(user_id: UUID, credential_id: bytes) -> Authenticator | None:
    """The row of one of the account's passkeys."""
    rows = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.WEBAUTHN)
    known = ((row, row.wrap().authenticator_data.credential_data) for row in rows)
    return next((row for row, data in known if data and data.credential_id == credential_id), None)

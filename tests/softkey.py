"""A security key in software: it makes a passkey and proves that it holds it, as a browser would pass it on."""

import json
import secrets
from hashlib import sha256
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

FLAG = AuthenticatorData.FLAG


class SoftKey:
    """One passkey, of the site that the settings name first."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = secrets.token_bytes(32)
        self._uses = 0

    def make(self, page: str) -> str:
        """The browser's answer to a page that offers to make one."""
        client = _client("webauthn.create", page)
        public = ES256.from_cryptography_key(self._key.public_key())  # type: ignore[no-untyped-call]  # fido2's has no types
        held = AttestedCredentialData.create(Aaguid.NONE, self._id, public)
        made = AttestationObject.create("none", self._says(FLAG.AT, held), {})
        return self._answer({"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(made)})

    def prove(self, page: str) -> str:
        """The browser's answer to a page that asks for one."""
        client, says = _client("webauthn.get", page), self._says()
        signed = self._key.sign(says + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        words = {"clientDataJSON": client, "authenticatorData": says, "signature": signed}
        return self._answer({name: websafe_encode(value) for name, value in words.items()})

    def _says(self, more: FLAG = FLAG.UP, held: bytes = b"") -> AuthenticatorData:
        self._uses += 1
        site = sha256(str(urlsplit(settings.PASSKEY_ORIGINS[0]).hostname).encode()).digest()
        says: AuthenticatorData = AuthenticatorData.create(site, FLAG.UP | FLAG.UV | more, self._uses, held)
        return says

    def _answer(self, response: dict[str, str]) -> str:
        ident = websafe_encode(self._id)
        return json.dumps({"id": ident, "rawId": ident, "type": "public-key", "response": response})


def _client(kind: str, page: str) -> CollectedClientData:
    """What the browser says it was asked: the challenge that stands in the page."""
    told: dict[str, Any] = json.loads(unescape(page.split('data-options="', 1)[1].split('"', 1)[0]))
    challenge = told["publicKey"]["challenge"]
    return CollectedClientData.create(kind, challenge, settings.PASSKEY_ORIGINS[0])

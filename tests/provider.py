"""A little OpenID provider, real and on loopback, with a certificate and keys of its own."""

import json
import ssl
import threading
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from pytest_django import Settings

from apps.core.clock import now
from config.openid import providers
from tests.cast import Cast
from tests.certificates import certified

OFFICER = "officer@sg-customs.example"


@dataclass
class Idp:
    """The provider: who was let in by which code, and what it will say of them."""

    port: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    codes: dict[str, tuple[dict[str, str], dict[str, Any]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    signer: ec.EllipticCurvePrivateKey | None = None
    says_issuer: str = ""

    @property
    def issuer(self) -> str:
        return f"https://localhost:{self.port}"

    def documents(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.says_issuer or self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            },
            "/keys": {"keys": [{**public, "kid": "one", "alg": "ES256", "use": "sig"}]},
        }

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The answer to a code, once, to our client, with the verifier that the challenge was made of."""
        asked, claims = self.codes.pop(form.get("code", ""), ({}, {}))
        challenge = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
        client = b64decode(authorization.removeprefix("Basic ")).decode()
        if client != "counterpart:hush" or not asked or challenge != asked["code_challenge"]:
            return None
        assert form["redirect_uri"] == asked["redirect_uri"]
        at = int(now().timestamp())
        told = {
            "iss": self.issuer,
            "sub": "7",
            "aud": "counterpart",
            "iat": at,
            "exp": at + 60,
            "nonce": asked["nonce"],
        }
        told |= {"email": OFFICER, "email_verified": True, **claims}
        told = {name: value for name, value in told.items() if value is not None}
        return {"id_token": jwt.encode(told, self.signer or self.key, "ES256", headers={"kid": "one"})}

    def let_in(self, address: str, **claims: Any) -> dict[str, str]:
        """What the browser brings back, once the person has shown the provider who they are."""
        asked = dict(parse_qsl(urlsplit(address).query))
        self.codes["c0de"] = (asked, claims)
        return {"code": "c0de", "state": asked["state"]}


class Handler(BaseHTTPRequestHandler):
    idp: Idp

    def do_GET(self) -> None:
        self.idp.asked.append(self.path)
        self._say(self.idp.documents().get(self.path))

    def do_POST(self) -> None:
        self.idp.asked.append(self.path)
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        words = {name: values[0] for name, values in form.items()}
        self._say(self.idp.token(words, self.headers["Authorization"]))

    def _say(self, told: Any) -> None:
        content = json.dumps(told).encode()
        self.send_response(200 if told else 400)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *words: object) -> None: ...


@pytest.fixture
def idp(tmp_path: Path, settings: Settings, cast: Cast) -> Iterator[Idp]:
    pem = certified(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    idp = Idp()
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"idp": idp})) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        idp.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EGRESS, settings.EGRESS_CA = [f"localhost:{idp.port}"], str(pem)
        settings.EGRESS_NETWORKS = ["127.0.0.0/8", "::1/128"]
        settings.OPENID = providers(written(tmp_path, issuer=idp.issuer, trusted_amr=["mfa"], trusted_acr=["high"]))
        yield idp
        server.shutdown()


def written(folder: Path, **changes: Any) -> str:
    (folder / "secret").write_text("hush\n")
    entry = {"client_id": "counterpart", "secret_file": str(folder / "secret"), **changes}
    (folder / "openid.json").write_text(json.dumps({"SG-CUSTOMS": entry}))
    return str(folder / "openid.json")


def begin(client: Client) -> str:
    answer = client.get("/sign-in/agency/SG-CUSTOMS/")
    assert answer.status_code == 302
    return str(answer["Location"])


def come_back(client: Client, idp: Idp, **claims: Any) -> Any:
    return client.get("/sign-in/back/", idp.let_in(begin(client), **claims))

"""Signing in by an agency's own provider: a real little one, on loopback, with a certificate and keys of its own."""

import json
import ssl
import threading
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
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

from apps.agencies.models import Agency, User
from apps.audit.models import Entry
from apps.core.clock import now
from config.env import Misconfigured
from config.openid import providers
from tests.agencies.conftest import is_signed_in
from tests.cast import Cast
from tests.core.test_egress import _certificate
from tests.doors import with_app

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
    pem = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    idp = Idp()
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"idp": idp})) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        idp.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EGRESS, settings.EGRESS_CA = [f"localhost:{idp.port}"], str(pem)
        settings.EGRESS_NETWORKS = ["127.0.0.0/8", "::1/128"]
        settings.OPENID = providers(_file(tmp_path, issuer=idp.issuer, trusted_amr=["mfa"], trusted_acr=["high"]))
        yield idp
        server.shutdown()


def _file(folder: Path, **changes: Any) -> str:
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


def verbs() -> list[str]:
    return list(Entry.objects.order_by("-seq").values_list("verb", flat=True)[:2])[::-1]


def test_the_provider_opens_the_account_of_its_agency_with_the_verified_address(idp: Idp) -> None:
    client = Client()
    back = come_back(client, idp)
    assert (back.status_code, back["Location"]) == (302, "/")
    assert is_signed_in(client)
    assert client.get("/api/v1/me/").json()["email"] == OFFICER
    assert verbs() == ["provider_accepted", "sign_in"]
    assert idp.asked == [*["/.well-known/openid-configuration"] * 2, "/token", "/keys"]


def test_our_second_factor_is_asked_for_unless_the_provider_s_is_trusted(
    idp: Idp, cast: Cast, settings: Settings
) -> None:
    for claims in ({}, {"amr": ["pwd"]}, {"acr": "low"}, {"amr": "mfa"}):
        settings.SECOND_FACTOR_REQUIRED = True
        client = Client()
        assert come_back(client, idp, **claims)["Location"] == "/second-factor/", claims
        assert not is_signed_in(client)
    with_app(cast.user("officer", "SG-CUSTOMS"), now())
    client = Client()
    assert come_back(client, idp)["Location"] == "/sign-in/second-step/"
    assert not is_signed_in(client)
    for claims in ({"amr": ["pwd", "mfa"]}, {"acr": "high"}):
        client = Client()
        assert come_back(client, idp, **claims)["Location"] == "/", claims
        assert is_signed_in(client)


WRONG: dict[str, dict[str, Any]] = {
    "an address that is not verified": {"email_verified": False},
    "an address that is verified in words": {"email_verified": "true"},
    "nothing of the address": {"email_verified": None},
    "another agency's person": {"email": "officer@stranger.example"},
    "the platform's administrator": {"email": "admin@counterpart.example"},
    "somebody unknown": {"email": "new@sg-customs.example"},
    "a closed account": {"email": "analyst@sg-customs.example"},
    "another client": {"aud": "somebody-else"},
    "another issuer": {"iss": "https://elsewhere.example"},
    "another question": {"nonce": "x"},
    "another time": {"exp": 1_700_000_000},
    "a token meant for another": {"aud": ["counterpart", "else"], "azp": "else"},
}


@pytest.mark.parametrize("claims", WRONG.values(), ids=WRONG)
def test_whoever_it_is_that_has_no_account_here_is_refused_alike_and_none_is_made(
    idp: Idp, claims: dict[str, Any]
) -> None:
    User.objects.filter(email="analyst@sg-customs.example").update(is_active=False)
    before, client = User.objects.count(), Client()
    back = come_back(client, idp, **claims)
    assert (back.status_code, b"has named nobody" in back.content) == (400, True)
    assert not is_signed_in(client)
    assert (User.objects.count(), verbs()[-1]) == (before, "sign_in_refused")


def test_an_agency_that_left_has_no_way_in(idp: Idp) -> None:
    Agency.objects.filter(code="SG-CUSTOMS").update(active=False)
    assert come_back(Client(), idp).status_code == 400


def test_a_token_that_another_key_has_signed_is_none(idp: Idp) -> None:
    idp.signer = ec.generate_private_key(ec.SECP256R1())
    client = Client()
    assert come_back(client, idp).status_code == 400
    assert not is_signed_in(client)


def test_the_way_back_is_for_the_browser_that_went_and_good_once(idp: Idp) -> None:
    client, other = Client(), Client()
    words = idp.let_in(begin(client))
    for browser, wrong in (
        (other, words),
        (Client(), {"state": "", "code": "c0de"}),
    ):
        assert browser.get("/sign-in/back/", wrong).status_code == 400
    begin(other)
    assert other.get("/sign-in/back/", words).status_code == 400
    assert client.get("/sign-in/back/", words).status_code == 302
    client.post("/sign-out/")
    assert client.get("/sign-in/back/", words).status_code == 400
    assert not any(is_signed_in(browser) for browser in (client, other))


def test_an_answer_that_names_another_issuer_is_refused_before_its_code_is_used(idp: Idp) -> None:
    client = Client()
    words = idp.let_in(begin(client))
    idp.asked.clear()
    assert client.get("/sign-in/back/", {**words, "iss": "https://elsewhere.example"}).status_code == 400
    assert idp.asked == []


def test_a_provider_that_is_not_what_it_was_configured_as_or_away_is_said_to_be_silent(
    idp: Idp, settings: Settings
) -> None:
    idp.says_issuer = "https://elsewhere.example"
    assert Client().get("/sign-in/agency/SG-CUSTOMS/").status_code == 502
    idp.says_issuer = ""
    settings.EGRESS = []
    before = len(idp.asked)
    assert Client().get("/sign-in/agency/SG-CUSTOMS/").status_code == 502
    assert len(idp.asked) == before, "a host that is not listed is not asked"


def test_an_agency_without_a_provider_has_no_such_address(idp: Idp) -> None:
    for code in ("KE-CUSTOMS", "sg-customs", "NOBODY"):
        assert Client().get(f"/sign-in/agency/{code}/").status_code == 404


def test_a_file_that_is_wrong_is_named_at_the_start_without_the_secret(tmp_path: Path) -> None:
    for changes in ({}, {"issuer": "http://plain.example"}, {"issuer": "https://x.example", "secret": "hush"}):
        with pytest.raises(Misconfigured) as refusal:
            providers(_file(tmp_path, **changes))
        assert "hush" not in str(refusal.value)
    with pytest.raises(Misconfigured):
        providers(str(tmp_path / "absent"))
    assert providers("") == {}
    assert "hush" not in repr(providers(_file(tmp_path, issuer="https://x.example")))


def test_ten_minutes_later_the_way_back_is_closed(idp: Idp) -> None:
    client = Client()
    words = idp.let_in(begin(client))
    session = client.session
    session["openid"] = {**session["openid"], "at": (now() - timedelta(minutes=11)).timestamp()}
    session.save()
    assert client.get("/sign-in/back/", words).status_code == 400

"""The sign-in services of agencies that have one, from a JSON file: ``{"SG-CUSTOMS": {"issuer": …, "client_id": …, …}}``."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.env import Misconfigured

NAMES = {"issuer", "client_id", "secret_file", "trusted_amr", "trusted_acr"}
NEEDED = {"issuer", "client_id", "secret_file"}


@dataclass(frozen=True, slots=True)
class Provider:
    """One agency's OpenID provider. What it says of a second factor counts where ``trusted_amr`` or ``trusted_acr`` has it."""

    agency: str
    issuer: str
    client_id: str
    secret: str
    trusted_amr: frozenset[str]
    trusted_acr: frozenset[str]

    def __repr__(self) -> str:
        return f"Provider({self.agency})"  # the secret is in no log


def providers(file: str) -> dict[str, Provider]:
    """By the agency's code; none without a file. Raises Misconfigured with the name that is wrong, never with a secret."""
    if not file:
        return {}
    try:
        told: Any = json.loads(Path(file).read_text())
        return {str(code): _provider(str(code), entry) for code, entry in told.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise Misconfigured(f"COUNTERPART_OPENID_FILE can't be read: {type(error).__name__}, {file}") from None


def _provider(code: str, entry: dict[str, Any]) -> Provider:
    if not NEEDED <= set(entry) <= NAMES:
        raise Misconfigured(
            f"COUNTERPART_OPENID_FILE, {code}: give {sorted(NEEDED)}, and no other names than {sorted(NAMES)}."
        )
    issuer = str(entry["issuer"]).rstrip("/")
    if urlsplit(issuer).scheme != "https":
        raise Misconfigured(f"COUNTERPART_OPENID_FILE, {code}: the issuer is an address that begins with https://.")
    return Provider(
        agency=code,
        issuer=issuer,
        client_id=str(entry["client_id"]),
        secret=Path(entry["secret_file"]).read_text().strip(),
        trusted_amr=frozenset(map(str, entry.get("trusted_amr", ()))),
        trusted_acr=frozenset(map(str, entry.get("trusted_acr", ()))),
    )

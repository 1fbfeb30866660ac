"""The master key of development: made once, in ``var/keys``, readable by its owner alone."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from config.local.places import VAR

NAMES = ("COUNTERPART_MASTER_KEY_FILE", "COUNTERPART_MASTER_KEY", "COUNTERPART_KMS")
FILE = VAR / "keys" / "master.key"


def fresh() -> str:
    """A new master key as the product reads it: 32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def throwaway(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """A master key for what is gone afterwards; nothing where the person's environment names one."""
    return {} if any(environ.get(name) for name in NAMES) else {NAMES[1]: fresh()}


def master(environ: Mapping[str, str] = os.environ, file: Path = FILE) -> dict[str, str]:
    """What tells the product where its master key is; nothing where the person's environment does.

    The key is written beside its place and then linked there: two starts at once agree, and no half a key is ever read.
    """
    if any(environ.get(name) for name in NAMES):
        return {}
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not file.exists():
        beside = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
            made.write(f"{fresh()}\n")
        try:
            os.link(beside, file)
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    return {NAMES[0]: str(file)}

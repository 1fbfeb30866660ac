"""Master keys: our own ring from the environment, or a key management service that the settings name.

``COUNTERPART_KMS`` names a class without arguments that has the three members of ``Masters``. Whatever it raises makes
what it was asked for ``Unreadable``: without the master nothing is opened.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Protocol, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.module_loading import import_string

from apps.vault import sealing


class NoMaster(Exception):
    """No master key was given to this process, or not that one; the message says how to give it."""


class Masters(Protocol):
    """Who wraps data keys. ``context`` must be authenticated with what is wrapped; names are short and not secret."""

    @property
    def current(self) -> str:
        """The name of the master that wraps now."""

    def wrap(self, plain: bytes, context: bytes) -> bytes:
        """Wrap a data key with the current master."""

    def unwrap(self, name: str, wrapped: bytes, context: bytes) -> bytes:
        """The data key; raises where it was not wrapped by the master of that name with that context."""


class Ring:
    """Several masters by name: the first wraps, all unwrap, so that one can follow another (manage.py rotate_keys)."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._names = [name_of(key) for key in keys]
        self._keys = {name: AESGCM(key) for name, key in zip(self._names, keys, strict=True)}

    def __contains__(self, name: str) -> bool:
        return name in self._keys

    @property
    def current(self) -> str:
        if not self._names:
            raise NoMaster(
                "There is no master key: set COUNTERPART_MASTER_KEY_FILE, and keep it as docs/operate/keys.md says."
            )
        return self._names[0]

    def wrap(self, plain: bytes, context: bytes) -> bytes:
        return sealing.lock(self._keys[self.current], plain, context)

    def unwrap(self, name: str, wrapped: bytes, context: bytes) -> bytes:
        if name not in self._keys:
            raise NoMaster(f"The master key {name} was not given to this process.")
        return sealing.unlock(self._keys[name], wrapped, context)


def name_of(key: bytes) -> str:
    """A master's name: the first 16 hexadecimal digits of a hash that tells nothing of a random key."""
    return hashlib.sha256(b"counterpart master key\0" + key).hexdigest()[:16]


class Following:
    """A service that follows a ring: it wraps what is new, the ring still unwraps what it has wrapped."""

    def __init__(self, service: Masters, ring: Ring) -> None:
        self._service, self._ring = service, ring

    @property
    def current(self) -> str:
        return self._service.current

    def wrap(self, plain: bytes, context: bytes) -> bytes:
        return self._service.wrap(plain, context)

    def unwrap(self, name: str, wrapped: bytes, context: bytes) -> bytes:
        return (self._ring if name in self._ring else self._service).unwrap(name, wrapped, context)


@cache
def masters() -> Masters:
    """Those of this process, made once."""
    ring = Ring(settings.MASTER_KEYS.keys)
    return Following(cast(Masters, import_string(settings.KMS)()), ring) if settings.KMS else ring

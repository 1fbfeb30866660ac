"""The cipher and the format of what is sealed: AES-256-GCM with a random nonce of 96 bits and an authenticated context.

A sealed value is ``format byte ‖ key version (4 bytes) ‖ nonce (12) ‖ ciphertext and tag``. The context, which is
authenticated and not stored, is the header, the owner, the row and the field's name, each of a fixed length but the last.
"""

import os
import struct
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY = 32  # bytes
NONCE = 12  # bytes, random: a key that seals fewer than 2^32 values stays within the limit of NIST SP 800-38D, 8.3
TAG = 16
HEADER = struct.Struct(">BI")
# What sealed it: a data key itself (for what lives a day at most), or the key of the object.
BRIEF, OBJECT = 1, 2
NOBODY = UUID(int=0)  # stands for the platform where an owner is written down


class DoesNotFit(Exception):
    """Not sealed by this key in this place."""


def new_key() -> bytes:
    """A random key."""
    return os.urandom(KEY)


def header(form: int, version: int) -> bytes:
    """The first bytes of a sealed value."""
    return HEADER.pack(form, version)


def read_header(sealed: bytes) -> tuple[int, int]:
    """Format and key version; zeros where it is too short or of no format that is known."""
    whole = len(sealed) >= HEADER.size + NONCE + TAG and sealed[0] in {BRIEF, OBJECT}
    form, version = HEADER.unpack_from(sealed) if whole else (0, 0)
    return form, version


def place(*, owner: UUID | None, row: UUID, field: str) -> bytes:
    """Where a value belongs, as it is authenticated."""
    return (owner or NOBODY).bytes + row.bytes + field.encode()


def lock(key: AESGCM, plain: bytes, context: bytes, head: bytes = b"") -> bytes:
    """``head`` in clear, then the nonce and the ciphertext; ``head`` and ``context`` are authenticated."""
    nonce = os.urandom(NONCE)
    return head + nonce + key.encrypt(nonce, plain, head + context)


def unlock(key: AESGCM, sealed: bytes, context: bytes, head: bytes = b"") -> bytes:
    """The plain bytes. Raises DoesNotFit where key, place or bytes are others than when it was locked."""
    at = len(head)
    try:
        return key.decrypt(sealed[at : at + NONCE], sealed[at + NONCE :], head + context)
    except (InvalidTag, ValueError) as error:
        raise DoesNotFit from error

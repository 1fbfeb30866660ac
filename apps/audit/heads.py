"""What a seal signs, and with which key (Ed25519, RFC 8032).

A head commits to when, how many entries and the root over them, without telling the last two: who gets the log finds the
seal that opens a head they hold. The key lives in a file outside the database, which worker processes alone need to read.
"""

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key


class NoKey(Exception):
    """There is no key to sign with, or it is none of ours."""


def told(at: datetime) -> str:
    """A seal's time as it is signed: RFC 3339, whole seconds, UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def head_of(at: datetime, size: int, root: bytes) -> bytes:
    """The head: 32 bytes."""
    return hashlib.sha256(f"counterpart audit head 1\n{told(at)}\n{size}\n{root.hex()}\n".encode()).digest()


def signed_text(at: datetime, head: bytes) -> bytes:
    """What is signed."""
    return f"counterpart audit checkpoint 1\n{told(at)}\n{head.hex()}\n".encode()


def key_id(public: bytes) -> str:
    """The short name of a public key: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def public_of(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes that signatures are checked with."""
    return key.public_key().public_bytes_raw()


def holds(public: bytes, signature: bytes, text: bytes) -> bool:
    """Whether the key has signed the text."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def load(path: Path) -> Ed25519PrivateKey:
    """The key in a PEM file. Raises NoKey where there is none, or where others than its owner may read it."""
    try:
        mode, content = path.stat().st_mode, path.read_bytes()
        key = load_pem_private_key(content, password=None)
    except (OSError, ValueError, TypeError) as error:
        raise NoKey(f"{path} holds no key to sign with: {type(error).__name__}") from error
    if mode & 0o077:
        raise NoKey(f"{path} can be read by others than its owner: its mode has to be 600")
    if not isinstance(key, Ed25519PrivateKey):
        raise NoKey(f"{path} holds a key of another kind than Ed25519")
    return key


def make(path: Path) -> None:
    """A new key in a new file of mode 600; one that is there stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        line = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(line, "wb") as file:
        file.write(content)

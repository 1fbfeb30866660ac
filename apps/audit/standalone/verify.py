"""Verifies a log that ``manage.py export_audit`` has written. Needs Python 3.11, ``cryptography``, and nothing of ours.

    python verify.py LOG --key PUBLIC_KEY [--key …] [--head HEAD …]

It reads every entry, recomputes its hashes, the Merkle roots (RFC 6962) and the signatures (Ed25519, RFC 8032), and checks
that every HEAD you kept (from ``/checkpoints.json`` or the foot of a mail, 32 digits or more) is a seal over the beginning of
this very log. Exit status 0: it holds. 1: it does not, and the line says where. 2: it could not be read or asked so.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
SHORTEST = 32  # digits of a head: 128 bits


class Broken(Exception):
    """The log is not what it was."""


class Unreadable(Exception):
    """This is no log of that format."""


def sha(*parts: bytes) -> bytes:
    """SHA-256 of the parts in a row."""
    return hashlib.sha256(b"".join(parts)).digest()


def spelt(value: bytes | None) -> bytes:
    """A value with its length before it, four bytes; NULL is ffffffff."""
    return b"\xff\xff\xff\xff" if value is None else len(value).to_bytes(4) + value


def _id(text: str | None) -> bytes:
    return spelt(None if text is None else UUID(text).bytes)


def _time(text: str) -> bytes:
    micros = (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)
    return micros.to_bytes(8, signed=True)


def body_of(entry: Mapping[str, Any]) -> bytes:
    """What the link of an entry covers, behind the hash of the one before it."""
    parts = [spelt(bytes.fromhex(entry["digest"])), spelt(entry["seq"].to_bytes(8)), spelt(_time(entry["at"]))]
    parts += [spelt(entry["verb"].encode()), _id(entry["agency"]), _id(entry["user"])]
    parts += [spelt(entry["kind"].encode()), _id(entry["object"]), _id(entry["owner"])]
    return b"".join(parts)


class Tree:
    """The Merkle tree, a leaf at a time: the roots of its whole subtrees, with their sizes."""

    def __init__(self) -> None:
        self.peaks: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """Add the hash of a leaf."""
        size, root = 1, leaf
        while self.peaks and self.peaks[-1][0] == size:
            root = sha(b"\x01", self.peaks.pop()[1], root)
            size *= 2
        self.peaks.append((size, root))

    def root(self) -> bytes:
        """The root over all leaves."""
        if not self.peaks:
            return sha()
        roots = [root for _, root in self.peaks]
        found = roots.pop()
        while roots:
            found = sha(b"\x01", roots.pop(), found)
        return found


def check_entry(entry: Mapping[str, Any], seq: int, link: bytes) -> tuple[bytes, bytes]:
    """The hash of an entry and its leaf. Raises Broken where it does not follow ``link`` as number ``seq``."""
    if entry["seq"] != seq:
        raise Broken(f"entry {seq} is missing: number {entry['seq']} stands in its place")
    if "payload" in entry:
        facts = spelt(entry["payload"].encode()) + spelt(bytes.fromhex(entry["salt"]))
        if sha(b"\x03", facts).hex() != entry["digest"]:
            raise Broken(f"entry {seq} is broken: its payload is another one")
    body = body_of(entry)
    following = sha(b"\x02", link, body)
    if following.hex() != entry["hash"]:
        raise Broken(f"entry {seq} is broken: it does not follow the one before it")
    return following, sha(b"\x00", body)


def said_to_be_gone(payload: str) -> set[int]:
    """The numbers that an entry ``erase_audit`` announces; one that is none of the service's announces nothing."""
    facts = json.loads(payload)
    entries = facts.get("entries") if isinstance(facts, dict) else None
    return {each for each in entries if isinstance(each, int)} if isinstance(entries, list) else set()


def check_seal(seal: Mapping[str, Any], tree: Tree, keys: Sequence[str]) -> None:
    """Raises Broken where a seal is not over the entries up to its size, or not signed by one of the keys."""
    root = tree.root()
    head = sha(f"counterpart audit head 1\n{seal['at']}\n{seal['size']}\n{root.hex()}\n".encode())
    name = f"the seal of {seal['at']} over {seal['size']} entries"
    if seal["root"] != root.hex() or seal["head"] != head.hex():
        raise Broken(f"{name} seals other entries than these")
    if seal["public"] not in keys:
        raise Broken(f"{name} is signed with a key that you did not give")
    try:
        text = f"counterpart audit checkpoint 1\n{seal['at']}\n{head.hex()}\n".encode()
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(seal["public"]))
        public.verify(bytes.fromhex(seal["signature"]), text)
    except InvalidSignature:
        raise Broken(f"{name} is not signed by that key") from None


def check(lines: Iterator[dict[str, Any]], *, keys: Sequence[str], wanted: Sequence[str]) -> str:
    """Verify the whole log; what there is to say of one that holds."""
    told = next(lines, {})
    if told.get("format") != "counterpart-audit-1":
        raise Unreadable("this is no log of format counterpart-audit-1")
    seals = [next(lines)["seal"] for _ in range(told["seals"])]
    if [seal["size"] for seal in seals] != sorted(seal["size"] for seal in seals):
        raise Broken("the seals do not stand in their order")
    for head in wanted:
        if not any(seal["head"].startswith(head) for seal in seals):
            raise Broken(f"the log has no seal with the head {head}: it is not the log that you were shown")
    count = _walk(lines, seals, keys)
    if count != told["entries"]:
        raise Broken(f"entry {count + 1} is missing: the log ends before its {told['entries']} entries")
    sealed = seals[-1]["size"] if seals else 0
    return f"{count} entries and {len(seals)} seals hold; {len(wanted)} heads found; {count - sealed} entries not yet sealed"


def _walk(lines: Iterator[dict[str, Any]], seals: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> int:
    link, tree, count, waiting = bytes(32), Tree(), 0, list(seals)
    gone: set[int] = set()
    announced: set[int] = set()
    while waiting and waiting[0]["size"] == 0:
        check_seal(waiting.pop(0), tree, keys)
    for entry in lines:
        link, leaf = check_entry(entry, count + 1, link)
        tree.add(leaf)
        count += 1
        if "payload" not in entry:
            gone.add(count)
        elif entry["verb"] == "erase_audit":
            announced |= said_to_be_gone(entry["payload"])
        while waiting and waiting[0]["size"] == count:
            check_seal(waiting.pop(0), tree, keys)
    for seq in sorted(gone - announced if len(gone) < count else ()):  # a log without any facts tells ids alone
        raise Broken(f"entry {seq} is broken: its payload is gone, and no entry says that it was erased")
    if waiting:
        raise Broken(f"entry {count + 1} is missing: a seal covers {waiting[0]['size']} entries")
    return count


def asked() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description="Verifies a log that manage.py export_audit has written.")
    parser.add_argument("log")
    parser.add_argument("--key", action="append", required=True, help="a public key, 64 hexadecimal digits")
    parser.add_argument("--head", action="append", default=[], help="a head that you kept, 32 digits or more")
    words = parser.parse_args()
    for digits, least in [(key, 64) for key in words.key] + [(head, SHORTEST) for head in words.head]:
        if not least <= len(digits) <= 64 or set(digits.lower()) - set("0123456789abcdef"):
            parser.error(f"{digits!r} is not {least} to 64 hexadecimal digits")
    return words


def main() -> int:
    """Exit status 0, 1 or 2."""
    words = asked()
    keys, heads = [key.lower() for key in words.key], [head.lower() for head in words.head]
    try:
        with Path(words.log).open(encoding="utf-8") as log:
            sys.stdout.write(check((json.loads(line) for line in log), keys=keys, wanted=heads) + "\n")
    except Broken as broken:
        sys.stdout.write(f"BROKEN: {broken}\n")
        return 1
    except (Unreadable, OSError, LookupError, ValueError, TypeError, AttributeError, StopIteration) as error:
        sys.stderr.write(f"UNREADABLE: {type(error).__name__}: {error}\n")
        return 2
    if not heads:
        sys.stdout.write("You gave no head that you kept: a log rewritten from the start would look the same.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Passwords that others have lost already: looked up in a file on this machine, and never asked of a service.

The file holds the SHA-1 of one password a line, 40 hexadecimal digits, in their order; a count after a colon may follow.
The collections of breached passwords are published in this form ("ordered by hash": haveibeenpwned.com/Passwords).
"""

import hashlib
import mmap
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

LINE = re.compile(rb"([0-9A-Fa-f]{40})(?::[0-9]+)?\r?")
LONGEST = 80  # bytes of a line
SAMPLES = 1024


class Disordered(Exception):
    """The file is none of that form; the message says where."""


class Breached:
    """The file, mapped and not read: tens of gigabytes cost a look-up some forty reads of a page, and no memory.

    OSError where it can't be opened, Disordered where it is empty.
    """

    def __init__(self, file: str) -> None:
        with Path(file).open("rb") as opened:
            try:
                self._bytes = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:
                raise Disordered("it is empty") from error

    def __contains__(self, digest: str) -> bool:
        """Whether the file holds that SHA-1. Disordered where the search meets what can't stand there."""
        wanted, low, high = digest.upper(), 0, len(self._bytes)
        below, above = "", "G"  # what lies between is between these
        while low < high:
            start, end, found = self._line((low + high) // 2)
            if not below < found < above:
                raise Disordered(f"it is not ordered at byte {start}")
            if found == wanted:
                return True
            if found < wanted:
                low, below = end + 1, found
            else:
                high, above = start, found
        return False

    def check(self) -> None:
        """Raise Disordered unless the first line, the last and a thousand between are what they should be, in order.

        Not every line: that would be an hour at every start. ``LC_ALL=C sort -c`` looks at all of them.
        """
        last = len(self._bytes) - 1
        places = sorted({last * sample // SAMPLES for sample in range(SAMPLES + 1)})
        for (start, _, before), (other, _, after) in pairwise(map(self._line, places)):
            if (start < other) != (before < after):
                raise Disordered(f"it is not ordered at byte {other}")

    def close(self) -> None:
        """Let go of the file."""
        self._bytes.close()

    def _line(self, at: int) -> tuple[int, int, str]:
        """Where the line around that byte begins, where it ends, and its hash."""
        start = self._bytes.rfind(b"\n", max(at - LONGEST, 0), at) + 1 or max(at - LONGEST, 0)
        end = self._bytes.find(b"\n", at, start + LONGEST)
        end = min(start + LONGEST, len(self._bytes)) if end < 0 else end
        found = LINE.fullmatch(self._bytes[start:end])
        if found is None:
            raise Disordered(f"at byte {start} stands no SHA-1 of 40 hexadecimal digits")
        return start, end, found[1].decode().upper()


class BreachedPasswords:
    """Django's kind of password validator over such a file."""

    def __init__(self, file: str) -> None:
        self._breached = Breached(file)

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password that is in the file; Disordered, and no password passes, where it is spoilt."""
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest()  # what the file is made of
        if digest in self._breached:
            told = gettext("This password is known from a breach of another service. Choose another one.")
            raise ValidationError(told, code="password_breached")

    def get_help_text(self) -> str:
        """One sentence for whoever chooses."""
        return gettext("Your password can’t be one that was lost by another service.")

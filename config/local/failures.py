"""The two ways in which a command of this package ends before its work is done."""

from __future__ import annotations


class Failure(Exception):
    """A start that cannot go on; the message is for the person at the terminal: what is wrong and what to do."""


class Ended(BaseException):
    """Somebody asked us to end (Ctrl-C, SIGTERM, a closed terminal): not an error, and no ``except`` may swallow it.

    ``number`` is the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

"""Somebody who guesses: at ids and references of what they may not see, and at words that may stand in it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse

from tests.callers import Caller
from tests.sizes import SEED

# Words of the hidden report, and words of none.
TRUE = ("pangolin scales", "Kwai Chung", "HK/2019/0116", "frozen beef", "MSKU9070323")
FALSE = ("rhino horn", "Port Klang", "HK/2019/0117", "frozen pork", "MSKU9070324")


@dataclass(frozen=True, slots=True)
class Guess:
    """One request; ``kind`` names what is guessed at, ``word`` is what differs from the other guesses of the kind."""

    kind: str
    method: str
    path: str
    word: str
    body: dict[str, str] | None = None

    def asked(self, caller: Caller) -> HttpResponse:
        """The answer."""
        return caller.call(self.method, self.path, self.body)

    def answer(self, response: HttpResponse) -> tuple[object, ...]:
        """What can be learnt of it: status, headers and bytes, without the guess itself."""
        headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
        said = response.content.decode().replace(self.word, "?")
        return (response.status_code, said, str(sorted(headers.items())).replace(self.word, "?"))


def ids(hidden: UUID, referral: UUID) -> Iterator[Guess]:
    """Guesses at ids without end, every third of them right; the same seed guesses the same."""
    draw = random.Random(f"{SEED} ids")
    for number in range(10**6):
        made_up = UUID(int=draw.getrandbits(128), version=4)
        report = str(hidden if number % 3 == 0 else made_up)
        answer = str(referral if number % 3 == 0 else made_up)
        yield from (
            Guess("report", "GET", f"reports/{report}/", report),
            Guess("audience", "GET", f"reports/{report}/audience/", report),
            Guess("copy", "POST", f"reports/{report}/copy/", report),
            Guess("referral", "GET", f"referrals/{answer}/", answer),
            Guess("preview", "POST", "reports/preview/", report, {"report": report}),
        )


def words(reference: str) -> Iterator[Guess]:
    """Guesses at words without end, every second of them standing in the hidden report."""
    while True:
        for true, false in zip((*TRUE, reference), (*FALSE, "SR-2026-00000000"), strict=True):
            for word in (true, false):
                yield Guess("search", "POST", "reports/search/", word, {"q": word})
                yield Guess("list", "GET", f"reports/?q={word.replace(' ', '+')}", word)

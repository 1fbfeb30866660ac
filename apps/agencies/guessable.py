"""Words that a password may not hold, because whoever knows where it is used tries them first (docs/passwords.md).

Those of the product, of the roles, of the agency and the name and address of the person, and those that an operator adds.
Words and passwords are compared folded: without case, accents and the commonest digits and signs in place of letters.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

SHORTEST = 4  # letters of a word that counts; an agency's whole code counts from three on, it is nobody's ordinary word
SHORTEST_CODE = 3
LONG = 8  # letters from which on a word is found with anything between its letters, too
OURS = (
    "counterpart",
    "password",
    "wildlife",
    "trafficking",
    "smuggling",
    "seizure",
    "intelligence",
    "officer",
    "analyst",
    "liaison",
    "administrator",
)
# What stands in names of agencies and is no word of theirs.
CONNECTING = frozenset({"with", "from", "office", "service", "services", "general", "national", "department"})
SIGNS = str.maketrans(
    {"0": "o", "1": "i", "l": "i", "3": "e", "4": "a", "@": "a", "5": "s", "$": "s", "7": "t", "!": "i"}
)


def fold(text: str) -> str:
    """As it is compared: small letters without accents, signs and digits as the letters that they stand in for."""
    bare = (sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return "".join(bare).casefold().translate(SIGNS)


def words_of(*texts: str) -> set[str]:
    """The words of names and addresses that are long enough to count."""
    found = {word for text in texts for word in re.split(r"[\W_]+", text)}
    return {word for word in found if len(word) >= SHORTEST and word.casefold() not in CONNECTING}


def held(password: str, words: Iterable[str]) -> str:
    """The longest of the words that the password holds; empty where it holds none."""
    folded = fold(password)
    squeezed = re.sub(r"[\W_]+", "", folded)
    for word in sorted(words, key=lambda each: (-len(each), each)):
        if fold(word) in folded or (len(word) >= LONG and fold(word) in squeezed):
            return word
    return ""


class GuessableWords:
    """Django's kind of password validator; ``words`` are those that an operator adds."""

    def __init__(self, words: Collection[str] = ()) -> None:
        self._words = {*OURS, *words}

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError where the password holds one of the words; an account brings its own and its agency's."""
        word = held(password, self._words | (_of(user) if user is not None else set()))
        if word:
            told = gettext("The password holds “%(word)s”, which is easy to guess here. Choose other words.")
            raise ValidationError(told % {"word": word}, code="password_guessable")

    def get_help_text(self) -> str:
        """One sentence for whoever chooses."""
        return gettext("Your password can’t hold your name, your agency’s or words of this service.")


def _of(user: Any) -> set[str]:
    """An account's own words and its agency's: of the address what stands before the last dot."""
    own = words_of(user.name, user.email.rpartition(".")[0])
    if user.agency is None:
        return own
    code = user.agency.code.replace("-", "")
    whole = {user.agency.code, code} if len(code) >= SHORTEST_CODE else set()
    return own | words_of(user.agency.name, user.agency.code) | whole

"""What people call things: by the names, abbreviations and everyday words that they use, in any accent, number and dash.

Pure. A name may mean several rows; then nothing is chosen, and who asks tells the candidates.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from apps.reference.matching import LONGEST

APOSTROPHES = dict.fromkeys(map(ord, "'\u2018\u2019\u02bc\u02bb\u2032`."), None)
SPECIAL = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "&": " and "})
BETWEEN = re.compile(r"[\W_]+")
AN_APOSTROPHE = re.compile("['\u2018\u2019\u02bc]")
IN_BRACKETS = re.compile(r"\s*\([^)]*\)")
ARTICLE = re.compile(r"^the ")
SAINT = re.compile(r"\bsaint\b")
PLURALS = (
    ("ies", "y"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("sses", "ss"),
    ("xes", "x"),
    ("eeth", "ooth"),
    ("feet", "foot"),
)
UNCHANGED = ("ss", "us", "is")  # no plurals: carcass, fungus, Manis


def fold_everyday(words: str) -> str:
    """Without case, width, accents, points, apostrophes, dashes and articles; each English word in the singular."""
    if len(words) > LONGEST:
        return ""
    plain = unicodedata.normalize("NFKD", words.casefold()).translate(APOSTROPHES).translate(SPECIAL)
    plain = "".join(sign for sign in plain if not "\u0300" <= sign <= "\u036f")
    plain = BETWEEN.sub(" ", unicodedata.normalize("NFC", plain)).strip()
    plain = SAINT.sub("st", ARTICLE.sub("", plain))
    return " ".join(_singular(word) for word in plain.split())


def without_brackets(name: str) -> str:
    """``tusk (raw ivory)`` → ``tusk``; a name that is nothing else stays."""
    return IN_BRACKETS.sub("", name).strip() or name


def by_names(named: Iterable[tuple[str, Iterable[str]]]) -> dict[str, tuple[str, ...]]:
    """Folded name → the keys of the rows that bear it, from (key, its names) pairs."""
    found: dict[str, dict[str, None]] = {}
    for key, names in named:
        for name in names:
            for form in (name, AN_APOSTROPHE.sub(" ", name)):
                found.setdefault(fold_everyday(form), {})[key] = None
    found.pop("", None)
    return {name: tuple(keys) for name, keys in found.items()}


def with_plain(names: Iterable[str]) -> list[str]:
    """The names, and each without what stands in brackets."""
    return [form for name in names for form in (name, without_brackets(name))]


def meant(words: str, *indexes: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The keys that the words mean, by the first index that knows them."""
    name = fold_everyday(words)
    return next((keys for index in indexes if (keys := index.get(name))), ()) if name else ()


def _singular(word: str) -> str:
    if not word.isascii() or not word.isalpha() or len(word) < 4:
        return word
    for end, one in PLURALS:
        if word.endswith(end):
            return word.removesuffix(end) + one
    return word[:-1] if word.endswith("s") and not word.endswith(UNCHANGED) else word

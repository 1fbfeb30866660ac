"""When two words mean the same: pure, so that a load, a look-up and PostgreSQL fold alike."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

LONGEST = 200  # characters; no scientific name or term is longer, so the rest is refused before it is looked up
FULL_WIDTH = 0xFEE0  # how far a full-width letter stands from the plain one
_GROUP = re.compile(r" (spp?\.?|species)$")


def fold_words(words: str) -> str:
    """Lower case, full-width forms made plain, white space made one; "" for what cannot be a name (NUL, overrides)."""
    folded = " ".join(unicodedata.normalize("NFKC", words).split()).lower()
    return folded if len(folded) <= LONGEST and folded.isprintable() else ""


def fold_name(words: str) -> str:
    """A taxon's name as it is looked up: ``Manis  SPP.`` → ``manis``; a group means the same without its *spp.*"""
    return _GROUP.sub("", fold_words(words))


def fold_code(words: str) -> str:
    """A code as it is looked up: `` kgm`` → ``KGM``. ``NA`` stays ``NA``: it is Namibia, not a missing value.

    Full-width letters are the same letters. What only becomes letters of ours when it is taken apart (``ß``, ``ﬁ``, the sign
    of Kelvin) is none of them: "" .
    """
    typed = " ".join(words.split())
    code = "".join(chr(ord(sign) - FULL_WIDTH) if "！" <= sign <= "～" else sign for sign in typed)
    return code.upper() if len(code) <= LONGEST and code.isascii() and code.isprintable() else ""


def folded(words: Iterable[str]) -> list[str]:
    """The distinct, non-empty names among ``words``, folded."""
    return sorted({fold_name(word) for word in words} - {""})


def clashes(named: Iterable[tuple[str, Iterable[str]]]) -> dict[str, list[str]]:
    """Names that would mean two things: folded name → owners, from (owner, all its names) pairs."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for owner, names in named:
        for name in names:
            owners[fold_name(name)].add(owner)
    return {name: sorted(who) for name, who in owners.items() if len(who) > 1}

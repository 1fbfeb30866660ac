"""What may stand as a person's name: letters of any script, and nothing that makes it read as another one."""

import unicodedata

LONGEST = 120
# Controls, text directions and other invisible signs, surrogates, private and unassigned ones, ends of lines.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
JOINERS = frozenset({"\u200c", "\u200d"})  # Persian and the scripts of India need them inside words


def is_name(text: str) -> bool:
    """Whether it has a letter, at most 120 characters, and none that isn't seen but for joiners."""
    seen = [sign for sign in text.strip() if sign not in JOINERS]
    kinds = {unicodedata.category(sign) for sign in seen}
    return len(text.strip()) <= LONGEST and UNSEEN.isdisjoint(kinds) and any(kind[0] == "L" for kind in kinds)

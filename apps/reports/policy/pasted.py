"""Text as people paste it: invisible marks that chat programs and word processors put in are kept or pass, carriers don't."""

import re
import unicodedata

# Controls, embeddings and overrides make a name read as another one, NUL breaks files; what nobody sees (tags, old format
# characters, interlinear anchors, noncharacters, half surrogates) can carry a text of its own.
UNSAFE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u202a-\u202e\u206a-\u206f\ufff9-\ufffb\ufdd0-\ufdef\ud800-\udfff"
    "\U000e0000-\U000e007f"
    + "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)
# A black flag, the letters of a region as tags, and the tag that ends them: Scotland. So long and no longer.
FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")
BREAKS = re.compile("[\u000b\u000c\u0085\u2028\u2029]")
ON_ONE_LINE = re.compile("[\n\r\t]+")
ISOLATES = re.compile("[\u2066-\u2069]")
END_OF_ISOLATE = "\u2069"
UNSEEN = frozenset({"Cc", "Cf", "Cn", "Zs", "Zl", "Zp", "Mn", "Me"})
# Letters and symbols by their category, and empty all the same: Hangul fillers and the blank pattern of Braille.
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def tidied(text: str, *, lines: bool) -> str:
    """Without byte order marks and outer space; breaks are line breaks, or in one line a space. Empty if nothing is seen."""
    plain = BREAKS.sub("\n", text.replace("\ufeff", "")).strip()
    plain = plain if lines else ON_ONE_LINE.sub(" ", plain)
    return plain if is_seen(plain) or UNSAFE.search(plain) else ""


def is_seen(text: str) -> bool:
    """Whether somebody who looks at it sees anything at all."""
    return any(unicodedata.category(sign) not in UNSEEN and sign not in BLANK for sign in text)


def unsafe_at(text: str) -> int | None:
    """Where the first character stands that can't be shown safely, or None. Isolates are safe that end in their own line."""
    bare = FLAG.sub(lambda flag: "." * len(flag.group()), text)
    found = UNSAFE.search(bare)
    places = [found.start()] if found else []
    at = 0
    for line in bare.splitlines(keepends=True):
        place = _unbalanced(line)
        if place is not None:
            places.append(at + place)
        at += len(line)
    return min(places, default=None)


def word_before(text: str, at: int) -> str:
    """The last word before a place, to say where it is; empty at the beginning."""
    words = text[:at].split()
    return ISOLATES.sub("", words[-1])[-40:] if words else ""


def _unbalanced(line: str) -> int | None:
    opened: list[int] = []
    for sign in ISOLATES.finditer(line):
        if sign.group() != END_OF_ISOLATE:
            opened.append(sign.start())
        elif opened:
            opened.pop()
        else:
            return sign.start()
    return opened[0] if opened else None

"""What a new password is judged by: Django's validators, and two of ours that the environment may add to."""

from typing import Any

from apps.agencies.breached import Breached, Disordered
from config import env

WORDS, FILE = "COUNTERPART_PASSWORD_WORDS", "COUNTERPART_BREACHED_PASSWORDS_FILE"
SHORTEST_WORD = 3
DJANGOS = "django.contrib.auth.password_validation."


def validators() -> list[dict[str, Any]]:
    """Django's setting of that kind. Raises Misconfigured where a word is too short or the file is not what it must be."""
    asked: list[dict[str, Any]] = [
        {
            "NAME": f"{DJANGOS}UserAttributeSimilarityValidator",
            "OPTIONS": {"user_attributes": ("email", "name")},
        },
        {"NAME": f"{DJANGOS}MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
        {"NAME": f"{DJANGOS}CommonPasswordValidator"},
        {"NAME": "apps.agencies.guessable.GuessableWords", "OPTIONS": {"words": _words()}},
    ]
    file = env.text(FILE)
    return [*asked, _breached(file)] if file else asked


def _words() -> list[str]:
    words = env.words(WORDS)
    short = [word for word in words if len(word) < SHORTEST_WORD]
    if short:
        raise env.Misconfigured(f"{WORDS}: {', '.join(short)}: a word of less than 3 letters is in every password.")
    return words


def _breached(file: str) -> dict[str, Any]:
    """Asked at the start of every process: one that can't look a password up must not take it."""
    try:
        found = Breached(file)
        found.check()
        found.close()
    except (OSError, Disordered) as error:
        why = str(error) if isinstance(error, Disordered) else type(error).__name__
        raise env.Misconfigured(f"{FILE}: {file} can't be used: {why} (docs/passwords.md).") from None
    return {"NAME": "apps.agencies.breached.BreachedPasswords", "OPTIONS": {"file": file}}

"""Marking words for translation where Django may not be imported."""


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "mark, do not translate here"
    """Return ``text`` unchanged, marked for the translators' catalogue.

    Judgement (policy, routing, sentences) is pure Python: it may not import Django and it
    does not know the reader's language. It keeps the English text as the key; the edge that
    shows it to a person calls gettext on that key. ``makemessages`` must be told the keyword
    (``--keyword=N_``), because xgettext does not know it by itself.
    """
    return text


# Said by every edge that reads named fields.
NOT_AN_OBJECT = N_("Enter an object with named fields.")
UNKNOWN_FIELD = N_("There is no field of that name.")

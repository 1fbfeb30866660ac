"""The few ways in which the product says no. Edges turn them into problem documents or pages."""

from collections.abc import Mapping

from apps.core.words import N_

Errors = Mapping[str, list[str]]
Candidates = Mapping[
    str, list[tuple[str, str]]
]  # field path -> what may be meant: what to enter, and what it is called


class Refused(Exception):
    """A refusal with a stable ``code``, an HTTP ``status`` and a sentence that says nothing a stranger may not know."""

    status = 400
    code = "refused"
    sentence = N_("This can't be done.")
    retry_after = 0  # seconds to wait before it may be asked again; 0 where waiting changes nothing

    def __init__(
        self, code: str = "", sentence: str = "", *, errors: Errors | None = None, candidates: Candidates | None = None
    ) -> None:
        self.code = code or type(self).code
        self.sentence = sentence or type(self).sentence
        self.errors: dict[str, list[str]] = dict(errors or {})
        self.candidates: dict[str, list[tuple[str, str]]] = dict(candidates or {})
        super().__init__(self.code)


class Invalid(Refused):
    """What was given cannot be right, or is not yet enough; ``errors`` names each field by its path (``items.0.taxon``)."""

    code = "invalid"
    sentence = N_("Some of what was entered can't be right.")


class NotAllowed(Refused):
    """The account may never do this, whatever the object."""

    status = 403
    code = "not_allowed"
    sentence = N_("Your account may not do this.")


class NotFound(Refused):
    """Absent, or not for this reader: nobody can tell the two apart."""

    status = 404
    code = "not_found"
    sentence = N_("There is nothing here for you to see.")


class Conflict(Refused):
    """The object has moved on since the caller looked."""

    status = 409
    code = "state_moved"
    sentence = N_("This has changed since you looked. Open it again.")

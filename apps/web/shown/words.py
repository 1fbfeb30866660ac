"""Names, numbers and lists as people read them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import get_language, gettext, pgettext

from apps.agencies.policy import CONTENT_ROLES, Actor
from apps.sharing.policy import Verb, may

Shown = dict[str, Any]  # what a template part takes; each part says in its own comment what it reads
MOST_COUNTED = 50


def may_do(actor: Actor, verb: Verb) -> bool:
    """Whether the actor's roles and agency may, whatever the object."""
    allowed = may(verb=verb, roles=actor.roles, kind=actor.kind, law_enforcement=actor.law_enforcement)
    return actor.agency_id is not None and allowed


def reads(actor: Actor) -> bool:
    """Whether the actor reads reports at all."""
    return actor.agency_id is not None and not CONTENT_ROLES.isdisjoint(actor.roles)


def count(found: int) -> str:
    """A count as it is shown: nobody pays for an exact one beyond fifty."""
    return f"{MOST_COUNTED}+" if found > MOST_COUNTED else str(found)


def number(value: Decimal) -> str:
    """A decimal in the reader's digits, grouped, without trailing zeros."""
    text = format(value, "f")
    shown = Decimal(text.rstrip("0").rstrip(".") if "." in text else text)
    return str(formats.number_format(shown, use_l10n=True, force_grouping=True))


def sign_of_thousands() -> str:
    """What groups thousands in the reader's language."""
    return str(formats.get_format("THOUSAND_SEPARATOR", get_language()))


def joined(clauses: Iterable[str]) -> str:
    """Clauses in a row, as in a line of facts."""
    return pgettext("between facts", " · ").join(filter(None, clauses))


def labelled(labels: Mapping[str, str], code: str) -> str:
    """The label of a code; one that has none stands for itself, an empty one for nothing."""
    return labels.get(code, code) if code else ""


def yes_or_no(value: bool) -> str:
    """An answer as a word."""
    return gettext("Yes") if value else gettext("No")

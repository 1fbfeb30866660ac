"""Amounts in words that can't be misread: a thousand kilograms is also a tonne."""

from decimal import Decimal

from django.utils.translation import gettext

from apps.reference.models import Unit
from apps.reference.queries import label_in
from apps.reports.models import SeizedItem
from apps.reports.states import Qualifier
from apps.web.shown.words import number

GRAMS_IN_A_KILOGRAM, GRAMS_IN_A_TONNE = Decimal(1000), Decimal(1_000_000)


def amount(item: SeizedItem, language: str) -> str:
    """The quantity in the unit reported: ``at least 1,000 kg``. An unknown amount is called so."""
    if item.qualifier == Qualifier.UNKNOWN:
        return gettext("amount unknown")
    if item.quantity is None:
        return ""
    return qualified(item.qualifier, in_unit(item.quantity, item.unit, language))


def in_unit(quantity: Decimal, unit: Unit | None, language: str) -> str:
    """``1,000 kg``, ``12 specimens``: a unit by its symbol, pieces by what they are."""
    if unit is None:
        return number(quantity)
    if unit.dimension == Unit.Dimension.COUNT:
        return gettext("%(number)s specimens") % {"number": number(quantity)}
    return f"{number(quantity)} {unit.symbol or label_in(unit, language)}"


def amount_in_words(quantity: Decimal, unit: Unit | None, language: str) -> str:
    """``1,000 kg = 1 tonne``, ``1 kg = 1,000 g``: so that the sign within a number can't be taken for another."""
    said = in_unit(quantity, unit, language)
    if unit is None or unit.grams is None:
        return said
    also = in_other_words(quantity * unit.grams, unit)
    return f"{said} = {also}" if also else said


def in_other_words(grams: Decimal, unit: Unit) -> str:
    """The same mass in tonnes from one on, else in grams; nothing where that is the unit already."""
    if grams >= GRAMS_IN_A_TONNE:
        tonnes = grams / GRAMS_IN_A_TONNE
        said = gettext("1 tonne") if tonnes == 1 else gettext("%(number)s tonnes") % {"number": number(tonnes)}
        return "" if unit.grams == GRAMS_IN_A_TONNE else said
    return "" if unit.grams == 1 else f"{number(grams)} g"


def mass(item: SeizedItem) -> str:
    """The mass in kilograms, or in grams below one; from a tonne on in tonnes, too. Empty where it is not a mass."""
    if item.grams is None:
        return ""
    small = item.grams < GRAMS_IN_A_KILOGRAM
    text = f"{number(item.grams)} g" if small else f"{number(item.grams / GRAMS_IN_A_KILOGRAM)} kg"
    if item.unit is not None and item.grams >= GRAMS_IN_A_TONNE:
        text = f"{text} = {also}" if (also := in_other_words(item.grams, item.unit)) else text
    return qualified(item.qualifier, text)


def qualified(qualifier: str, text: str) -> str:
    """An amount with how sure it is: a lower bound stays a lower bound."""
    if qualifier == Qualifier.AT_LEAST:
        return gettext("at least %(amount)s") % {"amount": text}
    if qualifier == Qualifier.ABOUT:
        return gettext("about %(amount)s") % {"amount": text}
    return text

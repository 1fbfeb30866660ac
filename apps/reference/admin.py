"""The vocabularies, for platform administrators.

What was loaded from the published files is changed there, or the next load would undo it: of such a row only what the
files do not decide is open here. Rows that were added here are open throughout. Nothing is deleted, only deactivated.
"""

from typing import ClassVar, TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from apps.core.desk import Desk
from apps.reference.models import Country, HsCode, SpecimenTerm, Taxon, Unit, Vocabulary

V = TypeVar("V", bound=Vocabulary)
OPEN = ("labels",)


class VocabularyAdmin(Desk[V]):
    """What the pages of all vocabularies share."""

    open_fields: ClassVar[tuple[str, ...]] = OPEN

    def get_readonly_fields(self, request: HttpRequest, obj: V | None = None) -> tuple[str, ...]:
        shown = ("local", "changed_at")
        if obj is None:
            return shown
        model: type[Model] = self.model
        names = [field.name for field in model._meta.fields if field.editable and not field.auto_created]
        key = str(model._meta.pk.name) if model._meta.pk else ""
        fixed = [name for name in names if name == key or not (obj.local or name in self.open_fields)]
        return (*fixed, *shown)


@admin.register(Country)
class CountryAdmin(VocabularyAdmin[Country]):
    """Countries and territories, with the body that coordinates those where no agency answers."""

    open_fields = (*OPEN, "coordinator")
    list_display = ("code", "label", "region", "pseudo", "coordinator", "cites_party", "active", "local")
    list_filter = ("pseudo", "region", "cites_party", "active", "local")
    search_fields = ("code", "alpha3", "label", "official_name")


@admin.register(Taxon)
class TaxonAdmin(VocabularyAdmin[Taxon]):
    """Species and groups with every name that means the same."""

    list_display = ("name", "common_name", "rank", "family", "appendix", "active", "local")
    list_filter = ("appendix", "rank", "kingdom", "active", "local")
    search_fields = ("name", "common_name", "family")


@admin.register(SpecimenTerm)
class SpecimenTermAdmin(VocabularyAdmin[SpecimenTerm]):
    """What a specimen is: scales, tusks, live."""

    list_display = ("code", "label", "preferred_unit", "successor", "ivory", "active", "local")
    list_filter = ("ivory", "active", "local")
    list_select_related = ("preferred_unit", "successor")
    search_fields = ("code", "label")


@admin.register(Unit)
class UnitAdmin(VocabularyAdmin[Unit]):
    """Units and what they weigh."""

    list_display = ("code", "symbol", "label", "dimension", "grams", "successor", "active", "local")
    list_filter = ("dimension", "active", "local")
    list_select_related = ("successor",)
    search_fields = ("code", "symbol", "label")


@admin.register(HsCode)
class HsCodeAdmin(VocabularyAdmin[HsCode]):
    """Subheadings under which wildlife is declared."""

    list_display = ("code", "label", "hint", "active", "local")
    list_filter = ("active", "local")
    search_fields = ("code", "label", "hint")

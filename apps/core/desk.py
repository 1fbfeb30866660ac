"""The base of every admin page: what is noted of a change, and that nothing is deleted by default.

The site (config) opens the transaction, knows who sits at the desk and writes the trail; the rooms' pages only say what
happened. So a room below the trail can have pages too.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from apps.core.errors import Refused

M = TypeVar("M", bound=Model)
ASKED_OF_A_FIELD = ("exact", "isnull", "isempty", "gte", "lt")  # by the framework's filters of flags, choices, dates

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin, StackedInline
    from django.forms import ModelForm
else:

    class _Of:
        """The framework's classes take their model as a parameter in their stubs only."""

        def __class_getitem__(cls, _: object) -> type:
            return cls

    class ModelAdmin(_Of, admin.ModelAdmin):
        """A page of rows."""

    class StackedInline(_Of, admin.StackedInline):
        """Rows on the page of another; stacked, since tabular ones fail accessibility checks."""

    class ModelForm(_Of, forms.ModelForm):
        """A form of a row."""


__all__ = ["Desk", "ModelAdmin", "ModelForm", "ReadOnly", "StackedInline"]


class Site(Protocol):
    """What the admin site does for its pages."""

    def note(
        self, request: HttpRequest, *, verb: str, kind: str, object_id: UUID | None, facts: Mapping[str, object]
    ) -> None: ...


class Desk(ModelAdmin[M]):
    """Pages whose every change is in the trail, in the transaction of the change. Rows are not deleted here."""

    show_full_result_count = False
    # Where the verbs behind the pages write the trail themselves, the pages do not write it again.
    verbs_write_the_trail = False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """What the list's filters ask, and nothing else.

        The framework lets every column of the row be asked for in an address: one that no page shows (a password's hash,
        a token's) could be read from the number of rows, letter by letter.
        """
        return any(lookup in self._questions(each) for each in self.get_list_filter(request))

    def _questions(self, offered: Any) -> set[str]:
        """The parameters that one of the list's filters understands."""
        if isinstance(offered, type):
            return {str(offered.parameter_name)} if issubclass(offered, admin.SimpleListFilter) else set()
        name = offered if isinstance(offered, str) else str(offered[0])
        found = self.model._meta.get_field(name)
        target = [f"{found.target_field.name}__exact"] if isinstance(found, ForeignKey) else []
        return {name} | {f"{name}__{end}" for end in (*ASKED_OF_A_FIELD, *target)}

    def log_addition(self, request: HttpRequest, obj: M, message: Any) -> LogEntry:
        self._note_own(request, "add", obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: M, message: Any) -> LogEntry:
        self._note_own(request, "change", obj, message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[M]) -> list[LogEntry]:
        for obj in queryset:
            self._note_own(request, "delete", obj, str(obj))
        return super().log_deletions(request, queryset)

    def note(
        self,
        request: HttpRequest,
        *,
        verb: str,
        object_id: UUID | None = None,
        facts: Mapping[str, object] | None = None,
    ) -> None:
        """Write one entry of the trail about a row of this page, or about several (their count in ``facts``)."""
        kind = str(self.model._meta.model_name)
        site = cast(Site, self.admin_site)
        site.note(request, verb=verb, kind=kind, object_id=object_id, facts=facts or {})

    def each(
        self, request: HttpRequest, ids: Iterable[UUID], verb: Callable[[UUID], object], words: Callable[[int], str]
    ) -> None:
        """One verb a row. Those that are refused are left, and it is said why; ``words`` says of how many it is done."""
        done, why = 0, dict[str, None]()
        for id_ in ids:
            try:
                verb(id_)
                done += 1
            except Refused as refused:
                why[gettext(refused.sentence)] = None
        self.message_user(request, " ".join([words(done), *why]), messages.WARNING if why else messages.SUCCESS)

    def _note_own(self, request: HttpRequest, word: str, obj: Model, message: Any) -> None:
        if self.verbs_write_the_trail:
            return
        ident = obj.pk if isinstance(obj.pk, UUID) else None
        facts = {"changes": message} if ident else {"changes": message, "key": str(obj.pk)}
        self.note(request, verb=f"{word}_{obj._meta.model_name}", object_id=ident, facts=facts)


class ReadOnly(Desk[M]):
    """Pages to look at: rows are written by the product itself."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

"""What lists can be narrowed to."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import ROLES, Agency, User
from apps.agencies.queries import agencies_without_liaison
from apps.core.desk import ModelAdmin


class WithoutLiaison(SimpleListFilter):
    """Active agencies in which nobody is told of what arrives."""

    title = _("liaison officer")
    parameter_name = "liaison"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("none", _("No active one"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Agency]) -> QuerySet[Agency]:
        return queryset.filter(pk__in=agencies_without_liaison().values("pk")) if self.value() == "none" else queryset


class ByRole(SimpleListFilter):
    """Accounts that hold a role."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Iterable[tuple[str, Any]]:
        return ROLES

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.filter(roles__contains=[self.value()]) if self.value() else queryset

"""Agencies and the countries they answer for."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.agencies import actions
from apps.agencies.admin.accounts import at_desk
from apps.agencies.admin.filters import WithoutLiaison
from apps.agencies.admin.forms import AgencyForm
from apps.agencies.events import AgencyChanged
from apps.agencies.models import Agency, Jurisdiction
from apps.agencies.policy import Role
from apps.core.clock import now
from apps.core.desk import Desk, ModelForm, StackedInline
from apps.outbox.actions import publish

DECIDES_WHO_READS = frozenset({"law_enforcement", "active"})


class JurisdictionInline(StackedInline[Jurisdiction, Agency]):
    """What the agency answers for. A change concerns new submissions only."""

    model = Jurisdiction
    extra = 0
    fields = ("country", "part")


@admin.register(Agency)
class AgencyAdmin(Desk[Agency]):
    """Member agencies. One that leaves is made inactive: it then holds nothing and answers for nothing."""

    form = AgencyForm
    list_display = ("code", "name", "kind", "country", "law_enforcement", "active", "liaisons")
    list_filter = ("kind", ("country", admin.RelatedOnlyFieldListFilter), "active", WithoutLiaison)
    list_select_related = ("country",)
    search_fields = ("code", "name")
    inlines: ClassVar = [JurisdictionInline]
    fieldsets: ClassVar = [
        (None, {"fields": ("code", "name", "kind", "country", "law_enforcement", "active", "language")}),
        (
            _("Duty contact"),
            {
                "fields": ("duty_name", "duty_email", "duty_phone"),
                "description": _("Whom administrators and coordinating bodies call; shown in no list."),
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agency]:
        active = Q(users__is_active=True, users__roles__contains=[Role.LIAISON])
        return super().get_queryset(request).annotate(liaison_count=Count("users", filter=active))

    def get_readonly_fields(self, request: HttpRequest, obj: Agency | None = None) -> tuple[str, ...]:
        """The code is the agency's name in other people's scripts."""
        return ("code",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Agency, form: ModelForm[Agency], change: bool) -> None:
        """What decides who reads is judged again, by the worker. Who leaves is out at once."""
        super().save_model(request, obj, form, change)
        if change and "active" in form.changed_data and not obj.active:
            actions.close_agency(actor=at_desk(request), agency_id=obj.pk, now=now())
        if change and DECIDES_WHO_READS.intersection(form.changed_data):
            publish(AgencyChanged(agency=obj.token), now=now())

    @admin.display(description=_("active liaison officers"), ordering="liaison_count")
    def liaisons(self, agency: Agency) -> int:
        """How many people are told of what arrives."""
        return int(agency.liaison_count)  # type: ignore[attr-defined]  # annotated by get_queryset


@admin.register(Jurisdiction)
class JurisdictionAdmin(Desk[Jurisdiction]):
    """Which agency answers for which country and part; one row less is one contact less, so rows may go."""

    list_display = ("country", "part", "agency")
    list_filter = ("part", ("agency", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("country", "agency")
    search_fields = ("=country__code", "country__label", "agency__code")
    fields = ("country", "part", "agency")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

"""Events and their deliveries, for platform administrators: ids and states, to read; the dead can be retried."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core.clock import now
from apps.core.desk import ReadOnly
from apps.outbox import actions
from apps.outbox.models import Delivery, Event


@admin.register(Event)
class EventAdmin(ReadOnly[Event]):
    """What happened: names and ids."""

    list_display = ("at", "name", "id")
    search_fields = ("=name", "=id")
    ordering = ("-at",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly[Delivery]):
    """How far each event has come with each handler."""

    list_display = ("handler", "state", "attempts", "next_at", "done_at", "error")
    list_filter = ("state",)
    search_fields = ("=handler", "=event__id", "=event__name")
    ordering = ("-next_at",)
    actions = ("retry",)

    @admin.action(description=_("Try the dead ones again"), permissions=["view"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Give the selected dead deliveries another life; others stay as they are."""
        ids = [str(pk) for pk in queryset.values_list("pk", flat=True)]
        count = actions.retry(ids=ids, now=now())
        self.note(request, verb="retry_delivery", facts={"ids": ids, "count": count})
        text = ngettext("%(count)d delivery will be tried again.", "%(count)d deliveries will be tried again.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS if count else messages.WARNING)

"""What is sent and how it goes, for platform administrators: ids and states; what could not be sent can be retried.

Notices themselves have no page here: whom a notice is about is its reader's business.
"""

from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.agencies.policy import Actor
from apps.core.clock import now
from apps.core.desk import ReadOnly, StackedInline
from apps.notifications import actions
from apps.notifications.models import Attempt, Channel, Dispatch


class AttemptInline(StackedInline[Attempt, Dispatch]):
    """How each try ended."""

    model = Attempt
    extra = 0
    fields = readonly_fields = ("at", "outcome", "code")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Dispatch)
class DispatchAdmin(ReadOnly[Dispatch]):
    """Messages, newest first: to whom, how far, how often tried."""

    list_display = ("created_at", "recipient", "channel", "state", "attempts", "next_at", "sent_at")
    list_filter = ("state", "channel")
    list_select_related = ("user",)
    search_fields = ("user__email", "=id")
    ordering = ("-created_at",)
    fields = ("recipient", "channel", "state", "attempts", "created_at", "next_at", "leased_until", "sent_at")
    inlines: ClassVar = [AttemptInline]
    actions = ("retry",)

    @admin.display(description=_("recipient"), ordering="user__email")
    def recipient(self, dispatch: Dispatch) -> str:
        """The address it goes to."""
        return dispatch.user.email

    @admin.action(description=_("Send again what could not be sent"), permissions=["view"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Dispatch]) -> None:
        """Give the selected dead messages another life and reopen their channels; others stay as they are."""
        actor = cast(Actor, request.actor)  # type: ignore[attr-defined]  # set by the site
        count = actions.retry(actor=actor, ids=list(queryset.values_list("pk", flat=True)), now=now())
        text = ngettext("%(count)d message will be sent again.", "%(count)d messages will be sent again.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS if count else messages.WARNING)


@admin.register(Channel)
class ChannelAdmin(ReadOnly[Channel]):
    """Addresses that the mail server refused for good; sending again one of their messages opens them."""

    list_display = ("address", "kind", "closed_at", "code")
    list_filter = ("kind", ("closed_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("user__email",)
    ordering = ("-closed_at",)
    fields = ("address", "kind", "closed_at", "code")

    @admin.display(description=_("address"), ordering="user__email")
    def address(self, channel: Channel) -> str:
        """The address itself."""
        return channel.user.email

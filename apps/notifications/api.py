"""The HTTP API of notices: one's own, and that one has read them. They hold kinds and ids, never content, and no id of what
is closed to their reader by now.
"""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.agencies.edge.base import View
from apps.agencies.edge.described import KEY, PAGING, answers
from apps.agencies.edge.paging import next_page, page_size, parameters
from apps.core.clock import now
from apps.core.cursors import moment_of, of_moment
from apps.core.errors import Conflict, NotFound
from apps.notifications.actions import mark_read
from apps.notifications.models import Notification
from apps.notifications.queries import Shown, notifications_for, page_of, shown_to
from apps.notifications.states import NoticeKind

TAGS = ["notifications"]


class Notice(serializers.Serializer[Any]):
    """One notice: what happened, and the id of what it opens; null, and a sentence, once that is closed to you."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(NoticeKind.values)
    object_id = serializers.UUIDField(allow_null=True)
    reference = serializers.CharField()
    sentence = serializers.CharField()
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class NoticePage(serializers.Serializer[Any]):
    """A page of notices, newest first."""

    results = Notice(many=True)
    next = serializers.URLField(allow_null=True)


def shown(notice: Shown) -> dict[str, Any]:
    """A notice as JSON values."""
    names = ("id", "kind", "object_id", "reference", "created_at", "read_at")
    sentence = gettext(notice.sentence) if notice.sentence else ""
    return {name: getattr(notice, name) for name in names} | {"sentence": sentence}


class Notifications(View):
    """``notifications/``"""

    @extend_schema(
        operation_id="list_notifications",
        summary="Your notices",
        tags=TAGS,
        parameters=PAGING,
        responses=answers(200, NoticePage, 400),
    )
    def get(self, request: Request) -> Response:
        query = parameters(request, ["cursor", "limit"])
        limit = page_size(query.get("limit"))
        before = moment_of(query["cursor"]) if query.get("cursor") else None
        rows = page_of(actor=self.actor, before=before, limit=limit + 1)
        cursor = of_moment(rows[limit - 1].created_at, rows[limit - 1].id) if len(rows) > limit else None
        self.seen("notification", count=len(rows[:limit]), verb="list")
        return Response({"results": [shown(row) for row in rows[:limit]], "next": next_page(request, cursor)})


class Read(View):
    """``notifications/{id}/read/``"""

    def recheck(self) -> None:
        """A kept answer names what it opened then: it isn't shown again where that is closed by now."""
        own = notifications_for(self.actor).filter(id=self.kwargs["id"]).first()
        if own is None:
            raise NotFound
        if self._as_seen(own).sentence:
            raise Conflict

    @extend_schema(
        operation_id="read_notification",
        summary="Say that you have read it",
        tags=TAGS,
        request=None,
        parameters=[KEY],
        responses=answers(200, Notice, 400, 403, 409, 422),
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the address names it so
        read = mark_read(actor=self.actor, notification_id=id, now=(at := now()))
        if read.read_at != at:  # it was read before: nothing else says that it is shown again
            self.seen("notification", object_id=read.id, owner_id=self.actor.agency_id)
        return Response(shown(self._as_seen(read)))

    def _as_seen(self, notice: Notification) -> Shown:
        (row,) = shown_to(actor=self.actor, notices=[notice])
        return row


urlpatterns = [
    path("notifications/", Notifications.as_view(), name="notifications"),
    path("notifications/<uuid:id>/read/", Read.as_view(), name="notification-read"),
]

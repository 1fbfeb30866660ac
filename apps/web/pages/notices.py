"""The reader's own notices: a kind, a reference and where to look, as the mails have them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.notifications.actions import mark_read
from apps.notifications.queries import notifications_for, shown_to
from apps.web.pages.base import Page
from apps.web.shown.keyset import Keyset
from apps.web.shown.notices import notice, unreached

PAGE = 30


class Notices(Page):
    """What one was told, newest first."""

    section = "notices"

    def get(self, request: HttpRequest) -> HttpResponse:
        keyset = Keyset.asked(request.GET, field="created_at")
        found, following = keyset.page(notifications_for(self.actor), PAGE)
        links = keyset.links(reverse("web:notices"), {}, following)
        self.seen("notification", count=len(found), verb="list")
        rows = shown_to(actor=self.actor, notices=found)
        shown = {"notices": [notice(row, self.actor) for row in rows], "warning": unreached(self.actor)}
        return self.page("web/notices.html", {**shown, **links})


class ReadNotice(Page):
    """Mark one as read; and open what it is about, where it is about something."""

    def get(self, request: HttpRequest, notice_id: UUID) -> HttpResponse:
        return redirect("web:notices")

    def post(self, request: HttpRequest, notice_id: UUID) -> HttpResponse:
        read = mark_read(actor=self.actor, notification_id=notice_id, now=self.now)
        (row,) = shown_to(actor=self.actor, notices=[read])
        return redirect(notice(row, self.actor)["url"] or "web:notices")

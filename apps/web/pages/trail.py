"""Who has opened a report of the reader's own agency; and the trail's heads, for everybody."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views import View

from apps.agencies.acting import anonymous
from apps.audit.heads import key_id, told
from apps.audit.queries import Checkpoint, checkpoints
from apps.core.cursors import moment_of, of_moment
from apps.reference.queries import label_in
from apps.referrals.opened import opened
from apps.web.pages.base import Page
from apps.web.shown import handling
from apps.web.shown.keyset import pages
from apps.web.shown.opened import access
from apps.web.shown.reports import title_of

PAGE = 50


class Trail(Page):
    """When, which agency, in which roles; colleagues by name. To anybody but the originator there is no such page."""

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        mark = request.GET.get("after", "")
        before = moment_of(mark) if mark else None
        report, rows = opened(actor=self.actor, report_id=report_id, before=before, limit=PAGE + 1)
        following = of_moment(*rows[PAGE - 1].mark) if len(rows) > PAGE else ""
        owner = report.label.originator_id
        self.seen("trail", object_id=report_id, owner_id=owner, count=len(rows[:PAGE]), verb="read_trail")
        place = label_in(report.place_country, get_language() or "en") if report.place_country else ""
        context = {
            "report": report,
            "title": title_of(report, place),
            "handling": handling.banner(report.label),
            "accesses": [access(row) for row in rows[:PAGE]],
            "back": {"url": reverse("web:report", args=[report_id]), "label": gettext("Back to the report")},
            **pages(reverse("web:trail", args=[report_id]), {}, following, first=not mark),
        }
        return self.page("web/trail.html", context)


class Checkpoints(View):
    """``/checkpoints.json``: the newest heads, signed. The one page that is for the whole world: it tells nothing but that
    the trail was sealed, once an hour, whether anything happened or not.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        with anonymous():
            found = checkpoints()
        keys = {key_id(each.public): each.public.hex() for each in found}
        answer = JsonResponse({"keys": keys, "checkpoints": [_checkpoint(each) for each in found]})
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


def _checkpoint(each: Checkpoint) -> dict[str, str]:
    told_at, key = told(each.at), key_id(each.public)
    return {"at": told_at, "head": each.head.hex(), "key": key, "signature": each.signature.hex()}

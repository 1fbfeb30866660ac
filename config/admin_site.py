"""The admin site: for active platform administrators only, through the same door as everybody.

Each page runs in one transaction as the web role with the administrator's account and no tokens: report content is
behind the same wall as for a stranger. Every change is in the trail, in the transaction of the change.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar, cast
from uuid import UUID

from django.contrib.admin import AdminSite
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from apps.agencies import actions, queries
from apps.agencies.acting import acting
from apps.agencies.models import PARTS, User
from apps.agencies.policy import Actor
from apps.audit.actions import note, record
from apps.core.clock import now
from apps.core.errors import NotFound
from apps.web.pages import again
from apps.web.pages.base import around
from config import operations

V = TypeVar("V", bound=Callable[..., HttpResponseBase])
# Django's pages that this site has no use for: any object by its number, and a second way to sign in.
NOT_OURS = {"view_on_site"}
SHOW_NOBODY = {"index", "app_list", "jsi18n"}  # the same for every administrator: no row of anything


class Site(AdminSite):
    """Counterpart's administration."""

    site_header = site_title = _("Counterpart administration")
    index_title = _("Accounts, vocabularies, delivery")
    site_url = None  # the product's pages hold reports, and administrators read none

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))

    def get_urls(self) -> list[Any]:
        ours = [
            path("coverage/", self.admin_view(self.coverage), name="coverage"),
            path("operations/", self.admin_view(self.operations), name="operations"),
        ]
        return ours + [found for found in super().get_urls() if getattr(found, "name", "") not in NOT_OURS]

    def admin_view(self, view: V, cacheable: bool = False) -> V:
        """The view in a transaction as the administrator; a page is drawn before the transaction ends."""

        def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = self._actor(request)
            if view in (self.logout, self.password_change):  # they open transactions of their own
                return view(request, *args, **kwargs)
            question = self._ask_again(request, actor)
            if question is not None:
                return question
            with acting(actor):
                response = view(request, *args, **kwargs)
                drawn = response.render() if isinstance(response, TemplateResponse) else response
                self._looked(request, actor, drawn)
                return drawn

        return cast(V, super().admin_view(inside, cacheable))

    def _looked(self, request: HttpRequest, actor: Actor, shown: HttpResponseBase) -> None:
        """One line for each page that was shown: which, and the row where it is one's own page."""
        found = request.resolver_match
        if found is None or shown.status_code != HTTPStatus.OK or found.url_name in SHOW_NOBODY:
            return
        facts = {"page": found.url_name, **({"row": found.kwargs["object_id"]} if "object_id" in found.kwargs else {})}
        note(actor=actor, verb="read", kind="admin", object_id=None, facts=facts, now=now())

    def _ask_again(self, request: HttpRequest, actor: Actor) -> HttpResponse | None:
        """Who it is, before a form is shown and before anything is changed, where the last proof is too old."""
        if request.method != "POST" and not request.path.endswith(("/add/", "/change/")):
            return None

        def draw(template: str, context: dict[str, Any], status: int) -> HttpResponse:
            return render(request, template, {**around(actor), **context}, status=status)

        return again.asked(request, actor, now=now(), draw=draw)

    def _actor(self, request: HttpRequest) -> Actor:
        """The administrator, for the pages as ``request.actor``."""
        actor = queries.actor_of(user_id=cast(User, request.user).id, now=now())
        if actor is None:
            raise Http404
        request.actor = actor  # type: ignore[attr-defined]  # read by the pages
        return actor

    def note(
        self, request: HttpRequest, *, verb: str, kind: str, object_id: UUID | None, facts: Mapping[str, object]
    ) -> None:
        """One entry of the trail by whoever sits at the desk."""
        actor: Actor = request.actor  # type: ignore[attr-defined]  # set by admin_view
        record(actor=actor, verb=verb, kind=kind, object_id=object_id, facts=facts, now=now())

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one door, the product's; whoever came in by it and is no administrator finds nothing here."""
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        if request.user.is_authenticated:
            self._refuse(request)
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def _refuse(self, request: HttpRequest) -> None:
        actor = self._actor(request)
        actions.note_refusal(actor=actor, kind="admin", refused=NotFound(), method=request.method, now=now())
        raise Http404

    def logout(  # type: ignore[override]  # Django's draws a page; ours leads to the door
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Signing out is recorded, and takes a POST."""
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        actions.sign_out(actor=self._actor(request), now=now())
        logout(request)
        return HttpResponseRedirect(resolve_url("web:sign-in"))

    def password_change(  # type: ignore[override]  # Django's draws a page; ours leads to another
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The product's own page does it."""
        return HttpResponseRedirect(resolve_url("web:password-change"))

    def coverage(self, request: HttpRequest) -> HttpResponse:
        """Countries without a contact for some part, and agencies in which nobody is told of what arrives."""
        gaps = sorted(
            queries.countries_without_contact(), key=lambda gap: len(gap.parts)
        )  # half covered: most surprising
        context = {
            **self.each_context(request),
            "title": _("Coverage"),
            "parts": [label for _part, label in PARTS],
            "gaps": [(gap, [part in gap.parts for part, _label in PARTS]) for gap in gaps],
            "agencies": queries.agencies_without_liaison(),
        }
        return TemplateResponse(request, "admin/coverage.html", context)

    def operations(self, request: HttpRequest) -> HttpResponse:
        """How the service does, and what is wrong with it."""
        return operations.page(self, request)

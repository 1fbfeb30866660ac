"""Signing in by one's agency's own provider: there, and back again."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views import View

from apps.agencies import actions
from apps.agencies.actions import Step
from apps.core.clock import now
from apps.core.errors import NotFound, Refused
from apps.web.pages.admitting import let_in, origin, remember, wait
from apps.web.pages.base import reader

KEPT = "openid"  # the session's word for what was asked of the provider


def _back() -> str:
    return f"{settings.SITE_URL}{reverse('web:agency-back')}"


def _failed(request: HttpRequest, refused: Refused) -> HttpResponse:
    context = {"sentence": gettext(refused.sentence), "hide_sign_in": True}
    response = render(request, "account/agency_failed.html", context, status=refused.status)
    if refused.retry_after:
        response["Retry-After"] = str(refused.retry_after)
    return response


class AgencySignIn(View):
    """To the provider. By a link, since a form may send nobody to another site here."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        if reader(request):
            return redirect("web:inbox")
        try:
            begun = actions.begin_openid(agency=code, back=_back(), origin=origin(request), now=now())
        except NotFound as absent:
            raise Http404 from absent
        except Refused as refused:
            return _failed(request, refused)
        request.session[KEPT] = begun.kept
        return redirect(begun.address)


class AgencyBack(View):
    """Back from the provider: in, or to the second step, which is still ours unless the provider's is trusted."""

    def get(self, request: HttpRequest) -> HttpResponse:
        kept, at = request.session.pop(KEPT, {}), now()
        try:
            vouched = actions.finish_openid(
                kept=kept, answer=request.GET.dict(), back=_back(), origin=origin(request), now=at
            )
        except Refused as refused:
            return _failed(request, refused)
        user = vouched.user
        wait(request, user, onward="", subject=vouched.subject, now=at)
        factor = "provider" if vouched.second_factor else ""
        step = actions.next_step(user=user, proved=factor)
        if step != Step.IN:
            return redirect("web:second-step" if step == Step.SECOND else "web:enrol")
        try:
            onward = let_in(request, user, factor=factor or "none", now=at)
        except Refused as refused:
            return _failed(request, refused)
        response = redirect(onward)
        remember(request, response, user)
        return response

"""Pages for what no view answers: an address that is none, a request that can't be read, an error of ours."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.agencies.acting import acting
from apps.core import problems, trace
from apps.core.errors import NotAllowed, NotFound, Refused
from apps.core.words import N_
from apps.web.pages import kept
from apps.web.pages.base import Page, reader, refusal_page

API = "/api/"
BAD_REQUEST = Refused("bad_request", N_("The request is not one that can be read."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django calls it so
    """What no browser sends."""
    if request.path.startswith(API):
        return problems.document(BAD_REQUEST)
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django calls it so
    """An address that the account may not open."""
    if request.path.startswith(API):
        return problems.document(NotAllowed())
    return _answered(request, NotAllowed())


def unproved(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django calls it so
    """A form without the token of this session: a page of another site made it, or it was open while somebody signed in.

    The second is told by the browser itself, and what was typed is kept; the first gets nothing that it could send on.
    """
    view = getattr(request.resolver_match.func, "view_class", None) if request.resolver_match else None
    if view is None or not issubclass(view, Page) or not kept.is_ours(request):
        return render(request, "403_csrf.html", status=403)
    actor = reader(request)
    return kept.page(request, status=403 if actor else 401, name=f"{actor.name} ({actor.agency_name})" if actor else "")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django calls it so
    """The same page as for what is there and not for this reader."""
    return _answered(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """An error of ours, or a database that is away: it is not asked, nor a session; the number finds its lines in the log."""
    if problems.away(sys.exception()):
        return not_available(request)
    if request.path.startswith(API):
        return problems.internal()
    found = trace.current()
    return render(request, "500.html", {"error_id": found.id if found else ""}, status=500)


def not_available(request: HttpRequest) -> HttpResponse:
    """The database can't be asked now; when to come back stands in the header."""
    refused = problems.NotAvailable()
    if request.path.startswith(API):
        return problems.document(refused)
    response = render(request, "503.html", status=refused.status)
    response["Retry-After"] = str(refused.retry_after)
    return response


def too_large(request: HttpRequest) -> HttpResponse:
    """A form over the limit: nothing of it was read, so nothing can be given back."""
    return render(request, "413.html", status=413)


def _answered(request: HttpRequest, refused: Refused) -> HttpResponse:
    actor = reader(request)
    if actor is None:
        template = "404.html" if isinstance(refused, NotFound) else "403.html"
        return render(request, template, status=refused.status)
    with acting(actor):
        return refusal_page(request, actor, refused)

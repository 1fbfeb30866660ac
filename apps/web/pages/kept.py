"""What was typed is kept where a form can't be taken: its sender was signed out meanwhile, or has signed in again.

The answer carries it in hidden boxes and offers to send it once more. It stays in the tab it was typed in: nothing of it is
stored, here or in the browser.
"""

import re
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.agencies import devices
from apps.web.shown.words import Shown

OWNER = "kept_for"  # the word of the browser that it was typed in; it names whose form this was
SECRET = re.compile(r"password|passkey|code$|^again_|^csrfmiddlewaretoken$")


def page(request: HttpRequest, *, status: int, name: str = "", another: bool = False) -> HttpResponse:
    """The page that keeps it; ``name`` is who is signed in by now, in whose name it would be sent (empty: nobody is).

    ``another``: somebody is signed in who did not type it; it waits for whoever did.
    """
    # Of a form that was kept before, whose it is stands in it: a second press must not make it anybody's.
    owner = request.POST.get(OWNER, request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""))
    typed = list(_typed(request))
    shown = [(label, value) for label, value in typed if value.strip() and not label.endswith("_FORMS")]
    context: Shown = {"typed": [*typed, (OWNER, owner)], "shown": shown, "action": request.get_full_path()}
    context |= {"name": name, "another": another, "hide_sign_in": True}  # that link would leave this tab
    return render(request, "web/kept.html", context, status=status)


def is_anothers(request: HttpRequest) -> bool:
    """Whether a form that was kept is sent by another account than the one that it was kept for."""
    if request.method != "POST" or OWNER not in request.POST or not request.user.is_authenticated:
        return False
    return not devices.known(request.POST[OWNER], request.user)


def is_ours(request: HttpRequest) -> bool:
    """Whether a page of this site sent it, by the browser's own word: a stranger's page is given nothing to send on."""
    site = f"{request.scheme}://{request.get_host()}"
    return site in {request.headers.get("Origin", ""), *_fetched(request, site)}


def _fetched(request: HttpRequest, site: str) -> Iterable[str]:
    return [site] if request.headers.get("Sec-Fetch-Site") == "same-origin" else []


def _typed(request: HttpRequest) -> Iterable[tuple[str, str]]:
    """What was typed, but for passwords and codes: those are asked for again."""
    for name, values in request.POST.lists():
        if name != OWNER and not SECRET.search(name):
            yield from ((name, str(value)) for value in values)

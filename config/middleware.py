"""What every request passes: size limits, no caching of anything signed-in, the reader's language and zone."""

import contextlib
import time
import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from apps.core import problems
from apps.core.errors import Refused
from apps.core.words import N_

Next = Callable[[HttpRequest], HttpResponse]


class TooLarge(Refused):
    """A body over the limit, refused before it is read."""

    status = 413
    code = "too_large"
    sentence = N_("The request is larger than 2 MB.")


class LengthRequired(Refused):
    """A body of unknown length, which could not be refused before it is read."""

    status = 411
    code = "length_required"
    sentence = N_("The request does not say how long it is.")


class RequestLimits:
    """Refuses a body over ``BODY_LIMIT`` bytes by its declared length, and one that declares none."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return problems.document(LengthRequired())
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            return problems.document(LengthRequired())
        if length > settings.BODY_LIMIT:
            return HeardOut(request, length, problems.document(TooLarge()))
        return self.get_response(request)


class HeardOut(HttpResponse):
    """A refusal that is sent before the body is read; then what still comes is read and thrown away, up to a limit.

    A sender who is cut off in the middle gets a broken line instead of the answer.
    """

    MOST, PATIENCE, SILENCE = 64 * 1024 * 1024, 20.0, 2.0  # bytes; seconds in all and without a byte
    CHUNK = 64 * 1024

    def __init__(self, request: HttpRequest, length: int, refusal: HttpResponse) -> None:
        super().__init__(refusal.content, status=refusal.status_code, headers=refusal.headers)
        self._request, self._left = request, min(length, self.MOST)

    def close(self) -> None:
        """Called by the server once the answer is out."""
        super().close()
        with contextlib.suppress(OSError):  # the sender has gone, or says nothing more
            self._hear_out()

    def _hear_out(self) -> None:
        line, until = self._request.META.get("gunicorn.socket"), time.monotonic() + self.PATIENCE
        if line is None:
            return  # another server, whose way of waiting we don't know
        line.settimeout(self.SILENCE)
        while self._left > 0 and time.monotonic() < until:
            heard = len(self._request.read(min(self.CHUNK, self._left)))
            self._left = self._left - heard if heard else 0


class NoStore:
    """Nothing but static files may be kept by a browser or an intermediary."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            response["Cache-Control"] = "private, no-store"
        return response


class ReaderLanguage:
    """The signed-in reader's language and time zone; a visitor's browser's language."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        language = user.language if user.is_authenticated else translation.get_language_from_request(request)
        zone = user.time_zone if user.is_authenticated else "UTC"
        with translation.override(_known(language)), timezone.override(_zone(zone)):
            response = self.get_response(request)
            response["Content-Language"] = translation.get_language() or "en"
        return response


def _known(language: str) -> str:
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")

"""What every request passes: size limits, no caching of anything signed-in, the reader's language and zone."""

import contextlib
import logging
import time
import zoneinfo
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from apps.core import problems, trace
from apps.core.clock import now
from apps.core.errors import Refused
from apps.core.words import N_
from apps.web.pages import errors
from config.metrics import method_of, view_of
from config.shut import traced
from config.spans import note

log = logging.getLogger(__name__)
SIGNED_OUT = "web:signed-out"
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
REFUSED, INTERNAL = 400, 500
Next = Callable[[HttpRequest], HttpResponse]


class Traced:
    """One line in the log for each request: ids and counts. An answer of ours that failed bears the number of its lines."""

    QUIET = frozenset({"/healthz", "/readyz", "/metrics"})  # asked all the time by machines

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun, began = time.perf_counter(), now()
        with traced() as found, connection.execute_wrapper(found.counted):
            response = self.get_response(request)
            if response.status_code >= INTERNAL:
                response["X-Request-ID"] = found.id
            if request.path not in self.QUIET and not request.path.startswith(settings.STATIC_URL):
                self._say(request, response.status_code, found.statements, begun)
                note_request(found, request, response, began)
        return response

    def _say(self, request: HttpRequest, status: int, statements: int, begun: float) -> None:
        ms = int(1000 * (time.perf_counter() - begun))
        told = {"view": view_of(request), "method": method_of(request), "status": status, "statements": statements}
        log.info("answered", extra={**told, "ms": ms})


def note_request(found: trace.Trace, request: HttpRequest, response: HttpResponse, began: datetime) -> None:
    """A span of the request, by the same words as its line in the log."""
    view, method = view_of(request), method_of(request)
    facts: dict[str, int | str] = {
        "counterpart.statements": found.statements,
        "http.request.method": method,
        "http.response.status_code": response.status_code,
        "counterpart.view": view,
    }
    note(found, name=f"{method} {view}", began=began, ended=now(), facts=facts)


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


class TlsRequired(Refused):
    """The API without TLS: what was sent may have been read on its way, and a redirect would hide that."""

    status = 403
    code = "tls_required"
    sentence = N_("The API is for HTTPS only. Whatever you sent went in clear: replace its token.")


class RequestLimits:
    """Refuses the API without TLS, a body over ``BODY_LIMIT`` bytes by its declared length, and one that declares none."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and not request.is_secure() and request.path.startswith(errors.API):
            return problems.document(TlsRequired())
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return problems.document(LengthRequired())
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            return problems.document(LengthRequired())
        if length > settings.BODY_LIMIT:
            return HeardOut(request, length, _refusal(request))
        return self.get_response(request)


def _refusal(request: HttpRequest) -> HttpResponse:
    """A page for whoever sends a form with a browser, a document for a program."""
    form = request.content_type in FORMS and not request.path.startswith(errors.API)
    return errors.too_large(request) if form else problems.document(TooLarge())


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


# What no page of ours uses and no script may ask for; passkeys are ours alone.
PERMISSIONS = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(),"
    " gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), screen-wake-lock=(),"
    " usb=(), xr-spatial-tracking=(),"
    " publickey-credentials-create=(self), publickey-credentials-get=(self)"
)


class Walled:
    """What a browser is told of every answer, also of one that no view has made."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = PERMISSIONS
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["X-Permitted-Cross-Domain-Policies"] = "none"
        if request.resolver_match and request.resolver_match.view_name == SIGNED_OUT:
            response["Clear-Site-Data"] = '"cache", "storage"'  # for whoever sits down here next
        return response


class NoStore:
    """Nothing but static files may be kept by a browser or an intermediary."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(settings.STATIC_URL) or response.status_code >= REFUSED:
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

"""Refusals as problem documents (RFC 9457) that say nothing about internals.

A database that is away, or has ended our session, is no error of ours: asked again in a moment, it will answer (503).
"""

import logging
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.db import InternalError, OperationalError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from psycopg.errors import IdleInTransactionSessionTimeout, TransactionTimeout
from rest_framework import exceptions
from rest_framework.response import Response

from apps.core import trace
from apps.core.errors import Candidates, NotFound, Refused
from apps.core.words import N_

log = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: N_("Bad request"),
    401: N_("Not signed in"),
    403: N_("Not allowed"),
    404: N_("Not found"),
    405: N_("Method not allowed"),
    406: N_("Not acceptable"),
    409: N_("Conflict"),
    411: N_("Length required"),
    412: N_("Precondition failed"),
    413: N_("Too large"),
    415: N_("Unsupported media type"),
    422: N_("Unprocessable"),
    429: N_("Too many requests"),
    500: N_("Internal error"),
    503: N_("Not available now"),
}


def body(
    status: int,
    code: str,
    sentence: str,
    errors: dict[str, list[str]] | None = None,
    candidates: Candidates | None = None,
) -> dict[str, Any]:
    """The problem document as JSON values; the sentences in the reader's language."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": gettext(TITLES.get(status, "Error")),
        "status": status,
        "code": code,
        "detail": gettext(sentence),
    }
    if errors:
        document["errors"] = {path: [gettext(each) for each in sentences] for path, sentences in errors.items()}
    if candidates:
        document["candidates"] = {
            path: [{"value": value, "label": label} for value, label in found] for path, found in candidates.items()
        }
    return document


def document(refused: Refused) -> HttpResponse:
    """A refusal as a response, where no view has been reached."""
    content = orjson.dumps(body(refused.status, refused.code, refused.sentence, refused.errors, refused.candidates))
    response = HttpResponse(content, status=refused.status, content_type=CONTENT_TYPE)
    if refused.retry_after:
        response["Retry-After"] = str(refused.retry_after)
    return response


FROM_FRAMEWORK: dict[type[Exception], tuple[int, str, str]] = {
    Http404: (404, NotFound.code, NotFound.sentence),
    exceptions.NotAuthenticated: (401, "not_signed_in", N_("Sign in, or send a valid API token.")),
    exceptions.AuthenticationFailed: (401, "not_signed_in", N_("Sign in, or send a valid API token.")),
    exceptions.PermissionDenied: (403, "not_allowed", N_("Your account may not do this.")),
    exceptions.MethodNotAllowed: (405, "method_not_allowed", N_("This address does not take that method.")),
    exceptions.NotAcceptable: (406, "not_acceptable", N_("The API answers JSON only.")),
    exceptions.UnsupportedMediaType: (415, "unsupported_media_type", N_("The API reads application/json only.")),
    exceptions.ParseError: (400, "malformed", N_("The body is not JSON that can be read.")),
    exceptions.NotFound: (404, NotFound.code, NotFound.sentence),
    RequestDataTooBig: (413, "too_large", N_("The request is larger than 2 MB.")),
}


class NotAvailable(Refused):
    """The database is away, too slow, or has ended our session."""

    status = 503
    code = "not_available"
    sentence = N_("The service can't answer now. Try again in a moment.")
    retry_after = 5


# PostgreSQL ends a session that idles in its transaction with an error of a class that is otherwise for faults of ours.
ENDED = (IdleInTransactionSessionTimeout, TransactionTimeout)


def away(error: BaseException | None) -> bool:
    """Whether that error says that the database can't be asked now, and not that we asked something wrong.

    Time-outs, locks, a full pool and lost connections are OperationalErrors.
    """
    if isinstance(error, InternalError):
        return isinstance(error.__cause__, ENDED)
    return isinstance(error, OperationalError)


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: a refusal as it says itself, a framework's error by the table, anything else as a 500."""
    if isinstance(error, Refused):
        return _waiting(error, _response(error.status, error.code, error.sentence, error.errors, error.candidates))
    if away(error):
        return problem(NotAvailable(), context)
    for kind, (status, code, sentence) in FROM_FRAMEWORK.items():
        if isinstance(error, kind):
            return _response(status, code, sentence)
    match = context["request"].resolver_match
    told = {"view": match.view_name if match else "none", "method": context["request"].method}
    log.error("a request failed", exc_info=error, extra=told)
    return Response(_internal(), status=500, content_type=CONTENT_TYPE)


def internal() -> HttpResponse:
    """An error of ours where no view could say so."""
    return HttpResponse(orjson.dumps(_internal()), status=500, content_type=CONTENT_TYPE)


def _internal() -> dict[str, Any]:
    """With the number of the lines that it wrote to the log, and nothing that they say."""
    found = trace.current()
    number = {"id": found.id} if found else {}
    return body(500, "internal", N_("Something went wrong on our side. Nothing was saved.")) | number


def _waiting(refused: Refused, response: Response) -> Response:
    if refused.retry_after:
        response["Retry-After"] = str(refused.retry_after)
    return response


def _response(
    status: int,
    code: str,
    sentence: str,
    errors: dict[str, list[str]] | None = None,
    candidates: Candidates | None = None,
) -> Response:
    response = Response(body(status, code, sentence, errors, candidates), status=status, content_type=CONTENT_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response

"""The base of every view, and what answers where there is none."""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, cast

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.agencies import idempotency
from apps.agencies.acting import acting
from apps.agencies.policy import Actor
from apps.audit.actions import record
from apps.core import problems
from apps.core.clock import now
from apps.core.errors import NotAllowed, NotFound, Refused

Handler = Callable[..., Response]


class View(APIView):
    """A view whose methods run in one transaction as the person who asks.

    ``actor`` is that person; ``entered`` is the JSON of the body, an empty object where there is none. A POST with an
    ``Idempotency-Key`` is done once and answered the same again, but where ``keeps_answers`` is False because it only
    reads. A refusal (403, 404) is recorded in a second transaction, after the first has been rolled back.
    """

    actor: Actor
    entered: Any
    keeps_answers: ClassVar[bool] = True
    writes: ClassVar[frozenset[str]] = frozenset({"POST", "PATCH", "PUT"})

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.actor = cast(Actor, request.auth)  # both of our authentications give the actor

    def recheck(self) -> None:
        """Raise where an answer that was kept for a key may not be shown any longer."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        self.args, self.kwargs = args, kwargs
        self.headers = self.default_response_headers
        self.request = self.initialize_request(request, *args, **kwargs)
        try:
            content = request.body  # before anything else reads the stream: a key is kept with the bytes of its body
            self.initial(self.request, *args, **kwargs)
            with translation.override(self._language()):
                response = self._answer(self._handler(), content)
        except Exception as error:  # noqa: BLE001 - handled by core.problems, which knows every kind
            self._note_refusal(error)
            with translation.override(self._language()):
                response = self.handle_exception(error)
        self.response = self.finalize_response(self.request, response, *args, **kwargs)
        return self.response

    def _language(self) -> str | None:
        return self.actor.language if hasattr(self, "actor") else translation.get_language()

    def _handler(self) -> Handler:
        """The method of that name, if it is one of HTTP's: ``initial`` is a method, too."""
        name = str(self.request.method).lower()
        known = name in self.http_method_names
        return getattr(self, name, self.http_method_not_allowed) if known else self.http_method_not_allowed

    def _answer(self, handler: Handler, content: bytes) -> Response:
        request = self.request
        self.entered = request.data if request.method in self.writes and request.method in self.allowed_methods else {}
        key = request.headers.get("Idempotency-Key", "") if request.method == "POST" and self.keeps_answers else ""
        with acting(self.actor):
            if not key:
                return handler(request, *self.args, **self.kwargs)
            asked = idempotency.Asked(self.actor.user_id, "POST", request.get_full_path(), key, content)
            do = partial(handler, request, *self.args, **self.kwargs)
            return idempotency.once(asked=asked, do=do, recheck=self.recheck, now=now())

    def _note_refusal(self, error: Exception) -> None:
        if isinstance(error, NotAllowed | NotFound) and hasattr(self, "actor"):
            with acting(self.actor):
                self._record(error)

    def _record(self, error: Refused) -> None:
        record(
            actor=self.actor,
            verb="refused",
            kind=type(self).__name__[:32],
            object_id=self.kwargs.get("id"),
            facts={"code": error.code, "method": self.request.method},
            now=now(),
        )


@csrf_exempt
def no_such_address(_request: HttpRequest) -> HttpResponse:
    """What every address under the API that is none answers, to whoever asks."""
    return problems.document(NotFound())

"""The base of every view, and what answers where there is none."""

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, cast

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.agencies import actions, idempotency
from apps.agencies.acting import acting
from apps.agencies.edge.asks import Asks
from apps.agencies.policy import Actor, Asking
from apps.core import problems
from apps.core.clock import now
from apps.core.errors import Invalid, NotAllowed, NotFound
from apps.core.words import N_, NOT_AN_OBJECT, UNKNOWN_FIELD

Handler = Callable[..., Response]
NAMED = re.compile(r"[A-Za-z0-9_.-]{1,60}")
CONDITIONS = ("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range")
UNASKED = N_("This condition is not asked here. Reports are changed under If-Match, with the ETag that was read.")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ReadsOnly(NotAllowed):
    """A token that may only read was used for something else."""

    code = "reads_only"
    sentence = N_("This token may only read. Its owner can make one that may do more.")


class View(Asks, APIView):
    """A view whose methods run in one transaction as the person who asks.

    ``actor`` is that person; ``entered`` is the JSON of the body, an empty object where there is none. A POST with an
    ``Idempotency-Key`` is done once and answered the same again, but where ``keeps_answers`` is False because it only
    reads; a token that may only read may do that, too. A refusal (403, 404) is recorded in a second transaction, after the
    first has been rolled back. A handler that shows content says so (``seen``). Where a handler reads nothing of a body that
    says something, nothing is done: what was sent along must not be ignored in silence.
    """

    actor: Actor
    _entered: Any = None
    _unread: bool = False  # whether a body says something that no handler has looked at
    keeps_answers: ClassVar[bool] = True
    conditional: ClassVar[bool] = (
        False  # whether it asks a condition that comes along (If-Match); the others refuse one
    )
    writes: ClassVar[frozenset[str]] = frozenset({"POST", "PATCH", "PUT"})

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.actor = cast(Actor, request.auth)  # both of our authentications give the actor
        if self.actor.reads_only and request.method not in SAFE and self.keeps_answers:
            raise ReadsOnly
        if request.method not in SAFE:
            self._refuse_conditions(request)
        kinds = self.asking(request)
        actions.refuse_paused(actor=self.actor, kinds=kinds, now=now())
        self.count(kinds - {Asking.MISS}, now())

    def _refuse_conditions(self, request: Request) -> None:
        """A condition that nobody would ask must not pass for one that holds."""
        asked = [
            name for name in CONDITIONS if name in request.headers and not (self.conditional and name == "If-Match")
        ]
        if asked:
            raise Invalid(errors={name: [UNASKED] for name in asked})

    def asking(self, request: Request) -> frozenset[Asking]:
        """Of which kinds this request is, for the budgets against probing; a look-up by an id may miss."""
        return frozenset({Asking.MISS}) if "id" in self.kwargs else frozenset()

    @property
    def entered(self) -> Any:
        """The JSON of the body."""
        self._unread = False
        return self._entered

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
                response = self.counting(lambda: self._answer(self._handler(), content), now())
        except Exception as raised:  # noqa: BLE001 - handled by core.problems, which knows every kind
            error = self._counted(raised)
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
        self._entered = request.data if request.method in self.writes and request.method in self.allowed_methods else {}
        self._unread = bool(self._entered)
        key = request.headers.get("Idempotency-Key", "") if request.method == "POST" and self.keeps_answers else ""
        with acting(self.actor):
            response = self._once(handler, key, content) if key else self._done(handler)
            self.leave(now())
            return response

    def _done(self, handler: Handler) -> Response:
        """What the handler did; undone where it looked at nothing of what was sent along."""
        response = handler(self.request, *self.args, **self.kwargs)
        if self._unread:
            names = self._entered if isinstance(self._entered, Mapping) else {}
            known = {name if NAMED.fullmatch(name) else "?": [UNKNOWN_FIELD] for name in names}
            raise Invalid(errors=known or {"": [NOT_AN_OBJECT]})
        return response

    def _once(self, handler: Handler, key: str, content: bytes) -> Response:
        """The answer to a POST with a key. One that was kept shows its content again, and the trail says that."""
        actor, path = self.actor, self.request.get_full_path()
        asked = idempotency.Asked(actor.user_id, actor.agency_id, "POST", path, key, content)
        self.seen(type(self).__name__[:32], object_id=self.kwargs.get("id"), verb="replay")

        def do() -> Response:
            self.unseen()
            return self._done(handler)

        return idempotency.once(asked=asked, do=do, recheck=self.recheck, now=now())

    def _counted(self, error: Exception) -> Exception:
        """What found nothing is a miss; one too many is refused, as what would have been found is from then on."""
        if isinstance(error, NotFound) and hasattr(self, "actor"):
            try:
                actions.ask(actor=self.actor, kind=Asking.MISS, now=now())
            except actions.AskedTooMuch as spent:
                return spent
        return error

    def _note_refusal(self, error: Exception) -> None:
        if isinstance(error, NotAllowed | NotFound) and hasattr(self, "actor"):
            kind, ident, method = type(self).__name__[:32], self.kwargs.get("id"), self.request.method
            actions.note_refusal(actor=self.actor, kind=kind, object_id=ident, refused=error, method=method, now=now())


@csrf_exempt
def no_such_address(_request: HttpRequest) -> HttpResponse:
    """What every address under the API that is none answers, to whoever asks."""
    return problems.document(NotFound())

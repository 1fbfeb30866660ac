"""The one base of every page for people who are signed in: one transaction as that person, refusals as pages."""

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirectBase
from django.shortcuts import render
from django.utils.translation import gettext
from django.views import View

from apps.agencies import actions
from apps.agencies.acting import acting
from apps.agencies.edge.asks import Asks
from apps.agencies.policy import Actor, Asking
from apps.agencies.queries import actor_of
from apps.core.clock import now as clock
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from apps.referrals.queries import received, waiting
from apps.web.pages import again, kept
from apps.web.shown.frame import frame
from apps.web.shown.words import MOST_COUNTED, Shown, reads


def reader(request: HttpRequest) -> Actor | None:
    """Who is signed in, as of this moment; None for a visitor and for a closed account."""
    return actor_of(user_id=request.user.id, now=clock()) if request.user.is_authenticated else None


def around(actor: Actor, section: str = "") -> Shown:
    """The context that every page shares. Ask for it while acting: it counts what waits."""
    open_ones = received(actor=actor).order_by().filter(waiting()) if reads(actor) else None
    many = open_ones[: MOST_COUNTED + 1].count() if open_ones is not None else 0
    return frame(actor, section=section, waiting=many)


class Page(Asks, View):
    """A page whose methods, and the drawing of its template, run in one transaction as the person who asks.

    A method raises a ``Refused``: everything it did is undone, then the refusal is shown. Invalid goes to ``invalid``,
    which shows the form again with all that was typed. What a page shows of content it says (``seen``).
    """

    actor: Actor
    now: datetime
    section: ClassVar[str] = ""
    fresh: ClassVar[bool] = False  # asks again who somebody is, where the last proof is older than five minutes
    opens_its_own: ClassVar[bool] = False  # its POST calls verbs that open transactions themselves (passwords)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = reader(request)
        if actor is None:
            return left_out(request)
        if kept.is_anothers(request):
            return kept.page(request, status=403, another=True)
        self.actor, self.now = actor, clock()
        question = again.asked(request, actor, now=self.now, draw=self.page) if self.fresh else None
        if question is not None:
            return question
        try:
            self._ask()
            return self.counting(self._answered, self.now)
        except Refused as refused:
            return self._refused(self._counted(refused))

    def _answered(self) -> HttpResponseBase:
        with self._door(self.request):
            return self._left(super().dispatch(self.request, *self.args, **self.kwargs))

    def _refused(self, refused: Refused) -> HttpResponseBase:
        self._note(refused)
        self.unseen()
        try:
            return self.counting(lambda: self._drawn(refused), self.now)
        except Refused as other:  # a form that is shown again may show whom it would tell, or be of what is gone by now
            self.unseen()
            return self._drawn(other, again=False)

    def _drawn(self, refused: Refused, *, again: bool = True) -> HttpResponseBase:
        with acting(self.actor):
            if again and isinstance(refused, Invalid):
                return self._left(self.invalid(refused))
            return self._left(self.refused(refused))

    def _left(self, answer: HttpResponseBase) -> HttpResponseBase:
        """The answer, with its line in the trail. One that only sends elsewhere shows nothing itself."""
        if isinstance(answer, HttpResponseRedirectBase):
            self.unseen()
        self.leave(self.now)
        return answer

    def asking(self) -> frozenset[Asking]:
        """Of which kinds this request is, for the budgets against probing; a look-up by an id may miss."""
        ids = any(isinstance(value, UUID) for value in self.kwargs.values())
        return frozenset({Asking.MISS}) if ids else frozenset()

    def _ask(self) -> None:
        kinds = self.asking()
        actions.refuse_paused(actor=self.actor, kinds=kinds, now=self.now)
        self.count(kinds - {Asking.MISS}, self.now)

    def _counted(self, refused: Refused) -> Refused:
        """What found nothing is a miss; one too many is refused, as what would have been found is from then on."""
        if isinstance(refused, NotFound):
            try:
                actions.ask(actor=self.actor, kind=Asking.MISS, now=self.now)
            except actions.AskedTooMuch as spent:
                return spent
        return refused

    def _door(self, request: HttpRequest) -> AbstractContextManager[None]:
        alone = self.opens_its_own and request.method == "POST"
        return nullcontext() if alone else acting(self.actor)

    def page(self, template: str, context: Shown, status: int = 200) -> HttpResponse:
        """The drawn page, within the frame."""
        return render(self.request, template, {**around(self.actor, self.section), **context}, status=status)

    def invalid(self, refused: Invalid) -> HttpResponse:
        """What is shown where what was entered can't be right; pages with forms show them again."""
        return refusal_page(self.request, self.actor, refused)

    def refused(self, refused: Refused) -> HttpResponse:
        """A refusal as a page that says no more than the reader may know."""
        return refusal_page(self.request, self.actor, refused, again=self.look_again())

    def look_again(self) -> str:
        """Where to look after somebody was quicker."""
        return self.request.path

    def _note(self, refused: Refused) -> None:
        """Audit a refusal in a transaction of its own, after the refused one was undone."""
        if not isinstance(refused, NotAllowed | NotFound):
            return
        ident = next((value for value in self.kwargs.values() if isinstance(value, UUID)), None)
        kind, method = type(self).__name__[:32], self.request.method
        actions.note_refusal(actor=self.actor, kind=kind, object_id=ident, refused=refused, method=method, now=self.now)


TEMPLATES: dict[type[Refused], str] = {
    NotFound: "404.html",
    NotAllowed: "403.html",
    Conflict: "conflict.html",
    actions.AskedTooMuch: "429.html",
}


def refusal_page(request: HttpRequest, actor: Actor, refused: Refused, *, again: str = "") -> HttpResponse:
    """The page of a refusal, within the frame of a person who is signed in."""
    template = next((name for kind, name in TEMPLATES.items() if isinstance(refused, kind)), "web/invalid.html")
    errors = [gettext(sentence) for sentences in refused.errors.values() for sentence in sentences]
    said = {"sentence": gettext(refused.sentence), "url": again, "errors": errors}
    shown = {**around(actor), **({} if template == "404.html" else said)}
    response = render(request, template, shown, status=refused.status)
    if refused.retry_after:
        response["Retry-After"] = str(refused.retry_after)
    return response


def left_out(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back; what somebody sent who is signed out by now is kept for them."""
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    return kept.page(request, status=401)

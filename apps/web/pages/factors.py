"""Second factors: the second step of signing in, enrolling one, and the list of one's own."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views import View

from apps.agencies import actions
from apps.agencies.acting import acting, proving
from apps.agencies.actions import Step
from apps.agencies.actions.steps import APP, PASSKEY
from apps.agencies.models import User
from apps.agencies.policy import Actor, Oneself
from apps.agencies.queries import factors_of, recovery_codes_left
from apps.core.clock import now as clock
from apps.core.errors import Refused
from apps.web.forms import Form
from apps.web.forms.factors import AgainForm, AppForm, PasskeyForm, SecondStepForm, answered
from apps.web.forms.told import tell
from apps.web.pages import again
from apps.web.pages.admitting import destination, let_in, note_proof, proved, remember, waiting
from apps.web.pages.again import CHALLENGE
from apps.web.pages.base import Page, around, left_out, reader
from apps.web.shown.factors import factor, picture
from apps.web.shown.words import Shown

SECRET = "app_secret"  # noqa: S105 - the session's word for the secret that is being enrolled, which is sealed


class SecondStep(View):
    """The second step of signing in, for whoever has done the first in this browser."""

    user: User
    now: datetime

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.now = clock()
        user = waiting(request, self.now)
        if user is None:
            return redirect("web:sign-in")
        self.user = user
        step = actions.next_step(user=user)
        return super().dispatch(request, *args, **kwargs) if step == Step.SECOND else redirect("web:enrol")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._shown(SecondStepForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SecondStepForm(request.POST)
        if not form.is_valid():
            return self._shown(form, 422)
        try:
            used = self._prove(form.cleaned_data)
            if actions.next_step(user=self.user, proved=used) == Step.PASSKEY:
                note_proof(request, used)
                return redirect("web:enrol-passkey")
            onward = let_in(request, self.user, factor=used, now=self.now)
        except Refused as refused:
            tell(form, refused)
            return self._shown(form, 422)
        response = redirect(onward)
        remember(request, response, self.user)
        return response

    def _prove(self, words: dict[str, str]) -> str:
        if not words["passkey"]:
            return actions.prove_by_code(actor=self._who, code=words["code"], now=self.now)
        kept, answer = self.request.session.pop(CHALLENGE, {}), answered(words["passkey"])
        return actions.prove_by_passkey(actor=self._who, kept=kept, answer=answer, now=self.now)

    @property
    def _who(self) -> Oneself:
        return Oneself(self.user.id, self.user.agency_id)

    def _shown(self, form: Form, status: int = 200) -> HttpResponse:
        with proving(self.user.id):
            kinds = {str(row.type) for row in factors_of(self.user.id)}
        options: dict[str, Any] = {}
        if "webauthn" in kinds:
            options, self.request.session[CHALLENGE] = actions.challenge(actor=self._who)
        context = {"form": form, "problems": form.is_bound, "hide_sign_in": True, "passkey": options, "kinds": kinds}
        return render(self.request, "account/second_step.html", context, status=status)


class Enrolment(View):
    """A page that enrols a factor: for somebody who is signed in, and for somebody who must enrol one before they are."""

    template: ClassVar[str] = "account/enrol.html"
    kind: ClassVar[str] = ""
    passkey_only = False
    who: Actor | Oneself
    waits: User | None = None
    email: str
    now: datetime

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.now = clock()
        actor = reader(request)
        if actor is not None:
            self.who, self.email = actor, actor.email
            return again.asked(request, actor, now=self.now, draw=self.draw) or super().dispatch(request)
        user, factor = waiting(request, self.now), proved(request)
        step = actions.next_step(user=user, proved=factor) if user else Step.SECOND
        if user is None or step not in {Step.ENROL, Step.PASSKEY}:
            return left_out(request)
        self.who, self.email, self.waits = Oneself(user.id, user.agency_id, bool(factor)), user.email, user
        self.passkey_only = step == Step.PASSKEY
        alone = self.passkey_only and self.kind != PASSKEY
        return redirect("web:enrol-passkey") if alone else super().dispatch(request)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.shown()

    def shown(self, form: Form | None = None, status: int = 200, **context: Any) -> HttpResponse:
        """The page, within the frame where somebody is signed in."""
        context |= {"form": form, "problems": bool(form and form.is_bound), "waits": self.waits is not None}
        context["passkey_only"] = self.passkey_only
        if not isinstance(self.who, Actor):
            return self.draw(self.template, context, status)
        with acting(self.who):
            back = {"url": reverse("web:factors"), "label": gettext("Second factor")}
            return self.draw(self.template, {**context, "back": back}, status)

    def draw(self, template: str, context: Shown, status: int) -> HttpResponse:
        """Call it while acting, where somebody is signed in."""
        frame = around(self.who, "account") if isinstance(self.who, Actor) else {"hide_sign_in": True}
        return render(self.request, template, {**frame, **context}, status=status)

    def enrolled(self, codes: list[str]) -> HttpResponse:
        """What follows: in, where somebody waited for that; and the recovery codes, this once."""
        onward = reverse("web:factors")
        if self.waits is not None:
            onward = let_in(self.request, self.waits, factor=self.kind, now=self.now)
        if not codes:
            messages.success(self.request, gettext("Your second factor is saved."))
            return redirect(onward)
        context = {"codes": codes, "onward": onward, "hide_sign_in": True}
        response = render(self.request, "account/recovery_codes.html", context)
        if self.waits is not None:
            remember(self.request, response, self.waits)
        return response


class Enrol(Enrolment):
    """Which kind of second factor it is to be."""


class EnrolApp(Enrolment):
    """An app that shows codes."""

    template = "account/enrol_app.html"
    kind = APP

    def get(self, request: HttpRequest) -> HttpResponse:
        request.session[SECRET] = actions.new_totp(actor=self.who)
        return self._asked(AppForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AppForm(request.POST)
        if SECRET not in request.session:
            return redirect("web:enrol-app")
        if not form.is_valid():
            return self._asked(form, 422)
        secret = actions.open_totp(actor=self.who, sealed=request.session[SECRET])
        try:
            codes = actions.enrol_totp(actor=self.who, secret=secret, code=form.cleaned_data["code"], now=self.now)
        except Refused as refused:
            tell(form, refused)
            return self._asked(form, 422)
        del request.session[SECRET]
        return self.enrolled(codes)

    def _asked(self, form: Form, status: int = 200) -> HttpResponse:
        secret = actions.open_totp(actor=self.who, sealed=self.request.session[SECRET])
        address = actions.totp_address(secret=secret, email=self.email)
        groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return self.shown(form, status, secret=groups, address=address, picture=picture(address))


class EnrolPasskey(Enrolment):
    """A passkey: of this device, a telephone or a security key."""

    template = "account/enrol_passkey.html"
    kind = PASSKEY

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._asked(PasskeyForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PasskeyForm(request.POST)
        if not form.is_valid():
            return self._asked(form, 422)
        kept, answer = request.session.pop(CHALLENGE, {}), answered(form.cleaned_data["passkey"])
        name = form.cleaned_data["name"]
        try:
            codes = actions.enrol_passkey(actor=self.who, name=name, kept=kept, answer=answer, now=self.now)
        except Refused as refused:
            tell(form, refused)
            return self._asked(form, 422)
        return self.enrolled(codes)

    def _asked(self, form: Form, status: int = 200) -> HttpResponse:
        options, self.request.session[CHALLENGE] = actions.offer_passkey(actor=self.who)
        return self.shown(form, status, passkey=options)


class Again(Page):
    """Who are you, asked again before something that matters."""

    section = "account"
    opens_its_own = True

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._asked(AgainForm(), 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AgainForm(request.POST)
        if again.proved(request, self.actor, form, now=self.now):
            return redirect(destination(request, request.POST.get("next", "")))
        return self._asked(form, 422)

    def _asked(self, form: AgainForm, status: int) -> HttpResponse:
        onward = self.request.POST.get("next") or self.request.GET.get("next", "")
        return again.question(
            self.request, self.actor, form, action=reverse("web:again"), draw=self.page, onward=onward, status=status
        )


class OwnFactors(Page):
    """The list of one's own second factors."""

    section = "account"
    opens_its_own = True

    def get(self, request: HttpRequest) -> HttpResponse:
        with proving(self.actor.user_id):
            rows = [factor(row) for row in factors_of(self.actor.user_id)]
            left = recovery_codes_left(self.actor.user_id)
        back = {"url": reverse("web:account"), "label": gettext("Your account")}
        has_app = any(row["kind"] == "totp" for row in rows)
        return self.page("account/factors.html", {"rows": rows, "left": left, "has_app": has_app, "back": back})


class NewCodes(OwnFactors):
    """Other recovery codes, shown this once."""

    fresh = True

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("web:factors")

    def post(self, request: HttpRequest) -> HttpResponse:
        codes = actions.new_recovery_codes(actor=self.actor, now=self.now)
        context = {"codes": codes, "onward": reverse("web:factors"), "hide_sign_in": True}
        return render(request, "account/recovery_codes.html", context)


class RemoveFactor(OwnFactors):
    """The end of a second factor."""

    fresh = True

    def get(self, request: HttpRequest, factor_id: int) -> HttpResponse:  # type: ignore[override]  # its address has an id
        return redirect("web:factors")

    def post(self, request: HttpRequest, factor_id: int) -> HttpResponse:
        actions.remove_factor(actor=self.actor, factor_id=factor_id, now=self.now)
        messages.success(request, gettext("The second factor is removed. It opens nothing any more."))
        return redirect("web:factors")

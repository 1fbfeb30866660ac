"""Coming in and going out: sign-in, sign-out, a forgotten password, another password.

Nobody is signed in on most of these pages, so they are not ``Page``; their verbs open transactions themselves.
"""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views import View

from apps.agencies import actions, proofs
from apps.agencies.actions import LinkExpired, Step
from apps.agencies.models import User
from apps.core.clock import now
from apps.core.errors import Invalid, Refused
from apps.web.forms import Form
from apps.web.forms.entry import ChangePasswordForm, NewPasswordForm, ResetForm, SignInForm
from apps.web.forms.told import tell
from apps.web.pages.admitting import admit, origin, remember, wait
from apps.web.pages.base import Page, reader
from apps.web.shown.words import Shown


class Door(View, ABC):
    """A page with one form, for visitors."""

    form_class: ClassVar[type[Form]]
    template: ClassVar[str]

    def get(self, request: HttpRequest, **words: Any) -> HttpResponse:
        return self.shown(self.form_class())

    def post(self, request: HttpRequest, **words: Any) -> HttpResponse:
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self.shown(form, 422)
        try:
            return self.done(form)
        except LinkExpired:
            raise
        except Refused as refused:
            tell(form, refused)
            return self.shown(form, 422)

    def shown(self, form: Form, status: int = 200) -> HttpResponse:
        """The page with its form."""
        context = {"form": form, "problems": form.is_bound, "hide_sign_in": True, **self.context()}
        return render(self.request, self.template, context, status=status)

    def context(self) -> Shown:
        """What this page shows beside its form."""
        return {}

    @abstractmethod
    def done(self, form: Form) -> HttpResponse:
        """Do it; a Refused is shown beside the form."""


class SignIn(Door):
    """Sign in by e-mail and password. Unknown, inactive, mistaken and locked look alike and take one hash each."""

    form_class = SignInForm
    template = "account/sign_in.html"

    def get(self, request: HttpRequest, **words: Any) -> HttpResponse:
        return redirect("web:inbox") if reader(request) else super().get(request)

    def context(self) -> Shown:
        return {"next": self.request.POST.get("next") or self.request.GET.get("next", "")}

    def done(self, form: Form) -> HttpResponse:
        words, at = form.cleaned_data, now()
        device = self.request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
        told = {"origin": origin(self.request), "device": device}
        user = actions.sign_in(email=words["email"], password=words["password"], **told, now=at)
        wait(self.request, user, onward=self.request.POST.get("next", ""), now=at)
        step = actions.next_step(user=user)
        if step != Step.IN:
            return redirect("web:second-step" if step == Step.SECOND else "web:enrol")
        response = redirect(admit(self.request, user, now=at))
        remember(self.request, response, user)
        return response


class SignOut(View):
    """Sign out, by POST only: a link in somebody's page must not."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("web:inbox")

    def post(self, request: HttpRequest) -> HttpResponse:
        actor = reader(request)
        if actor:
            actions.sign_out(actor=actor, now=now())
        logout(request)
        return redirect("web:signed-out")


class SignOutEverywhere(Page):
    """Sign out of every browser at once, this one too."""

    section = "account"
    opens_its_own = True

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("web:account")

    def post(self, request: HttpRequest) -> HttpResponse:
        actions.sign_out_everywhere(actor=self.actor, now=self.now)
        logout(request)
        return redirect("web:signed-out")


class Said(View):
    """A page that only says something."""

    template = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, self.template)


class PasswordReset(Door):
    """Ask for a link to choose a password; the answer never tells whether there is such an account."""

    form_class = ResetForm
    template = "account/password_reset.html"

    def done(self, form: Form) -> HttpResponse:
        actions.request_password_reset(email=form.cleaned_data["email"], origin=origin(self.request), now=now())
        return redirect("web:password-reset-sent")


class PasswordResetNew(Door):
    """Choose a password by a mailed link. The words of the link leave with this page: no-referrer, no-store."""

    form_class = NewPasswordForm
    template = "account/password_reset_new.html"

    def get(self, request: HttpRequest, **words: Any) -> HttpResponse:
        return super().get(request) if actions.link_is_valid(**words) else self._expired()

    def post(self, request: HttpRequest, **words: Any) -> HttpResponse:
        try:
            return super().post(request, **words)
        except LinkExpired:
            return self._expired()

    def done(self, form: Form) -> HttpResponse:
        user = actions.reset_password(**self.kwargs, new=form.cleaned_data["new"], now=now())
        logout(self.request)
        response = redirect("web:password-reset-done")
        remember(self.request, response, user)  # whoever reads the account's mail is no stranger to it
        return response

    def _expired(self) -> HttpResponse:
        return render(self.request, "account/password_reset_used.html", status=LinkExpired.status)


class PasswordChange(Page):
    """Another password; this session stays, every other one of the account ends."""

    section = "account"
    opens_its_own = True
    form: ChangePasswordForm

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._shown(ChangePasswordForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        self.form = ChangePasswordForm(request.POST)
        if not self.form.is_valid():
            raise Invalid(errors={"": []})
        words = self.form.cleaned_data
        user = actions.change_password(actor=self.actor, current=words["current"], new=words["new"], now=self.now)
        self._keep_session(user)
        said = gettext("Your password is changed. Your other sessions are signed out, and your API tokens are revoked.")
        messages.success(request, said)
        return redirect("web:account")

    def invalid(self, refused: Invalid) -> HttpResponse:
        tell(self.form, refused)
        return self._shown(self.form, 422)

    def _keep_session(self, user: User) -> None:
        update_session_auth_hash(self.request, user)
        proofs.note(self.request.session, self.now)

    def _shown(self, form: ChangePasswordForm, status: int = 200) -> HttpResponse:
        back = {"url": reverse("web:account"), "label": gettext("Your account")}
        return self.page(
            "account/password_change.html", {"form": form, "back": back, "problems": form.is_bound}, status
        )

"""Invitations: made and taken back by an agency's administrator, taken up by whoever brings the link."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, override

from apps.agencies import actions
from apps.agencies.actions import LinkExpired, Step
from apps.agencies.models import Invitation
from apps.agencies.people import managed_agency
from apps.core.clock import now
from apps.core.errors import Invalid
from apps.web.forms import Form
from apps.web.forms.people import AcceptForm, InviteForm
from apps.web.forms.told import tell
from apps.web.pages.admitting import wait
from apps.web.pages.base import Page
from apps.web.pages.entry import Door
from apps.web.shown.people import role_names
from apps.web.shown.words import Shown


class Invite(Page):
    """Invite a person to one's own agency. The answer is the same whether or not the address has an account elsewhere."""

    section = "people"
    fresh = True
    form: InviteForm

    def get(self, request: HttpRequest) -> HttpResponse:
        managed_agency(self.actor)
        return self._shown(InviteForm(initial={"language": self.actor.language}))

    def post(self, request: HttpRequest) -> HttpResponse:
        agency = managed_agency(self.actor)
        self.form = InviteForm(request.POST)
        if not self.form.is_valid():
            raise Invalid(errors={"": []})
        actions.invite_user(actor=self.actor, agency_id=agency, **self.form.cleaned_data, now=self.now)
        messages.success(request, gettext("The invitation is on its way. Its link works once, for three days."))
        return redirect("web:people")

    def invalid(self, refused: Invalid) -> HttpResponse:
        tell(self.form, refused)
        return self._shown(self.form, 422)

    def _shown(self, form: InviteForm, status: int = 200) -> HttpResponse:
        back = {"url": reverse("web:people"), "label": gettext("People")}
        return self.page("web/person_invite.html", {"form": form, "back": back, "problems": form.is_bound}, status)


class OfInvitation(Page):
    """A button beside an invitation."""

    section = "people"

    def get(self, request: HttpRequest, invitation_id: UUID) -> HttpResponse:
        return redirect("web:people")

    def look_again(self) -> str:
        return reverse("web:people")


class InviteAgain(OfInvitation):
    """Another link; the one before ends."""

    def post(self, request: HttpRequest, invitation_id: UUID) -> HttpResponse:
        managed_agency(self.actor)
        actions.invite_again(actor=self.actor, invitation_id=invitation_id, now=self.now)
        messages.success(request, gettext("A new link is on its way. The one before opens nothing any more."))
        return redirect("web:people")


class TakeBack(OfInvitation):
    """The end of an invitation."""

    def post(self, request: HttpRequest, invitation_id: UUID) -> HttpResponse:
        managed_agency(self.actor)
        actions.revoke_invitation(actor=self.actor, invitation_id=invitation_id, now=self.now)
        messages.success(request, gettext("The invitation is taken back. Its link opens nothing any more."))
        return redirect("web:people")


class Accept(Door):
    """Name and password of a new account, in the language of the invitation. Every link that opens nothing looks alike."""

    form_class = AcceptForm
    template = "account/invitation.html"
    invitation: Invitation

    def dispatch(self, request: HttpRequest, *args: Any, **words: Any) -> HttpResponse:
        found = actions.brought_invitation(word=words["word"], now=now())
        if found is None or request.method not in {"GET", "HEAD", "POST"}:
            return self._expired()
        self.invitation = found
        with override(found.language):
            try:
                return super().dispatch(request, *args, **words)  # type: ignore[return-value]  # ours all draw pages
            except LinkExpired:
                return self._expired()

    def get(self, request: HttpRequest, **words: Any) -> HttpResponse:
        return self.shown(AcceptForm(initial={"name": self.invitation.name}))

    def context(self) -> Shown:
        agency = self.invitation.agency
        return {
            "email": self.invitation.email,
            "agency": agency.name if agency else "",
            "roles": role_names(self.invitation.roles),
        }

    def done(self, form: Form) -> HttpResponse:
        words, at = form.cleaned_data, now()
        user = actions.accept_invitation(word=self.kwargs["word"], name=words["name"], password=words["new"], now=at)
        logout(self.request)
        if actions.next_step(user=user) == Step.ENROL:
            wait(self.request, user, onward="", now=at)
            return redirect("web:enrol")
        messages.success(self.request, gettext("Your account is open. Sign in with the password that you have chosen."))
        return redirect("web:sign-in")

    def _expired(self) -> HttpResponse:
        return render(self.request, "account/invitation_ended.html", {"hide_sign_in": True}, status=LinkExpired.status)

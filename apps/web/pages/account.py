"""The reader's own account: who they are, language and time zone, password, API tokens."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from apps.agencies import actions
from apps.agencies.models import ROLES, ApiToken
from apps.agencies.policy import Actor, Scope
from apps.agencies.queries import api_tokens_of
from apps.core.errors import Invalid
from apps.web.forms import Form
from apps.web.forms.account import ZONES, PreferencesForm, TokenForm, zones
from apps.web.forms.told import tell
from apps.web.pages.base import Page
from apps.web.shown.notices import unreached
from apps.web.shown.times import day
from apps.web.shown.words import Shown


class OfAccount(Page):
    """What the account's page shows, for the verbs on it too."""

    section = "account"

    def shown(self, *, status: int = 200, **context: object) -> HttpResponse:
        """The page, with forms that came back and a token that is shown this once."""
        preferences = PreferencesForm(initial={"language": self.actor.language, "time_zone": self.actor.time_zone})
        common = {
            "card": _who(self.actor),
            "preferences": preferences,
            "token_form": TokenForm(),
            "tokens": [
                _token(token, expired=token.expires_at <= self.now) for token in api_tokens_of(actor=self.actor)
            ],
            "lists": [{"list_id": ZONES, "vocabulary": zones()}],
            "words": True,
            "warning": unreached(self.actor),
        }
        return self.page("web/account.html", {**common, **context}, status)


class Account(OfAccount):
    """Who one is, and what one may change of it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.shown()


class Preferences(OfAccount):
    """Language and time zone."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("web:account")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PreferencesForm(request.POST)
        if not form.is_valid():
            raise Invalid(errors={"": []})
        actions.change_preferences(actor=self.actor, **form.cleaned_data, now=self.now)
        messages.success(request, gettext("Your language and time zone are saved."))
        return redirect("web:account")

    def invalid(self, refused: Invalid) -> HttpResponse:
        form = _told(PreferencesForm(self.request.POST), refused)
        return self.shown(status=422, preferences=form, problem_form=form, problems=True)


class Tokens(OfAccount):
    """A new API token, shown this once."""

    fresh = True

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("web:account")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TokenForm(request.POST)
        if not form.is_valid():
            raise Invalid(errors={"": []})
        name, life = form.cleaned_data["name"], timedelta(days=int(form.cleaned_data["life"]))
        scope = Scope(form.cleaned_data["scope"] or Scope.READ)
        raw, token = actions.make_token(actor=self.actor, name=name, life=life, scope=scope, now=self.now)
        return self.shown(token=raw, token_name=token.name, token_expires=day(token.expires_at))

    def invalid(self, refused: Invalid) -> HttpResponse:
        form = _told(TokenForm(self.request.POST), refused)
        return self.shown(status=422, token_form=form, problem_form=form, problems=True)


class RevokeToken(OfAccount):
    """The end of an API token."""

    def get(self, request: HttpRequest, token_id: UUID) -> HttpResponse:
        return redirect("web:account")

    def post(self, request: HttpRequest, token_id: UUID) -> HttpResponse:
        actions.revoke_token(actor=self.actor, token_id=token_id, now=self.now)
        messages.success(request, gettext("The token is revoked. It opens nothing any more."))
        return redirect("web:account")


def _told(form: Form, refused: Invalid) -> Form:
    tell(form, refused)
    return form


def _who(actor: Actor) -> Shown:
    roles = [label for role, label in ROLES if role in actor.roles]
    rows = [
        {"key": gettext("Name"), "value": actor.name},
        {"key": gettext("E-mail address"), "value": actor.email},
        {"key": gettext("Agency"), "value": actor.agency_name, "untouched": gettext("None: platform administration")},
        {"key": gettext("Roles"), "many": roles, "untouched": gettext("None")},
    ]
    return {"title": gettext("You"), "rows": rows}


def _token(token: ApiToken, *, expired: bool) -> Shown:
    return {
        "id": token.id,
        "name": token.name,
        "hint": token.hint,
        "scope": token.get_scope_display(),
        "made": day(token.created_at),
        "expires": day(token.expires_at),
        "used": day(token.last_used_on) if token.last_used_on else gettext("never"),
        "expired": expired,
    }

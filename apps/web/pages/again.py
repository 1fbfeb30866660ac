"""Asking again who somebody is, before what matters most: by password, or by the second factor.

A page says ``fresh = True``. Where the last proof is older than five minutes, its form is asked for only after another
one; a form that was sent in meanwhile comes along, hidden in the question, and is done once the answer is right.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.agencies import actions, proofs
from apps.agencies.acting import acting, proving
from apps.agencies.policy import Actor
from apps.agencies.queries import factors_of
from apps.core.errors import Refused
from apps.web.forms.factors import AgainForm, answered
from apps.web.forms.told import tell

type_draw = Callable[[str, dict[str, Any], int], HttpResponse]
CHALLENGE = "challenge"  # the session's word for what a passkey was asked
OURS = {"csrfmiddlewaretoken", *AgainForm.base_fields}


def asked(request: HttpRequest, actor: Actor, *, now: datetime, draw: type_draw) -> HttpResponse | None:
    """The question, where it has to be asked; None where the proof is fresh, or came with this very form and is right."""
    if proofs.is_fresh(request.session, now):
        return None
    if request.method != "POST":
        return redirect(f"{reverse('web:again')}?{urlencode({'next': request.get_full_path()})}")
    form = AgainForm(request.POST) if OURS & set(request.POST) - {"csrfmiddlewaretoken"} else AgainForm()
    if form.is_bound and proved(request, actor, form, now=now):
        return None
    return question(request, actor, form, action=request.get_full_path(), draw=draw)


def proved(request: HttpRequest, actor: Actor, form: AgainForm, *, now: datetime) -> bool:
    """Whether the form proves who it is; then the session is fresh, under a new key. Else the form says what is wrong."""
    if not form.is_valid():
        return False
    try:
        _prove(request, actor, form.cleaned_data, now)
    except Refused as refused:
        tell(form, refused)
        return False
    request.session.cycle_key()
    proofs.note(request.session, now)
    return True


def _prove(request: HttpRequest, actor: Actor, words: dict[str, str], now: datetime) -> None:
    if words["again_passkey"]:
        kept = request.session.pop(CHALLENGE, {})
        actions.prove_by_passkey(actor=actor, kept=kept, answer=answered(words["again_passkey"]), now=now)
    elif words["again_code"]:
        actions.prove_by_code(actor=actor, code=words["again_code"], now=now)
    else:
        actions.prove_by_password(actor=actor, password=words["again_password"], field="again_password", now=now)


def question(
    request: HttpRequest,
    actor: Actor,
    form: AgainForm,
    *,
    action: str,
    draw: type_draw,
    onward: str = "",
    status: int = 403,
) -> HttpResponse:
    """The page that asks, with what was typed elsewhere hidden in it. A file can't come along."""
    with proving(actor.user_id):
        kinds = {str(row.type) for row in factors_of(actor.user_id)}
    options: dict[str, Any] = {}
    if "webauthn" in kinds:
        options, request.session[CHALLENGE] = actions.challenge(actor=actor)
    typed = [(name, value) for name, values in request.POST.lists() if name not in OURS | {"next"} for value in values]
    form.offer(code=bool(kinds))
    context = {"form": form, "action": action, "typed": typed, "passkey": options, "problems": form.is_bound}
    context["next"] = onward or request.POST.get("next", "")
    with acting(actor):
        return draw("account/again.html", context, 422 if form.is_bound else status)

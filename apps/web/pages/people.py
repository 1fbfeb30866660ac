"""The people of one's own agency, for its administrator: who there is, what they may do, and the end of it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.agencies import actions
from apps.agencies.people import Person, held_by, invitations_of, people_of, person_for
from apps.core.errors import Invalid
from apps.notifications.queries import closed_addresses
from apps.web.forms.people import RolesForm
from apps.web.forms.told import tell
from apps.web.pages.base import Page
from apps.web.shown.people import invitation_row, person_card, person_row, person_verbs, unreached_person


class People(Page):
    """Accounts and open invitations."""

    section = "people"

    def get(self, request: HttpRequest) -> HttpResponse:
        refused = closed_addresses()
        people = [
            {**person_row(each, self.actor), "unreached": each.account.id in refused}
            for each in people_of(actor=self.actor)
        ]
        waiting = [invitation_row(each, self.now) for each in invitations_of(actor=self.actor)]
        alone = {
            "title": gettext("You are the only one here"),
            "text": gettext("Whoever you invite gets a link by mail and chooses their own password."),
            "action_url": reverse("web:invite"),
            "action_label": gettext("Invite a person"),
        }
        context = {
            "people": people,
            "invitations": waiting,
            "empty": alone if len(people) == 1 and not waiting else None,
        }
        return self.page("web/people.html", context)


class OfPerson(Page):
    """What is asked of one account. Another agency's is absent, and so is the platform's."""

    section = "people"

    def person(self, user_id: UUID) -> Person:
        """The account."""
        return person_for(actor=self.actor, user_id=user_id)

    def back(self, person: Person) -> dict[str, str]:
        """The way back to it."""
        return {"url": reverse("web:person", args=[person.account.id]), "label": person.account.name}


class PersonPage(OfPerson):
    """One account, and what may be done with it."""

    def get(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        person = self.person(user_id)
        held = held_by(user_id, now=self.now)
        oneself = user_id == self.actor.user_id
        context = {
            "title": person.account.name,
            "card": person_card(person, held),
            "verbs": [] if oneself else person_verbs(person, held),
            "oneself": oneself,
            "warning": unreached_person(person.account.email, closed_addresses().get(user_id)),
            "back": {"url": reverse("web:people"), "label": gettext("People")},
        }
        return self.page("web/person.html", context)


class Roles(OfPerson):
    """What an account is for. A role that is lost signs it out everywhere."""

    fresh = True
    form: RolesForm

    def get(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        person = self.person(user_id)
        return self._shown(person, RolesForm(initial={"roles": person.account.roles}))

    def post(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        self.person(user_id)
        self.form = RolesForm(request.POST)
        if not self.form.is_valid():
            raise Invalid(errors={"": []})
        actions.change_roles(actor=self.actor, user_id=user_id, roles=self.form.cleaned_data["roles"], now=self.now)
        messages.success(request, gettext("The roles are changed. They count from now on."))
        return redirect("web:person", user_id)

    def invalid(self, refused: Invalid) -> HttpResponse:
        tell(self.form, refused)
        return self._shown(self.person(self.kwargs["user_id"]), self.form, 422)

    def _shown(self, person: Person, form: RolesForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "person": person.account, "back": self.back(person), "problems": form.is_bound}
        return self.page("web/person_roles.html", context, status)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that is done to an account, in the words of the page that asks once more."""

    question: Promise
    follows: tuple[Promise, ...]
    button: Promise
    done: Promise
    do: Callable[..., object]
    warns: bool = False


DEEDS = {
    "close": Deed(
        _("Close this account?"),
        (
            _("The person is signed out everywhere at once, and their API tokens are revoked."),
            _("Mail that waits for them is not sent, and invitations that they made are taken back."),
            _("What they filed and answered stays with your agency. You can open the account again."),
        ),
        _("Close the account"),
        _("The account is closed."),
        actions.deactivate_user,
        warns=True,
    ),
    "reopen": Deed(
        _("Open this account again?"),
        (
            _("The person signs in with their old password and second factor."),
            _("Their old API tokens stay revoked."),
            _("They, your liaison officers and the other administrators are told by mail."),
        ),
        _("Open the account again"),
        _("The account is open again."),
        actions.reactivate_user,
    ),
    "sign-out": Deed(
        _("End this person's sessions?"),
        (_("They are signed out in every browser and have to sign in again. Their API tokens stay."),),
        _("End the sessions"),
        _("The sessions are ended."),
        actions.sign_out_user,
    ),
    "revoke-tokens": Deed(
        _("Revoke this person's API tokens?"),
        (_("Programs that use one can do nothing more from now on. It can't be undone."),),
        _("Revoke the tokens"),
        _("The tokens are revoked. They open nothing any more."),
        actions.revoke_tokens_of,
        warns=True,
    ),
    "reset-factor": Deed(
        _("Reset this person's second factor?"),
        (
            _("For somebody who has lost their telephone or key. Make sure by voice or in person that it is them."),
            _("Their apps, passkeys and recovery codes are removed, and they are signed out everywhere."),
            _("At the next sign-in they enrol a new one."),
            _("They, your liaison officers and the other administrators are told by mail."),
        ),
        _("Reset the second factor"),
        _("The second factor is reset."),
        actions.reset_factors,
        warns=True,
    ),
    "unbind": Deed(
        _("Forget who this person is at your agency's sign-in?"),
        (
            _("For somebody who has another account there, and for an agency that changes the service it signs in by."),
            _("Whoever it names next with this e-mail address is taken for this person: make sure that they are."),
            _("They are signed out everywhere."),
            _("They, your liaison officers and the other administrators are told by mail."),
        ),
        _("Forget it"),
        _("It is forgotten. The next sign-in by your agency's service counts."),
        actions.unbind_subjects,
        warns=True,
    ),
}


class DeedPage(OfPerson):
    """Asks once more, then does it."""

    fresh = True
    name: str = ""

    def get(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        person = self.person(user_id)
        context = {"deed": DEEDS[self.name], "person": person.account, "back": self.back(person)}
        return self.page("web/person_deed.html", context)

    def post(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        self.person(user_id)
        deed = DEEDS[self.name]
        deed.do(actor=self.actor, user_id=user_id, now=self.now)
        messages.success(request, str(deed.done))
        return redirect("web:person", user_id)

    def look_again(self) -> str:
        return reverse("web:person", args=[self.kwargs["user_id"]])

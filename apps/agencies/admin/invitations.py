"""Invitations: how accounts come to be. Whom one is for and as what can't be changed; it is taken back and made anew.

What is asked for here takes a second administrator, who confirms it in the list.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.agencies import actions
from apps.agencies.admin.accounts import at_desk
from apps.agencies.admin.forms import InvitationForm
from apps.agencies.models import Invitation
from apps.agencies.states import LIVE, InvitationState
from apps.core.clock import now
from apps.core.desk import Desk, ModelForm

ASKED = ("email", "name", "agency", "roles", "staff", "language")
PEOPLE = ("inviter", "confirmer")
SHOWN = (
    "email",
    "name",
    "agency",
    "role_names",
    "language",
    "standing",
    *PEOPLE,
    "expires_at",
    "times_sent",
    "created_at",
)


@admin.register(Invitation)
class InvitationAdmin(Desk[Invitation]):
    """Who was invited by whom; a link is mailed, and opens an account once."""

    verbs_write_the_trail = True
    form = InvitationForm
    list_display = ("email", "agency", "role_names", "standing", "expires_at", "times_sent", *PEOPLE)
    list_filter = ("state", ("agency", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("agency", "invited_by", "confirmed_by")
    search_fields = ("email", "name", "agency__code")
    actions = ("confirm", "again", "revoke")

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Invitation | None = None) -> Any:
        """What is asked for a new one, what is shown of an old one."""
        told = _(
            "A second administrator confirms it. Then a link to open the account is mailed, which works once, for three "
            "days, and the agency is told."
        )
        return [(None, {"fields": SHOWN})] if obj else [(None, {"fields": ASKED, "description": told})]

    def get_readonly_fields(self, request: HttpRequest, obj: Invitation | None = None) -> tuple[str, ...]:
        return SHOWN if obj else ()

    def get_form(self, request: HttpRequest, obj: Invitation | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = at_desk(request)  # type: ignore[attr-defined]  # a class of this request's own
        return form

    def save_model(self, request: HttpRequest, obj: Invitation, form: ModelForm[Invitation], change: bool) -> None:
        """By the same verb as everywhere; what the form holds becomes the row that the verb has made."""
        asked = {name: form.cleaned_data[name] for name in ("email", "name", "roles", "language")}
        made = actions.invite_user(actor=at_desk(request), agency_id=obj.agency_id, **asked, now=now())
        obj.pk = made.pk

    @admin.display(description=_("roles"))
    def role_names(self, invitation: Invitation) -> str:
        """The roles' codes; an administrator of the platform has none."""
        return ", ".join(invitation.roles) or str(_("platform administrator"))

    @admin.display(description=_("invited by"))
    def inviter(self, invitation: Invitation) -> str:
        """The address of whoever invited them."""
        return invitation.invited_by.email

    @admin.display(description=_("confirmed by"))
    def confirmer(self, invitation: Invitation) -> str:
        """The address of the second administrator; an agency's own administrators need none."""
        return invitation.confirmed_by.email if invitation.confirmed_by else "–"

    @admin.display(description=_("state"))
    def standing(self, invitation: Invitation) -> str:
        """The state as it is at this moment: one that nobody took up in time has come to an end."""
        late = invitation.state in LIVE and invitation.expires_at <= now()
        return str(_("Its time is over")) if late else str(InvitationState(invitation.state).label)

    @admin.action(description=_("Confirm the selected invitations"), permissions=["add"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        """As the second administrator: links are mailed, and the agencies told."""
        self._each(request, queryset, actions.confirm_invitation)

    @admin.action(description=_("Send the selected invitations again"), permissions=["add"])
    def again(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        """With another link; the one before ends."""
        self._each(request, queryset, actions.invite_again)

    @admin.action(description=_("Take the selected invitations back"), permissions=["add"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        """Their links open nothing from now on."""
        self._each(request, queryset, actions.revoke_invitation)

    def _each(self, request: HttpRequest, rows: QuerySet[Invitation], verb: Callable[..., object]) -> None:
        """One verb an invitation."""
        ids, actor, at = list(rows.values_list("pk", flat=True)), at_desk(request), now()
        self.each(request, ids, lambda id_: verb(actor=actor, invitation_id=id_, now=at), _done)


def _done(count: int) -> str:
    return ngettext("Done for %(count)d invitation.", "Done for %(count)d invitations.", count) % {"count": count}

"""Accounts and their API tokens. Nobody sees or sets another's password here; accounts are closed, not deleted.

Nobody opens an account here, for the first time or again, and nobody gives a role: people are invited (invitations.py), and
their agency's own administrators do the rest. An administrator may do what is here to everybody but themselves, so that
there is always another one; who is one, and for which agency somebody works, no page changes.
"""

from collections.abc import Callable
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from apps.agencies import actions
from apps.agencies.admin.filters import ByRole
from apps.agencies.admin.forms import AccountForm
from apps.agencies.models import ApiToken, User
from apps.agencies.people import enrolled
from apps.agencies.policy import Actor
from apps.core.clock import now
from apps.core.desk import Desk, ModelForm, ReadOnly
from apps.core.errors import Refused


def at_desk(request: HttpRequest) -> Actor:
    """Who sits at the desk, as the site has found out."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]  # set by the site


@admin.register(User)
class UserAdmin(Desk[User]):
    """People in agencies, and platform administrators in none."""

    verbs_write_the_trail = True
    form = AccountForm
    list_display = ("email", "name", "agency", "role_names", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", ByRole, ("agency", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("agency",)
    search_fields = ("email", "name", "agency__code")
    ordering = ("email",)
    fieldsets: ClassVar = [
        (None, {"fields": ("email", "name", "agency", "roles", "is_staff", "is_active")}),
        (_("Preferences"), {"fields": ("language", "time_zone")}),
        (_("Use"), {"fields": ("second_factor", "last_login", "created_at")}),
    ]
    readonly_fields = ("email", "agency", "is_staff", "second_factor", "last_login", "created_at")
    actions = ("close", "mail_link", "sign_out", "revoke_tokens", "reset_factors", "unbind")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People are invited."""
        return False

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.editor = cast(User, request.user)  # type: ignore[attr-defined]  # a class of this request's own
        return form

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:
        """By the same verbs as everywhere; they check, write the trail and end sessions."""
        actor, at = at_desk(request), now()
        actions.change_user(actor=actor, user=obj, fields=form.changed_data, now=at)
        if "is_active" in form.changed_data:
            actions.deactivate_user(actor=actor, user_id=obj.pk, now=at)  # the form lets nobody tick it

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What the verbs refuse after all, since somebody else was quicker, is said on the page as it is now."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:
            self.message_user(request, gettext(refused.sentence), messages.ERROR)
            return redirect(request.path)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Under the account's address; its name in logs is opaque."""
        address = User.objects.filter(pk=object_id).values_list("email", flat=True).first()
        return super().change_view(request, object_id, form_url, {"subtitle": address, **(extra_context or {})})

    @admin.display(description=_("roles"))
    def role_names(self, user: User) -> str:
        """The roles' codes."""
        return ", ".join(user.roles)

    @admin.display(description=_("second factor"), boolean=True)
    def second_factor(self, user: User) -> bool:
        """Whether there is one; which, nobody but the account's owner learns."""
        return user.id in enrolled()

    @admin.action(description=_("Close the selected accounts"), permissions=["change"])
    def close(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Deactivate; sessions and tokens end at once."""
        self._each(request, queryset.filter(is_active=True), actions.deactivate_user)

    @admin.action(description=_("Mail a link to choose a password"), permissions=["change"])
    def mail_link(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """To those whose accounts are open."""
        self._each(request, queryset.filter(is_active=True), actions.send_password_link)

    @admin.action(description=_("End the sessions of the selected accounts"), permissions=["change"])
    def sign_out(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """In every browser, at once."""
        self._each(request, queryset, actions.sign_out_user)

    @admin.action(description=_("Revoke all API tokens of the selected accounts"), permissions=["change"])
    def revoke_tokens(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """From the next request on they open nothing."""
        self._each(request, queryset, actions.revoke_tokens_of)

    @admin.action(description=_("Reset the second factor of the selected accounts"), permissions=["change"])
    def reset_factors(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For people who have lost theirs: they enrol anew when they sign in."""
        self._each(request, queryset, actions.reset_factors)

    @admin.action(
        description=_("Forget who the selected accounts are at their agencies' sign-in"), permissions=["change"]
    )
    def unbind(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For people and agencies that have another provider, or another account there."""
        self._each(request, queryset, actions.unbind_subjects)

    def _each(self, request: HttpRequest, rows: QuerySet[User], verb: Callable[..., object]) -> None:
        """One verb an account; one's own is refused."""
        ids, actor, at = list(rows.values_list("pk", flat=True)), at_desk(request), now()
        self.each(request, ids, lambda id_: verb(actor=actor, user_id=id_, now=at), _done)


def _done(count: int) -> str:
    return ngettext("Done for %(count)d account.", "Done for %(count)d accounts.", count) % {"count": count}


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnly[ApiToken]):
    """Who holds keys to the API, until when, and when they last used them. A key itself can't be read again."""

    list_display = ("owner", "name", "hint", "scope", "created_at", "expires_at", "revoked_at", "last_used_on")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("user__email", "user__agency__code")
    fields = ("owner", "name", "hint", "scope", "created_at", "expires_at", "revoked_at", "last_used_on")
    actions = ("revoke",)

    @admin.display(description=_("account"), ordering="user__email")
    def owner(self, token: ApiToken) -> str:
        """The address of its account."""
        return token.user.email

    @admin.action(description=_("Revoke the selected tokens"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """From the next request on they open nothing."""
        ids = list(queryset.values_list("pk", flat=True))
        count = actions.revoke_tokens(actor=at_desk(request), token_ids=ids, now=now())
        self.message_user(
            request, ngettext("%(count)d token revoked.", "%(count)d tokens revoked.", count) % {"count": count}
        )

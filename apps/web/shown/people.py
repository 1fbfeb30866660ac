"""Accounts and invitations as an agency's administrator sees them."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from apps.agencies.models import ROLES, Invitation, User
from apps.agencies.people import Held, Person
from apps.agencies.policy import Actor
from apps.web.shown.times import day, moment
from apps.web.shown.words import Shown, yes_or_no


def role_names(roles: list[str]) -> list[str]:
    """The roles in words, in the order in which they are explained."""
    return [str(label) for role, label in ROLES if role in roles]


def person_row(person: Person, actor: Actor) -> Shown:
    """A line of the list."""
    account = person.account
    return {
        "url": reverse("web:person", args=[account.id]),
        "name": account.name,
        "email": account.email,
        "roles": role_names(account.roles),
        "enrolled": person.enrolled,
        "closed": not account.is_active,
        "oneself": account.id == actor.user_id,
        "used": day(account.last_login) if account.last_login else gettext("never"),
    }


def person_card(person: Person, held: Held) -> Shown:
    """All that is shown of an account."""
    account = person.account
    rows = [
        {"key": gettext("E-mail address"), "value": account.email},
        {"key": gettext("Roles"), "many": role_names(account.roles), "untouched": gettext("None")},
        {"key": gettext("State"), "value": gettext("Open") if account.is_active else gettext("Closed")},
        {"key": gettext("Second factor"), "value": yes_or_no(person.enrolled)},
        {"key": gettext("Known to your agency's sign-in"), "value": yes_or_no(held.providers > 0)},
        {"key": gettext("Signed in now"), "value": _browsers(held.sessions), "untouched": gettext("Nowhere")},
        {"key": gettext("Valid API tokens"), "value": str(held.tokens or ""), "untouched": gettext("None")},
        {"key": gettext("Last signed in"), "value": _last(account), "untouched": gettext("Never")},
        {"key": gettext("Opened"), "value": day(account.created_at)},
    ]
    return {"title": gettext("Account"), "rows": rows}


def unreached_person(email: str, since: datetime | None) -> Shown | None:
    """That this person's address was refused; None where it was not."""
    if since is None:
        return None
    text = gettext(
        "Nothing is mailed to %(email)s since %(since)s: the mail server says that there is no such mailbox. See that this "
        "person reads their notices here, or that somebody else answers for your agency. It is tried again every few days."
    )
    return {"text": text % {"email": email, "since": moment(since)}}


def person_verbs(person: Person, held: Held) -> list[Shown]:
    """What may be done with an account now; each asks once more on a page of its own."""
    may = {
        "roles": True,
        "sign-out": held.sessions,
        "revoke-tokens": held.tokens,
        "reset-factor": person.enrolled,
        "unbind": held.providers,
        "close": person.account.is_active,
        "reopen": not person.account.is_active,
    }
    labels = {
        "roles": gettext("Change roles"),
        "sign-out": gettext("End sessions"),
        "revoke-tokens": gettext("Revoke API tokens"),
        "reset-factor": gettext("Reset second factor"),
        "unbind": gettext("Forget who it is at your agency's sign-in"),
        "close": gettext("Close the account"),
        "reopen": gettext("Open the account again"),
    }
    ident = [person.account.id]
    return [
        {"label": label, "url": reverse(f"web:person-{name}", args=ident), "link": True, "style": _style(name)}
        for name, label in labels.items()
        if may[name]
    ]


def invitation_row(invitation: Invitation, now: datetime) -> Shown:
    """An invitation that nobody has taken up yet."""
    return {
        "name": invitation.name,
        "email": invitation.email,
        "roles": role_names(invitation.roles),
        "until": moment(invitation.expires_at),
        "expired": invitation.expires_at <= now,
        "again_url": reverse("web:invite-again", args=[invitation.id]),
        "back_url": reverse("web:invite-back", args=[invitation.id]),
    }


def _style(name: str) -> str:
    return "warning" if name == "close" else "secondary"


def _browsers(count: int) -> str:
    return (
        gettext("In %(count)s browsers") % {"count": count} if count > 1 else gettext("In one browser") if count else ""
    )


def _last(account: User) -> str:
    return moment(account.last_login) if account.last_login else ""

"""What a person decides about their own account: the language and the time zone that it is spoken to in."""

from datetime import datetime
from zoneinfo import available_timezones

from django.conf import settings

from apps.agencies.models import User
from apps.agencies.policy import Actor
from apps.audit.actions import record
from apps.core.errors import Conflict, Invalid
from apps.core.words import N_


def change_preferences(*, actor: Actor, language: str, time_zone: str, now: datetime) -> None:
    """Set the actor's own language and time zone; Invalid where either is none that we know."""
    errors = {}
    if language not in dict(settings.LANGUAGES):
        errors["language"] = [N_("Choose one of the languages offered.")]
    if time_zone not in available_timezones():
        errors["time_zone"] = [N_("This is not a time zone in the list.")]
    if errors:
        raise Invalid(errors=errors)
    if User.objects.filter(id=actor.user_id).update(language=language, time_zone=time_zone) != 1:
        raise Conflict
    facts = {"fields": ["language", "time_zone"]}
    ident, agency = actor.user_id, actor.agency_id
    record(
        actor=actor, verb="change_preferences", kind="account", object_id=ident, owner_id=agency, facts=facts, now=now
    )

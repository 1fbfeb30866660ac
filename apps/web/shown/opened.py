"""An access to a report, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import ROLES
from apps.referrals.opened import Opened
from apps.web.shown.times import moment
from apps.web.shown.words import Shown, joined

# By verb and kind; a kind that is not named here stands for itself.
DEEDS: dict[tuple[str, str], str | Promise] = {
    ("read", "report"): _("Opened the report"),
    ("read", "referral"): _("Opened what is asked"),
    ("read", "audience"): _("Looked who can read it"),
    ("read", "passing"): _("Looked to whom it was passed on"),
    ("print", "report"): _("Printed the report"),
    ("export", "report"): _("Exported the report"),
    ("break_glass", "report"): _("Break-glass was approved"),
    ("break_glass_read", "report"): _("Opened the report by break-glass"),
}
LABELS = dict(ROLES)


def access(row: Opened) -> Shown:
    """A row of the list: when, who, in which roles, what."""
    return {
        "iso": row.at.isoformat(),
        "when": moment(row.at),
        "agency": row.agency_name or gettext("Platform administration"),
        "person": row.person,
        "roles": joined(str(LABELS[role]) for role in row.roles if role in LABELS),
        "deed": DEEDS.get((row.verb, row.kind), f"{row.verb} {row.kind}"),
        "approved": gettext("Approved by %(person)s") % {"person": row.approved_by} if row.approved_by else "",
        "glass": row.verb.startswith("break_glass"),
    }

"""Platform administrators' pages for agencies and their countries, accounts, invitations and API tokens. No content here."""

from apps.agencies.admin.accounts import ApiTokenAdmin, UserAdmin
from apps.agencies.admin.invitations import InvitationAdmin
from apps.agencies.admin.members import AgencyAdmin, JurisdictionAdmin

__all__ = ["AgencyAdmin", "ApiTokenAdmin", "InvitationAdmin", "JurisdictionAdmin", "UserAdmin"]

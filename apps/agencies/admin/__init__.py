"""Platform administrators' pages for agencies, the countries they answer for, accounts and API tokens. No content here."""

from apps.agencies.admin.accounts import ApiTokenAdmin, UserAdmin
from apps.agencies.admin.members import AgencyAdmin, JurisdictionAdmin

__all__ = ["AgencyAdmin", "ApiTokenAdmin", "JurisdictionAdmin", "UserAdmin"]

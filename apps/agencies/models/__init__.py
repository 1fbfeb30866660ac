"""Agencies, jurisdictions, people, what agencies hold for a time, API tokens, invitations, and what stands at the doors."""

from apps.agencies.models.accounts import ROLES, SCOPES, Accounts, ApiToken, User
from apps.agencies.models.doors import Budget, IdempotencyKey, Pause, ProviderSubject, Session
from apps.agencies.models.invitations import Invitation
from apps.agencies.models.members import KINDS, PARTS, Agency, HeldToken, Jurisdiction

__all__ = [
    "KINDS",
    "PARTS",
    "ROLES",
    "SCOPES",
    "Accounts",
    "Agency",
    "ApiToken",
    "Budget",
    "HeldToken",
    "IdempotencyKey",
    "Invitation",
    "Jurisdiction",
    "Pause",
    "ProviderSubject",
    "Session",
    "User",
]

"""What is done to accounts: opening and closing them, signing in and out, passwords, API tokens."""

from apps.agencies.actions.accounts import (
    change_user,
    create_platform_administrator,
    create_user,
    deactivate_user,
    reactivate_user,
    send_password_link,
)
from apps.agencies.actions.passwords import (
    LinkExpired,
    change_password,
    link_is_valid,
    request_password_reset,
    reset_password,
)
from apps.agencies.actions.preferences import change_preferences
from apps.agencies.actions.sessions import SignInRefused, sign_in, sign_out
from apps.agencies.actions.tokens import issue_token, revoke_token, revoke_tokens

__all__ = [
    "LinkExpired",
    "SignInRefused",
    "change_password",
    "change_preferences",
    "change_user",
    "create_platform_administrator",
    "create_user",
    "deactivate_user",
    "issue_token",
    "link_is_valid",
    "reactivate_user",
    "request_password_reset",
    "reset_password",
    "revoke_token",
    "revoke_tokens",
    "send_password_link",
    "sign_in",
    "sign_out",
]

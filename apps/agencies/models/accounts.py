"""People and their keys to the API."""

import uuid
from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from apps.agencies.models.members import Agency
from apps.agencies.policy import Role, Scope, needs_passkey
from apps.core.ids import new_id

ROLES = [
    (Role.OFFICER.value, _("Officer")),
    (Role.ANALYST.value, _("Analyst")),
    (Role.LIAISON.value, _("Liaison officer")),
    (Role.AGENCY_ADMIN.value, _("Agency administrator")),
]


SCOPES = [(Scope.READ.value, _("Reads only")), (Scope.ALL.value, _("All that the account may"))]


class Accounts(BaseUserManager["User"]):
    """Looks accounts up by e-mail, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser):
    """An account: a person in one agency with one or several roles, or platform staff in none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token = models.IntegerField(
        unique=True, editable=False, db_default=models.Func(models.Value("agencies_user_token"), function="nextval")
    )
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="users")
    roles = ArrayField(models.CharField(max_length=16, choices=ROLES), default=list, blank=True)
    language = models.CharField(max_length=16, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("platform administrator"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    session_epoch = models.PositiveIntegerField(default=0, editable=False, db_default=0)

    objects: ClassVar[Accounts] = Accounts()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="agencies_user_email_once"),
            models.CheckConstraint(
                condition=models.Q(is_staff=False) | models.Q(agency__isnull=True, roles__len=0),
                name="agencies_staff_read_no_reports",
            ),
            models.CheckConstraint(
                condition=models.Q(roles__contained_by=[role.value for role in Role]), name="agencies_user_roles"
            ),
        ]

    def __str__(self) -> str:
        return f"account {self.id}"  # stands in admin logs and error mails: no address

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Platform administrators do everything that Django admin offers (it offers no content)."""
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff

    def needs_passkey(self) -> bool:
        """Whether no other second factor lets this account in."""
        return needs_passkey(roles=self.roles, staff=self.is_staff, asked=settings.PASSKEY_FOR)

    def get_session_auth_hash(self) -> str:
        """What a session must hold to be this account's: another password or another epoch ends it.

        So does it that the account needs a passkey from now on: nobody knows by what that session was opened.
        """
        return self._session_auth_hash()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under the secret keys of before."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_auth_hash(secret)

    def _session_auth_hash(self, secret: str | bytes | None = None) -> str:
        proof = f"{self.session_epoch}:{self.password}" + (":passkey" if self.needs_passkey() else "")
        return salted_hmac("agencies.session", proof, secret=secret, algorithm="sha256").hexdigest()


class ApiToken(models.Model):
    """An account's key to the API: random, shown once, stored as its SHA-256, expiring, revocable."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    hint = models.CharField(max_length=8, editable=False, help_text=_("Its last characters, to tell tokens apart."))
    scope = models.CharField(max_length=4, choices=SCOPES, default=Scope.ALL.value, db_default=Scope.ALL.value)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"…{self.hint}"

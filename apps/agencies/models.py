"""Agencies, jurisdictions, people, what agencies hold for a time, and API tokens."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.agencies.policy import FIRST_AGENCY, FIRST_OPERATION, FIRST_USER, AgencyKind, Role
from apps.core.ids import new_id
from apps.reference.models import Country

KINDS = [
    (AgencyKind.CUSTOMS.value, _("Customs")),
    (AgencyKind.POLICE.value, _("Police")),
    (AgencyKind.WILDLIFE.value, _("Wildlife authority (including CITES authorities)")),
    (AgencyKind.BORDER.value, _("Border agency")),
    (AgencyKind.POSTAL.value, _("Postal regulator")),
    (AgencyKind.JUSTICE.value, _("Justice")),
    (AgencyKind.FIU.value, _("Financial intelligence unit")),
    (AgencyKind.COORDINATION.value, _("Coordination office")),
    (AgencyKind.INTERNATIONAL.value, _("International body")),
    (AgencyKind.NGO.value, _("Non-governmental organisation")),
    (AgencyKind.PLATFORM.value, _("Online platform")),
    (AgencyKind.OTHER.value, _("Other")),
]
ROLES = [
    (Role.OFFICER.value, _("Officer")),
    (Role.ANALYST.value, _("Analyst")),
    (Role.LIAISON.value, _("Liaison officer")),
    (Role.AGENCY_ADMIN.value, _("Agency administrator")),
]
PARTS = [
    ("ORIGIN", _("Origin")),
    ("EXPORT", _("Export")),
    ("TRANSIT", _("Transit")),
    ("DESTINATION", _("Destination")),
    ("DISCOVERY", _("Discovery")),
]


class Agency(models.Model):
    """A member agency. Its duty contact is for administrators and coordinating bodies, never for lists."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    token = models.IntegerField(
        unique=True, editable=False, db_default=models.Func(models.Value("agencies_token"), function="nextval")
    )
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=KINDS)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, null=True, blank=True, related_name="agencies")
    law_enforcement = models.BooleanField(
        help_text=_("Decides who reads what is marked for law enforcement only, and who may file seizures.")
    )
    active = models.BooleanField(default=True)
    language = models.CharField(max_length=16, default="en")
    duty_name = models.CharField(_("duty contact"), max_length=120, blank=True)
    duty_email = models.EmailField(_("duty e-mail"), blank=True)
    duty_phone = models.CharField(_("duty telephone"), max_length=40, blank=True)

    class Meta:
        verbose_name_plural = "agencies"
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(token__gte=FIRST_AGENCY, token__lt=FIRST_OPERATION), name="agencies_agency_token"
            ),
            models.CheckConstraint(condition=models.Q(code__regex=r"^[A-Z][A-Z0-9-]*$"), name="agencies_agency_code"),
        ]

    def __str__(self) -> str:
        return self.code


class Jurisdiction(models.Model):
    """Which agency answers for a country in a part of the route. A change concerns new submissions only."""

    id = models.BigAutoField(primary_key=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="jurisdictions")
    part = models.CharField(max_length=16, choices=PARTS)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="jurisdictions")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["country", "part"], name="agencies_jurisdiction_one_contact"),
            models.CheckConstraint(condition=models.Q(part__in=[part for part, _ in PARTS]), name="agencies_part"),
        ]
        ordering: ClassVar = ["country_id", "part"]

    def __str__(self) -> str:
        return f"{self.country_id} {self.part}"


class HeldToken(models.Model):
    """What an agency holds for a time (an operation's token while it takes part); written from rooms above."""

    id = models.BigAutoField(primary_key=True)
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="held")
    token = models.IntegerField(validators=[MinValueValidator(FIRST_OPERATION)])
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(token__gte=FIRST_OPERATION, token__lt=FIRST_USER), name="agencies_held_operation"
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("since")),
                name="agencies_held_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.token}"


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


class ApiToken(models.Model):
    """An account's key to the API: random, shown once, stored as its SHA-256, expiring, revocable."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    hint = models.CharField(max_length=8, editable=False, help_text=_("Its last characters, to tell tokens apart."))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"…{self.hint}"


class IdempotencyKey(models.Model):
    """The answer that one account's POST got, kept 24 hours, written in the transaction of what it did."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    scope = models.BinaryField(max_length=32, help_text="SHA-256 of method, path and key.")
    body = models.BinaryField(max_length=32, help_text="SHA-256 of the request's body.")
    status = models.PositiveSmallIntegerField()
    answer = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "scope"], name="agencies_idempotency_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="agencies_idempotency_age")]

    def __str__(self) -> str:
        return str(self.id)

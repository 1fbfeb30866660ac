"""Agencies, the countries that they answer for, and what they hold for a time."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.policy import FIRST_AGENCY, FIRST_OPERATION, FIRST_USER, AgencyKind
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

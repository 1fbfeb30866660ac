"""Invitations to open an account."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.agencies.models.accounts import ROLES, User
from apps.agencies.models.members import Agency
from apps.agencies.policy import Role
from apps.agencies.states import InvitationState
from apps.core.ids import new_id


class Invitation(models.Model):
    """Somebody may open an account of an agency with these roles, or (without an agency) of the platform, by a link.

    The link's random word is made when its mail is written and kept as its SHA-256: who reads the table opens nothing.
    What ``platform`` administrators ask for takes two of them: alone, none lets anybody in.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=120)
    roles = ArrayField(models.CharField(max_length=16, choices=ROLES), default=list, blank=True)
    language = models.CharField(max_length=16, default="en")
    state = models.CharField(max_length=8, choices=InvitationState, default=InvitationState.OPEN, editable=False)
    digest = models.BinaryField(max_length=32, null=True, unique=True, editable=False)
    times_sent = models.PositiveSmallIntegerField(default=1, editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    platform = models.BooleanField(default=False, editable=False)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    account = models.OneToOneField(User, on_delete=models.PROTECT, null=True, related_name="invitation", editable=False)
    created_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "email"],
                condition=Q(state__in=["PROPOSED", "OPEN"]),
                nulls_distinct=False,
                name="agencies_invitation_live_once",
            ),
            models.CheckConstraint(
                condition=Q(platform=False, confirmed_by__isnull=True)
                | (Q(platform=True) & (~Q(state="OPEN") | Q(confirmed_by__isnull=False))),
                name="agencies_invitation_confirmed_before_open",
            ),
            models.CheckConstraint(
                condition=~Q(confirmed_by=models.F("invited_by")), name="agencies_invitation_two_people"
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="agencies_invitation_email"),
            models.CheckConstraint(
                condition=Q(agency__isnull=True, roles__len=0) | Q(agency__isnull=False, roles__len__gt=0),
                name="agencies_invitation_staff_or_roles",
            ),
            models.CheckConstraint(
                condition=Q(roles__contained_by=[role.value for role in Role]), name="agencies_invitation_roles"
            ),
            models.CheckConstraint(
                condition=Q(state="ACCEPTED", account__isnull=False) | (~Q(state="ACCEPTED") & Q(account__isnull=True)),
                name="agencies_invitation_accepted_has_account",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.id}"  # stands in admin logs and error mails: no address

"""Referrals, the actions taken on them, and what recipients ask to pass on."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q

from apps.agencies.models import Agency, User
from apps.core.ids import new_id
from apps.referrals.states import PassingState, ReferralState
from apps.reports.models import Report

if TYPE_CHECKING:
    from apps.agencies.policy import Actor


class Referrals(models.QuerySet["Referral"]):
    """Referrals, as somebody may see them."""

    def visible_to(self, actor: "Actor") -> Self:
        """The first wall: one's own agency's and those on one's own agency's reports, while the report is visible."""
        tokens = sorted(actor.tokens)
        theirs = Q(agency_id=actor.agency_id) | Q(originator_id=actor.agency_id)
        return self.filter(theirs, report__label__audience__overlap=tokens).exclude(
            report__label__withheld__overlap=tokens
        )


class Referral(models.Model):
    """One report × one agency, with its parts of the route."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="referrals", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    originator = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    parts = models.JSONField(help_text="[{part, country, share, seizure_opportunity}], see routing.RoutePart.")
    for_information = models.BooleanField()
    state = models.CharField(max_length=12, choices=ReferralState, default=ReferralState.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True, help_text="Why it is not for this agency.")
    outcome = models.TextField(blank=True)

    objects: ClassVar = Referrals.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "agency"], name="referrals_referral_one_per_agency"),
            models.CheckConstraint(
                condition=Q(for_information=True, due_at__isnull=True) | Q(for_information=False, due_at__isnull=False),
                name="referrals_referral_due_when_asked",
            ),
            models.CheckConstraint(
                condition=Q(for_information=False) | Q(state__in=["OPEN", "ACKNOWLEDGED", "CANCELLED"]),
                name="referrals_referral_information_states",
            ),
            models.CheckConstraint(condition=Q(state__in=ReferralState.values), name="referrals_referral_state"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "state", "-opened_at"], name="referrals_of_agency"),
            # Lists end with the id: an index without it makes PostgreSQL sort, and of a quarter of a million it sorts all.
            models.Index(fields=["agency", "-opened_at", "-id"], name="referrals_of_agency_newest"),
            models.Index(fields=["originator", "-opened_at", "-id"], name="referrals_of_originator_newest"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Action(models.Model):
    """Something the agency did about a referral."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="actions")
    kind = models.CharField(max_length=40)
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["at"]

    def __str__(self) -> str:
        return str(self.id)


class Passings(models.QuerySet["Passing"]):
    """What was asked to be passed on, as somebody may see it."""

    def visible_to(self, actor: "Actor") -> Self:
        """The first wall: what one's own agency asked, and what others asked of one's own agency's reports."""
        tokens = sorted(actor.tokens)
        theirs = Q(asked_by_id=actor.agency_id) | Q(originator_id=actor.agency_id)
        return self.filter(theirs, report__label__audience__overlap=tokens).exclude(
            report__label__withheld__overlap=tokens
        )


class Passing(models.Model):
    """A recipient's wish that one more agency of its country reads a report. Asked once for each, so that no answer can
    be watched changing; judged by the worker.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    originator = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_by = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=PassingState, default=PassingState.ASKED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    objects: ClassVar = Passings.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "asked_by", "agency"], name="referrals_passing_once"),
            models.CheckConstraint(condition=Q(state__in=PassingState.values), name="referrals_passing_state"),
            models.CheckConstraint(
                condition=Q(state="ASKED", answered_at__isnull=True)
                | (~Q(state="ASKED") & Q(answered_at__isnull=False)),
                name="referrals_passing_answered_has_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

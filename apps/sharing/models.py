"""Labels, the grants that explain them, and openings by break-glass."""

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from apps.agencies.models import Agency, User
from apps.core.ids import new_id
from apps.sharing.policy import FIRST_OPENING, Basis, Handling, Stage, Tlp
from apps.sharing.states import OpeningState

if TYPE_CHECKING:
    from apps.agencies.policy import Actor


def tokens_field(**options: object) -> "ArrayField[list[int], list[int]]":
    """An array of tokens (integers), empty by default."""
    return ArrayField(models.IntegerField(), default=list, **options)  # type: ignore[arg-type]


OPEN_FOR = timedelta(minutes=60)
NOBODY = models.Value([], output_field=ArrayField(models.IntegerField()))


class Labels(models.QuerySet["Label"]):
    """Labels, as somebody may see them."""

    def visible_to(self, actor: "Actor") -> Self:
        """The first wall: the same condition as the database's."""
        tokens = sorted(actor.tokens)
        return self.filter(audience__overlap=tokens).exclude(withheld__overlap=tokens)


class Label(models.Model):
    """The facts that decide who sees the thing that shares its id, and the decision."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    originator = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=12, choices=[(s.value, s.value) for s in Stage], default=Stage.DRAFT.value)
    tlp = models.CharField(max_length=12, choices=[(t.value, t.value) for t in Tlp], default=Tlp.AMBER.value)
    law_enforcement_only = models.BooleanField(default=True)
    handling = ArrayField(models.CharField(max_length=2, choices=[(h.value, h.value) for h in Handling]), default=list)
    handling_note = models.CharField(max_length=500, blank=True)
    named = tokens_field()
    withheld = tokens_field()
    passed_on = tokens_field()
    opened = tokens_field(db_default=NOBODY)
    operation = models.IntegerField(null=True)
    counterparts = models.JSONField(default=list, help_text="As resolved at submission; see routing.Counterpart.")
    unanswered = models.JSONField(
        default=dict, db_default={}, help_text="Parts of the route that no other agency answers for: {own, unreached}."
    )
    audience = tokens_field()
    position = models.UUIDField(
        unique=True, help_text="UUIDv7 of the draft's making, replaced by that of its submission."
    )
    search = SearchVectorField(null=True)

    objects: ClassVar = Labels.as_manager()

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["audience", "search"], name="sharing_label_audience_search"),
            # What has no grants or no words: an agency lists its own drafts, and finds them by their titles.
            models.Index(
                "originator",
                models.F("position").desc(),
                condition=~models.Q(stage=Stage.SHARED.value),
                name="sharing_label_unshared",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(stage__in=[stage.value for stage in Stage]), name="sharing_label_stage"
            ),
            models.CheckConstraint(condition=models.Q(tlp__in=[tlp.value for tlp in Tlp]), name="sharing_label_tlp"),
            models.CheckConstraint(
                condition=~models.Q(named__overlap=models.F("withheld")), name="sharing_label_named_or_withheld"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Grant(models.Model):
    """Why a token is in a label's audience, since when and until when. Revoked, never deleted (but with its draft)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="grants")
    # Neither agency is asked by, and an index more is sixty entries more in each submission.
    originator = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    token = models.IntegerField()
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        to_field="token",
        db_column="agency_token",
        related_name="+",
        db_index=False,
    )
    basis = models.CharField(max_length=24, choices=[(b.value, b.value) for b in Basis])
    position = models.UUIDField()
    since = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                "token",
                models.F("position").desc(),
                condition=models.Q(revoked_at__isnull=True),
                name="sharing_grant_reader",
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["label", "token", "basis"],
                condition=models.Q(revoked_at__isnull=True),
                name="sharing_grant_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Opening(models.Model):
    """One report for one platform administrator for 60 minutes. Its token is held on that report's page and nowhere else.

    What the two people did never changes: the web role may write no column but those of the state.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    token = models.IntegerField(
        unique=True, editable=False, db_default=models.Func(models.Value("sharing_opening_token"), function="nextval")
    )
    reference = models.CharField(
        max_length=20, help_text="As it was asked for; whether there is one, the worker finds."
    )
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=12, choices=OpeningState, default=OpeningState.ASKED)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True, help_text="By the database's clock, as is the end.")
    until = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    label = models.ForeignKey(Label, on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(token__gte=FIRST_OPENING), name="sharing_opening_own_token"),
            models.CheckConstraint(condition=models.Q(state__in=OpeningState.values), name="sharing_opening_state"),
            models.CheckConstraint(
                condition=~models.Q(approved_by=models.F("asked_by")), name="sharing_opening_two_people"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["ASKED", "REFUSED"], approved_by__isnull=True, until__isnull=True)
                | models.Q(
                    state__in=["APPROVED", "OPEN", "ENDED"],
                    approved_by__isnull=False,
                    until__isnull=False,
                    until__lte=models.F("approved_at") + OPEN_FOR,
                ),
                name="sharing_opening_sixty_minutes",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="OPEN") | models.Q(label__isnull=False, owner__isnull=False),
                name="sharing_opening_opens_something",
            ),
            models.UniqueConstraint(
                fields=["asked_by", "reference"],
                condition=models.Q(state__in=["ASKED", "APPROVED", "OPEN"]),
                name="sharing_opening_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

"""Reports, their specimens and the stops of their routes."""

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q

from apps.core.ids import new_id
from apps.reference.models import Country, SpecimenTerm, Taxon, Unit
from apps.reports.states import Precision, Qualifier, ReportKind, ReportState
from apps.sharing.models import Label
from apps.sharing.routing import Part

if TYPE_CHECKING:
    from apps.agencies.policy import Actor

ROUTE_PARTS = [(part.value, part.value) for part in (Part.ORIGIN, Part.EXPORT, Part.TRANSIT, Part.DESTINATION)]


class Reports(models.QuerySet["Report"]):
    """Reports, as somebody may see them."""

    def visible_to(self, actor: "Actor") -> Self:
        """The first wall: the label's condition, joined once."""
        tokens = sorted(actor.tokens)
        return self.filter(Q(label__audience__overlap=tokens) & ~Q(label__withheld__overlap=tokens))


class Report(models.Model):
    """One report. Text is as written; dates keep their precision as a first and last day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    label = models.OneToOneField(Label, on_delete=models.CASCADE, related_name="report")
    kind = models.CharField(max_length=24, choices=ReportKind)
    state = models.CharField(max_length=12, choices=ReportState, default=ReportState.DRAFT)
    reference = models.CharField(max_length=20, null=True, unique=True)  # noqa: DJ001 - a draft has none, and none twice
    case_number = models.CharField(max_length=64, blank=True, help_text="The agency's own, free of form.")
    title = models.CharField(max_length=300, blank=True)
    narrative = models.TextField(
        blank=True, help_text="In clear; empty where it is sealed (queries.narrative reads it)."
    )
    narrative_sealed = models.BinaryField(
        null=True, help_text="Under RED: sealed by the report's own key (apps.vault)."
    )
    narrative_destroyed_at = models.DateTimeField(null=True, help_text="At the end of its retention.")
    occurred_from = models.DateField(null=True)
    occurred_until = models.DateField(null=True)
    precision = models.CharField(max_length=8, choices=Precision, blank=True)
    place_name = models.CharField(max_length=200, blank=True)
    place_country = models.ForeignKey(Country, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar = Reports.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=models.F("label_id")), name="reports_report_shares_its_labels_id"),
            models.CheckConstraint(
                condition=Q(state="DRAFT", reference__isnull=True, submitted_at__isnull=True)
                | (~Q(state="DRAFT") & Q(reference__isnull=False, submitted_at__isnull=False)),
                name="reports_report_reference_from_submission",
            ),
            models.CheckConstraint(
                condition=Q(occurred_from__isnull=True, occurred_until__isnull=True, precision="")
                | Q(occurred_from__lte=models.F("occurred_until"), precision__in=Precision.values),
                name="reports_report_date_in_order",
            ),
            models.CheckConstraint(
                condition=Q(narrative_sealed__isnull=True, narrative_destroyed_at__isnull=True)
                | Q(narrative="", narrative_sealed__isnull=True)
                | Q(narrative="", narrative_destroyed_at__isnull=True),
                name="reports_report_narrative_once",
            ),
        ]

    def __str__(self) -> str:
        return self.reference or str(self.id)


class SeizedItem(models.Model):
    """One line of specimens: the quantity in the unit reported, a mass also in grams."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="items")
    line = models.PositiveSmallIntegerField()
    taxon = models.ForeignKey(Taxon, on_delete=models.PROTECT, null=True, related_name="+")
    taxon_reported = models.CharField(
        max_length=120, blank=True, help_text="The words used, where they are not its name."
    )
    term = models.ForeignKey(SpecimenTerm, on_delete=models.PROTECT, null=True, related_name="+")
    quantity = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    qualifier = models.CharField(max_length=8, choices=Qualifier, default=Qualifier.EXACT)
    grams = models.DecimalField(max_digits=26, decimal_places=6, null=True)

    class Meta:
        ordering: ClassVar = ["line"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "line"], name="reports_item_line"),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | Q(quantity__gte=0), name="reports_item_quantity"
            ),
            models.CheckConstraint(
                condition=~Q(qualifier="UNKNOWN") | Q(quantity__isnull=True), name="reports_item_unknown_has_no_amount"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class RouteStop(models.Model):
    """A country of the route and the part it played."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="stops")
    line = models.PositiveSmallIntegerField()
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=12, choices=ROUTE_PARTS)
    place = models.CharField(max_length=200, blank=True)
    share = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    seizure_opportunity = models.BooleanField(null=True)

    class Meta:
        ordering: ClassVar = ["line"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "line"], name="reports_stop_line"),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gte=Decimal(0), share__lte=Decimal(1), part="ORIGIN"),
                name="reports_stop_share",
            ),
            models.CheckConstraint(
                condition=Q(seizure_opportunity__isnull=True) | Q(part="TRANSIT"), name="reports_stop_opportunity"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

"""What happens here when an opening by break-glass is approved. Runs in the worker."""

from apps.core.clock import now as clock
from apps.reports.models import Report
from apps.sharing.actions import grant_opening
from apps.sharing.events import OpeningApproved
from apps.sharing.queries import reference_asked_for


def find_what_is_opened(event: OpeningApproved) -> None:
    """Find the report of the reference that was asked for and let the opening in to it; to nothing where there is none."""
    reference = reference_asked_for(opening_id=event.opening_id)
    label_id = Report.objects.filter(reference=reference).values_list("label_id", flat=True).first()
    grant_opening(opening_id=event.opening_id, label_id=label_id, now=clock())

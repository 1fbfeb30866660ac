"""What the schema says of each door of reports."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer

from apps.agencies.edge.described import KEY, PAGING, answers, parameter
from apps.reports.api import schema
from apps.reports.policy.filters import PARTS, STATES
from apps.reports.policy.reading import KINDS

Operation = dict[str, Any]
TAGS = ["reports"]
FILTERS = [
    parameter(
        "q",
        "Words of the reference, the title, the text, the specimens, places or countries; titles of drafts; own case numbers. "
        "Quotation marks keep words together, a minus leaves a word out, `or` gives a choice.",
    ),
    parameter("country", "On the route, or where it was found: ISO 3166-1 alpha-2, XX, XV, XF …"),
    parameter("part", "The part that `country`, or any, played.", enum=PARTS),
    parameter(
        "taxon", "Scientific name, or a synonym of it; of a genus, family, order or class, with all its members."
    ),
    parameter("kind", "The kind of report.", enum=KINDS),
    parameter("originator", "Code of an agency."),
    parameter("state", "Where it stands.", enum=STATES),
    parameter("since", "Submitted (a draft: made) on this day or later; a day in UTC or a time with its zone."),
    parameter("until", "Submitted (a draft: made) on this day or earlier; a day in UTC or a time with its zone."),
]


def _operation(name: str, summary: str, responses: dict[Any, Any], **more: Any) -> Operation:
    return {"operation_id": name, "summary": summary, "tags": TAGS, "responses": responses, **more}


LIST = _operation(
    "list_reports",
    "What you may see, newest first",
    answers(200, schema.ReportPage, 400),
    parameters=[*FILTERS, *PAGING],
)
SEARCH = _operation(
    "search_reports",
    "The same list, searched without a trace in addresses",
    answers(200, schema.ReportPage, 400, 403, 415),
    request=schema.ReportFilters,
    parameters=PAGING[:1],
)
CREATE = _operation(
    "draft_report",
    "File a draft",
    answers(201, schema.Report, 400, 403, 409, 413, 415, 422),
    request=schema.ReportContent,
    parameters=[KEY],
)
PREVIEW = _operation(
    "preview_report",
    "Who would be told, who not, and why",
    answers(200, schema.Audience, 400, 403, 415),
    request=PolymorphicProxySerializer("PreviewOf", [schema.ReportContent, schema.StoredDraft], None),
)
MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=(
        "The `ETag` that was read with the report: nothing is done, and 412 says what it is now, where it has changed since. "
        "`*` stands for whatever it is. Without it a draft is changed field by field."
    ),
)
READ = _operation("read_report", "A report", answers(200, schema.Report))
CHANGE = _operation(
    "change_draft",
    "Change a draft: the fields that are sent; `items` and `route` whole",
    answers(200, schema.Report, 400, 403, 409, 412, 415),
    request=schema.ReportContent(partial=True),
    parameters=[MATCH],
)
DELETE = _operation("delete_draft", "Delete a draft", answers(204, None, 400, 403, 409, 412), parameters=[MATCH])
AUDIENCE = _operation(
    "report_audience",
    "Who was told and why; of your own draft, who would be",
    answers(200, schema.Audience, 400, 403),
)
SUBMIT = _operation(
    "submit_report",
    "Submit a draft: it gets its reference and its audience",
    answers(200, schema.ReportMoved, 400, 403, 409, 412, 422),
    request=None,
    parameters=[KEY, MATCH],
)
WITHDRAW = _operation(
    "withdraw_report",
    "Withdraw a report: its readers are told that it was withdrawn, and no more",
    answers(200, schema.ReportMoved, 400, 403, 409, 412, 422),
    request=None,
    parameters=[KEY, MATCH],
)
COPY = _operation(
    "copy_report",
    "Make a draft from a report of your agency",
    answers(201, schema.Report, 400, 403, 409, 412, 422),
    request=None,
    parameters=[KEY, MATCH],
)

"""What the schema says of reports. Serializers describe here; `reports.policy.read` reads and judges."""

from typing import Any

from rest_framework import serializers

from apps.reports.policy.dates import PRECISIONS
from apps.reports.policy.filters import PARTS, STATES
from apps.reports.policy.reading import KINDS, QUALIFIERS
from apps.sharing.policy import Basis, Handling, Reason, Tlp
from apps.sharing.routing import Part

ROUTE_PARTS = tuple(part for part in PARTS if part != "DISCOVERY")
TLP = [tlp.value for tlp in Tlp]
Out = serializers.Serializer[Any]
COUNTRY = "ISO 3166-1 alpha-2, or XX, XV, XF …; or a name that means one country."


class Occurred(Out):
    """When, as precisely as is known: 2019-01-16, 2019-01 or 2019; a week by one of its days, a range with `until`."""

    date = serializers.CharField()
    precision = serializers.ChoiceField(PRECISIONS, default="DAY")
    until = serializers.CharField(required=False, help_text="The last day of a RANGE.")


class Place(Out):
    """Where it was found."""

    name = serializers.CharField(max_length=200, required=False)
    country = serializers.CharField(max_length=120, required=False, help_text=COUNTRY)


class Specimen(Out):
    """One line of specimens."""

    taxon = serializers.CharField(
        max_length=120, required=False, help_text="Scientific name, a synonym, or its common name."
    )
    term = serializers.CharField(
        max_length=120, required=False, help_text="Code of CITES' terms (SCA), or its name (scales)."
    )
    quantity = serializers.CharField(
        required=False, allow_null=True, help_text="A plain decimal (1000.5) in the unit reported, above 0."
    )
    unit = serializers.CharField(
        max_length=120, required=False, help_text="Code of CITES' units (KGM), or a symbol (kg)."
    )
    qualifier = serializers.ChoiceField(QUALIFIERS, default="EXACT")


class SpecimenShown(Specimen):
    """One line of specimens, with the words used where they were not the name, and a mass in grams."""

    taxon_reported = serializers.CharField()
    grams = serializers.CharField(allow_null=True)


class RouteStop(Out):
    """A country of the route and the part it played; where the goods were found is derived from `place.country`."""

    country = serializers.CharField(max_length=120, help_text=COUNTRY)
    part = serializers.ChoiceField(ROUTE_PARTS)
    place = serializers.CharField(max_length=200, required=False)
    share = serializers.CharField(required=False, allow_null=True, help_text="Above 0 and at most 1, of an ORIGIN.")
    seizure_opportunity = serializers.BooleanField(required=False, allow_null=True, help_text="Of a TRANSIT.")


class ReportContent(Out):
    """What is filed. A draft accepts what is still missing and refuses what can never be right."""

    kind = serializers.ChoiceField(KINDS)
    title = serializers.CharField(max_length=300, required=False)
    narrative = serializers.CharField(required=False, help_text="100 kB at most.")
    case_number = serializers.CharField(max_length=64, required=False, help_text="The agency's own.")
    tlp = serializers.ChoiceField(TLP, default="AMBER")
    law_enforcement_only = serializers.BooleanField(default=True)
    handling = serializers.ListField(
        child=serializers.ChoiceField([code.value for code in Handling]),
        required=False,
        help_text="Where it is not sent: H2 of OPERATIONAL_INTELLIGENCE, none of the other kinds. `[]` is none.",
    )
    handling_note = serializers.CharField(max_length=500, required=False, help_text="What H3 stands for.")
    named = serializers.ListField(child=serializers.CharField(), required=False, help_text="Codes of agencies.")
    withheld_from = serializers.ListField(child=serializers.CharField(), required=False, help_text="Codes of agencies.")
    occurred = Occurred(required=False, allow_null=True)
    place = Place(required=False, allow_null=True)
    items = Specimen(many=True, required=False)
    route = RouteStop(many=True, required=False)


class ReportMoved(Out):
    """Where a report stands."""

    id = serializers.UUIDField()
    reference = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(STATES)
    created_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class Report(ReportMoved, ReportContent):
    """The same keys for every reader.

    `author`, `named` and `withheld_from` are filled for the originator alone. Of a withdrawn report everybody else is
    told its id, reference, state and when: the other values are null or empty.
    """

    originator = serializers.CharField(allow_null=True, help_text="Code of an agency.")
    author = serializers.CharField(allow_null=True)
    kind = serializers.ChoiceField(KINDS, allow_null=True)
    tlp = serializers.ChoiceField(TLP, allow_null=True)
    law_enforcement_only = serializers.BooleanField(allow_null=True)
    items = SpecimenShown(many=True)
    narrative_destroyed_at = serializers.DateTimeField(
        allow_null=True, help_text="When the narrative was destroyed, at the end of its retention."
    )


class ReportRowPlace(Out):
    """In which country it was found."""

    country = serializers.CharField()


class ReportRow(Out):
    """A report in a list."""

    id = serializers.UUIDField()
    reference = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(STATES)
    kind = serializers.ChoiceField(KINDS, allow_null=True)
    originator = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    tlp = serializers.ChoiceField(TLP, allow_null=True)
    handling = serializers.ListField(child=serializers.CharField())
    occurred = Occurred(allow_null=True)
    place = ReportRowPlace()
    submitted_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class ReportPage(Out):
    """A page of reports, newest first: by their submission, drafts by their making."""

    results = ReportRow(many=True)
    next = serializers.URLField(allow_null=True)


class ReportFilters(Out):
    """What is searched for; all of it has to hold."""

    q = serializers.CharField(required=False)
    country = serializers.CharField(required=False)
    part = serializers.ChoiceField(PARTS, required=False)
    taxon = serializers.CharField(required=False)
    kind = serializers.ChoiceField(KINDS, required=False)
    originator = serializers.CharField(required=False)
    state = serializers.ChoiceField(STATES, required=False)
    since = serializers.CharField(required=False)
    until = serializers.CharField(required=False)
    limit = serializers.IntegerField(required=False)


class Told(Out):
    """Somebody in the audience; `agency` is null where it is every member or every law-enforcement member."""

    agency = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    basis = serializers.ChoiceField([basis.value for basis in Basis])
    sentence = serializers.CharField()
    told = serializers.BooleanField(help_text="Whether it gets a referral.")
    for_information = serializers.BooleanField()
    parts = serializers.ListField(child=serializers.ChoiceField([part.value for part in Part]))
    ask = serializers.CharField()
    nobody_cleared = serializers.BooleanField(help_text="In a preview: nobody there has the clearance to read it now.")


class LeftOut(Out):
    """An agency that the report speaks of and that is told nothing."""

    agency = serializers.CharField()
    name = serializers.CharField()
    reason = serializers.ChoiceField([reason.value for reason in Reason])
    sentence = serializers.CharField()
    why = serializers.CharField(help_text="The parts of the route that it would have answered for.")


class PartTold(Out):
    """A part of the route that nobody else answers for."""

    country = serializers.CharField()
    part = serializers.ChoiceField([part.value for part in Part])
    sentence = serializers.CharField()


class Audience(Out):
    """Who is told and who not, and why: all of it to the originator; to others themselves and the originator."""

    audience = Told(many=True)
    left_out = LeftOut(many=True)
    own = PartTold(many=True)
    unreached = PartTold(many=True)


class StoredDraft(Out):
    """A stored draft."""

    report = serializers.UUIDField()

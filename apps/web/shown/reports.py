"""A report in words: its title, what was seized, its route."""

from django.utils.translation import gettext

from apps.reference.queries import label_in
from apps.reports.models import Report, RouteStop, SeizedItem
from apps.reports.states import ReportKind, ReportState
from apps.sharing.routing import Part
from apps.sharing.sentences import percent
from apps.web.shown.amounts import amount, mass
from apps.web.shown.times import moment, occurred
from apps.web.shown.words import Shown, joined

TONES = {ReportState.DRAFT: "blue", ReportState.SUBMITTED: "green", ReportState.WITHDRAWN: "grey"}


def title_of(report: Report, place: str) -> str:
    """Its title; where nobody gave one, its kind, place and date. ``place`` is the country's label, or empty."""
    return titled(title=report.title, kind=report.kind, place=place, when=occurred(report))


def titled(*, title: str, kind: str, place: str, when: str) -> str:
    """A title as given, or else ``Seizure: Singapore, 4 March 2019``."""
    word, facts = str(ReportKind(kind).label), ", ".join(filter(None, [place, when]))
    return title or (gettext("%(kind)s: %(facts)s") % {"kind": word, "facts": facts} if facts else word)


def state_tag(report: Report) -> Shown:
    """Where it stands, on a colour."""
    state = ReportState(report.state)
    return {"label": state.label, "tone": TONES[state]}


def specimen(item: SeizedItem, language: str) -> Shown:
    """One line of specimens: taxon, term, the amount as reported, and its mass."""
    return {
        "taxon": item.taxon.name if item.taxon else "",
        "common": _common(item, language),
        "reported": item.taxon_reported,
        "term": label_in(item.term, language) if item.term else "",
        "amount": amount(item, language),
        "mass": mass(item),
    }


def _common(item: SeizedItem, language: str) -> str:
    common = label_in(item.taxon, language) if item.taxon else ""
    return "" if item.taxon and common == item.taxon.name else common


def stop(stop: RouteStop, language: str) -> Shown:
    """A stop of the route strip."""
    return {
        "part": stop.part,
        "country": label_in(stop.country, language),
        "place": stop.place,
        "detail": _detail(stop),
    }


def _detail(stop: RouteStop) -> str:
    if stop.part == Part.ORIGIN and stop.share is not None:
        return f"{percent(stop.share)} %"
    if stop.part != Part.TRANSIT:
        return ""
    if stop.seizure_opportunity is None:
        return gettext("custody not known")
    return gettext("goods in its custody") if stop.seizure_opportunity else gettext("goods not in its custody")


def facts_line(report: Report, place: str) -> str:
    """Kind, place and date in one line."""
    where = ", ".join(filter(None, [report.place_name, place]))
    return joined([str(ReportKind(report.kind).label), where, occurred(report)])


def fact_card(report: Report, place: str) -> Shown:
    """The facts of a report as a summary card; what was not given is left out."""
    rows = [
        (gettext("Reference"), report.reference),
        (gettext("Kind"), str(ReportKind(report.kind).label)),
        (gettext("When"), occurred(report)),
        (gettext("Where"), ", ".join(filter(None, [report.place_name, place]))),
        (gettext("From"), report.label.originator.name),
        (gettext("Case number"), report.case_number),
        (gettext("Sent"), moment(report.submitted_at) if report.submitted_at else ""),
        (gettext("Withdrawn"), moment(report.withdrawn_at) if report.withdrawn_at else ""),
    ]
    return {"title": gettext("The report"), "rows": [{"key": key, "value": value} for key, value in rows if value]}

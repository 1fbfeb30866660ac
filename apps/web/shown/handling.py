"""The handling banner, and what its words mean."""

from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.sharing.models import Label
from apps.sharing.policy import Handling, Tlp, narrowest
from apps.sharing.sentences import TLPS
from apps.web.shown.words import Shown

HANDLING = {
    Handling.H1: _("Never as evidence in judicial proceedings without the originator's consent."),
    Handling.H2: _("Not to be passed on to anybody without the originator's consent."),
    Handling.H3: _("A restriction in the originator's own words."),
}
LAW_ENFORCEMENT_ONLY = _("Law enforcement only")


def banner(label: Label) -> Shown:
    """The banner of one report: its colour, its codes, its sentence, and the originator's own restriction in full."""
    codes = [str(LAW_ENFORCEMENT_ONLY)] if label.law_enforcement_only else []
    sentence = gettext(TLPS[Tlp(label.tlp)])
    note = f"{Handling.H3}: {label.handling_note}" if label.handling_note else ""
    return {"tlp": label.tlp, "codes": [*codes, *label.handling], "sentence": " ".join(filter(None, [sentence, note]))}


def of_many(labels: Iterable[Label]) -> Shown | None:
    """The banner of a page made of several reports: at least as restricted as each of them."""
    return strictest(label.tlp for label in labels)


def strictest(tlps: Iterable[str | None]) -> Shown | None:
    """The banner of the most restricted of these markings; none where there is none."""
    given = {tlp for tlp in tlps if tlp}
    found = narrowest(map(Tlp, given)).value if given else None
    return (
        {"tlp": found, "sentence": gettext("The most restricted report on this page is marked so.")} if found else None
    )


def words(label: Label) -> list[Shown]:
    """Everything that the label says, a line each, with what it means."""
    lines = [{"text": tlp_word(label.tlp), "detail": gettext(TLPS[Tlp(label.tlp)])}]
    if label.law_enforcement_only:
        detail = gettext("Agencies that are not law enforcement read it only where they are named.")
        lines.append({"text": str(LAW_ENFORCEMENT_ONLY), "detail": detail})
    for code in label.handling:
        own = label.handling_note if code == Handling.H3 else ""
        lines.append({"text": code, "detail": own or str(HANDLING[Handling(code)])})
    return lines


def tlp_word(tlp: str) -> str:
    """``TLP:AMBER+STRICT``: as FIRST writes it, in every language."""
    return f"TLP:{'AMBER+STRICT' if tlp == Tlp.AMBER_STRICT else tlp}"

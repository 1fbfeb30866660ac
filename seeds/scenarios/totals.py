"""Totals of an operation or a period, and figures told of others' seizures: analysis reports by WCO.

The figures are those of the sources to the last decimal, and what the texts leave open is said, not decided. Published
totals are CLEAR: every member sees them. A total is no seizure; no figure of one report is part of a sum in another.
"""

from seeds.reference import rows, type_row
from seeds.scenarios.cases import COORDINATOR, place, seized, told
from seeds.scenarios.filing import Filing, headline, item, type_data

PUBLISHED = {"kind": "ANALYSIS", "tlp": "CLEAR", "law_enforcement_only": False}
BRIEFING = "Source: China Customs, briefing of 25 April 2019."
NOTE = "Source: UNODC, note of 29 November 2019."


def totals() -> list[Filing]:
    """The year to 25 April, the two operations, and the seizures that the founding texts speak of in one figure."""
    return [*_year_to_date(), _presedio(), _thunderball(), *_as_told(), _other_figures()]


def _lines(group: str) -> list[type_row]:
    return [row for row in rows("known_seizures") if row["seizure_group"] == group]


def _published(case_number: str, title: str, paragraphs: list[str], items: list[type_data], **more: object) -> Filing:
    data = {**PUBLISHED, "case_number": case_number, "title": title, "narrative": "\n".join(paragraphs), "items": items}
    return Filing(COORDINATOR, data | more)


def _year_to_date() -> list[Filing]:
    """Two reports, since the ivory is part of all products and must not be added to them."""
    ivory, everything = _lines("CN-2019YTD")
    when = {"date": "2019-01-01", "until": "2019-04-25", "precision": "RANGE"}
    cases = "182 investigations, 53 of them of ivory; 27 syndicates; 171 arrests."
    case = "One case of the period: 7.48 t of ivory on 30 March 2019, on the spot; a record of recent years."
    syndicate = "The briefing says that an international syndicate was destroyed by it."
    return [
        _published(
            "CN-2019YTD",
            "China Customs, 1 January to 25 April 2019: 500.5 t of products of endangered species",
            [cases, "500.5 t of products, of which 8.48 t are ivory (a report of its own: do not add it).", BRIEFING],
            [seized(everything)],
            occurred=when,
        ),
        _published(
            "CN-2019YTD-IVORY",
            "China Customs, 1 January to 25 April 2019: 8.48 t of ivory",
            [
                "53 investigations of ivory. The 8.48 t are part of the 500.5 t of all products.",
                "The text says ivory; it does not tell raw from worked, which the line's term does.",
                f"{case} {syndicate}",
                BRIEFING,
            ],
            [seized(ivory)],
            occurred=when,
        ),
    ]


def _presedio() -> Filing:
    lines = _lines("OP-PRESEDIO")
    return _published(
        "OP-PRESEDIO",
        "Operation Presedio (WCO: PRAESIDIO), 4 February to 3 March 2019: totals",
        [
            "Organised by WCO and INTERPOL with agencies of 26 countries and regions of Africa and Asia.",
            "3,791.6 kg of ivory, 895.64 kg of pangolin, 43.07 kg of rhinoceros horn, 29,286 kg of endangered timber.",
            "The briefing spells it Presedio and WCO PRAESIDIO; both names are kept.",
            (
                "Left open by the text: whether China is one of the 26, and whether the totals are those of all that took"
                " part or of China Customs alone. Neither is asserted here."
            ),
            (
                "Left open as well: whether the pangolin was scales or bodies, the ivory raw or worked, and the taxa of the"
                " timber. The lines have the terms of the collected file."
            ),
            *told(lines),
        ],
        [seized(line) for line in lines],
        occurred={"date": "2019-02-04", "until": "2019-03-03", "precision": "RANGE"},
        place={"name": place(lines[0]), "country": ""},
    )


def _thunderball() -> Filing:
    lines = _lines("OP-THUNDERBALL")
    return _published(
        "OP-THUNDERBALL",
        "Operation Thunderball, June 2019: totals",
        [
            (
                "Organised by WCO and INTERPOL. The briefings say more than 100 countries; the public figure is 109, and"
                " 1,828 seizures. The debrief was held in Shenzhen on 25 November 2019."
            ),
            '"Almost 600 suspects identified" and "582 arrested" are two definitions, not two counts of one thing.',
            (
                "Left open by the text: whether the 440 tusks have a weight within the 545 kg of other ivory; it is told as"
                " beside them. The reptiles are told beside the turtles and tortoises."
            ),
            *told(lines),
        ],
        [seized(line) for line in lines],
        occurred={"date": "2019-06-04", "until": "2019-06-30", "precision": "RANGE"},
        place={"name": place(lines[0]), "country": ""},
    )


def _as_told() -> list[Filing]:
    """Seizures that a customs agency has filed itself, in the figures of the founding texts: reconcile, do not add."""
    return [
        _told(
            "BRIEFING-HK-2019-01",
            "HK",
            [item("Elephantidae", "TUS", "2070", "KGM"), item("Manis spp.", "SCA", "8268", "KGM")],
            {"date": "2019-01", "precision": "MONTH"},
            "Hong Kong SAR with Mainland and other customs: 2.07 t of ivory and 8.268 t of pangolin scales. Hong Kong's"
            " own release gives about 2,100 and about 8,300 kg: one seizure reported twice with different figures.",
            BRIEFING,
        ),
        _told(
            "NOTE-SG-2019-04",
            "SG",
            [item("Manis spp.", "SCA", "25000", "KGM", "AT_LEAST")],
            {"date": "2019-04", "precision": "MONTH"},
            "Singapore, April 2019: more than 25 t of pangolin scales. A lower bound, and no word on how many seizures.",
            NOTE,
        ),
        _told(
            "NOTE-VN-2019-03",
            "VN",
            [item("Elephantidae", "TUS", "9000", "KGM", "AT_LEAST")],
            {"date": "2019-03", "precision": "MONTH"},
            "Viet Nam, March 2019: more than 9 t of ivory. A lower bound.",
            NOTE,
        ),
    ]


def _told(case_number: str, country: str, items: list[type_data], when: type_data, text: str, source: str) -> Filing:
    paragraphs = [text, "To the agency of the place: is this what you have filed yourself, and which report?", source]
    title = f"{headline(items)}: a figure to reconcile"
    where = {"name": "", "country": country}
    return _published(case_number, title, paragraphs, items, occurred=when, place=where, named=[f"{country}-CUSTOMS"])


def _other_figures() -> Filing:
    """What has no amount: counts that stand in words until the product has a place for them."""
    return _published(
        "BRIEFING-2019-04-25",
        "Other figures of the founding texts, 2018 and 2019",
        [
            "Suspects repatriated from Africa in the 18 months to April 2019: 3.",
            (
                "Posters and videos with WWF and WildAid, shown on the internet, at international airports and at railway"
                " stations; press conference on 15 April 2019."
            ),
            (
                "Exchanges of customs officers: with WWF in March 2019; with IFAW in May 2019 (China, Hong Kong SAR and"
                " Viet Nam Customs)."
            ),
            BRIEFING,
        ],
        [],
        occurred={"date": "2019-04-25", "precision": "DAY"},
    )

"""Intelligence and analysis by the partners of the cast, on the routes of the public cases.

All of it is invented, and names no person, company or document. Platforms file nothing (DESIGN §5): Tencent is named.
"""

from seeds.scenarios.filing import Filing, type_data

INTELLIGENCE = {"kind": "OPERATIONAL_INTELLIGENCE"}
ANALYSIS = {"kind": "ANALYSIS"}
INVENTED = "Invented for the demonstration."


def stop(country: str, part: str, **more: object) -> type_data:
    """One stop of a route."""
    return {"country": country, "part": part, **more}


def _month(words: str) -> type_data:
    return {"date": words, "precision": "MONTH"}


IVORY: list[tuple[str, type_data]] = [
    (
        "WWF",
        INTELLIGENCE
        | {
            "case_number": "WWF-EA-2019-03",
            "title": "Tusks gathered inland and brought to Mombasa ahead of sailings",
            "narrative": "Three conversations in one month, in different places and without knowledge of each other,"
            " speak of tusks collected in small lots, kept for weeks and moved to the port in the days before a"
            f" sailing. Two thirds are said to come from Kenya, the rest from Uganda. {INVENTED}",
            "occurred": _month("2019-03"),
            "route": [
                stop("KE", "ORIGIN", share="0.65"),
                stop("UG", "ORIGIN", share="0.35"),
                stop("KE", "EXPORT", place="Mombasa"),
                stop("MY", "TRANSIT", seizure_opportunity=False),
                stop("VN", "DESTINATION"),
            ],
        },
    ),
    (
        "WILDAID",
        INTELLIGENCE
        | {
            "case_number": "WA-ONLINE-2019-04",
            "title": "Offers of worked ivory that name Mombasa as the place of dispatch",
            "narrative": "A family of offers with the same pictures, moved from one online shop to the next as each"
            " is closed. Small parcels, sent through Hong Kong; the buyer is asked to name another kind of goods."
            f" {INVENTED}",
            "named": ["TENCENT", "CN-POST"],
            "occurred": _month("2019-04"),
            "route": [
                stop("KE", "EXPORT", place="Mombasa"),
                stop("HK", "TRANSIT", seizure_opportunity=True),
                stop("CN", "DESTINATION"),
            ],
        },
    ),
    (
        "IFAW",
        INTELLIGENCE
        | {
            "case_number": "IFAW-TIMBER-2019-02",
            "title": "Timber as cover for ivory on the road from the Congo basin to the coast",
            "narrative": "Logs are sawn lengthwise, hollowed, filled and closed with wax. The loads cross Uganda and"
            f" are sealed for transit through Kenya, where nobody is said to have opened them. {INVENTED}",
            "occurred": _month("2019-02"),
            "route": [
                stop("CD", "ORIGIN"),
                stop("UG", "EXPORT"),
                stop("KE", "TRANSIT", seizure_opportunity=False),
                stop("SG", "TRANSIT", seizure_opportunity=True),
                stop("CN", "DESTINATION"),
            ],
        },
    ),
]


HORN: list[tuple[str, type_data]] = [
    (
        "IFAW",
        INTELLIGENCE
        | {
            "case_number": "IFAW-HORN-2019-02",
            "title": "Rhinoceros horn carried by air passengers who change planes in Nairobi",
            "narrative": "Horn from Namibia and South Africa, cut into pieces and cast in plaster. The couriers travel"
            " in pairs, change planes in Nairobi and again in the Gulf, and take the same flights every third"
            f" week. {INVENTED}",
            "named": ["KE-WILDLIFE"],
            "occurred": _month("2019-02"),
            "route": [
                stop("NA", "ORIGIN", share="0.5"),
                stop("ZA", "ORIGIN", share="0.5"),
                stop("KE", "TRANSIT", seizure_opportunity=True, place="Nairobi"),
                stop("AE", "TRANSIT", seizure_opportunity=False),
                stop("VN", "DESTINATION"),
            ],
        },
    ),
    (
        "WWF",
        INTELLIGENCE
        | {
            "case_number": "WWF-RANGERS-2019-03",
            "title": "A corridor that is watched",
            "narrative": "Where and when patrols of one conservancy will be looking in the coming weeks. For the"
            f" liaison officers of the two Kenyan agencies and nobody else. {INVENTED}",
            "tlp": "RED",
            "named": ["KE-CUSTOMS", "KE-WILDLIFE"],
            "occurred": _month("2019-03"),
        },
    ),
]


SCALES: list[tuple[str, type_data]] = [
    (
        "WWF",
        ANALYSIS
        | {
            "case_number": "WWF-PANGOLIN-2019",
            "title": "Pangolin scales from West Africa to South-East Asia: what the public cases have in common",
            "narrative": "Frozen meat, nuts, seeds and plastic waste are declared; the scales lie behind the first"
            " rows of sacks; the containers are left standing when asked about. Most of the large public cases of"
            f" 2018 and 2019 fit two of the three. {INVENTED}",
            "tlp": "GREEN",
            "occurred": {"date": "2018-01-01", "until": "2019-04-30", "precision": "RANGE"},
            "route": [
                stop("NG", "EXPORT"),
                stop("SG", "TRANSIT"),
                stop("VN", "DESTINATION"),
                stop("CN", "DESTINATION"),
            ],
        },
    ),
    (
        "WILDAID",
        INTELLIGENCE
        | {
            "case_number": "WA-SCALES-2019-04",
            "title": "Cashew nuts from Lagos: the same declaration on four consignments",
            "narrative": "Four consignments of one season were declared in the same words and weights. One is known"
            f" to have held scales; nothing is known of the other three. {INVENTED}",
            "occurred": _month("2019-04"),
            "route": [
                stop("NG", "EXPORT", place="Lagos"),
                stop("MY", "TRANSIT", seizure_opportunity=True),
                stop("VN", "DESTINATION"),
            ],
        },
    ),
]


EXCHANGE: list[tuple[str, type_data]] = [
    (
        "IFAW",
        ANALYSIS
        | {
            "case_number": "IFAW-EXCHANGE-2019-05",
            "title": "Questions left open by the exchange of May 2019",
            "narrative": "The officers who took part asked for three things: pictures of worked ivory beside its"
            " imitations, a short list of wood that ivory is hidden in, and a way to ask each other a question"
            f" between two meetings. {INVENTED}",
            "law_enforcement_only": False,
            "named": ["CN-CUSTOMS", "HK-CUSTOMS", "VN-CUSTOMS"],
            "occurred": _month("2019-05"),
        },
    ),
]


def partners() -> list[Filing]:
    """What the partners file, in the order in which they do."""
    return [Filing(agency, data) for agency, data in (*IVORY, *HORN, *SCALES, *EXCHANGE)]

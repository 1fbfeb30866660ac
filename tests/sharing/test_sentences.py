"""The sentence of each code: every one there, right in English, and in any language."""

from collections.abc import Mapping
from decimal import Decimal
from string import Formatter

import pytest

from apps.sharing import sentences
from apps.sharing.policy import Basis, Reason, Refusal, Tlp
from apps.sharing.routing import Ask, Part, RoutePart

LABELS = {"KE": "Kenya", "SG": "Singapore", "AE": "United Arab Emirates", "XF": "Africa (country not specified)"}
SHARE = Decimal("0.80")
COORDINATED = "(no agency answers for it, so its coordinating body is told)"


def _english(text: str) -> str:
    return text


def _why(*parts: RoutePart) -> str:
    return sentences.render_why(parts=parts, country=LABELS.__getitem__, translate=_english)


@pytest.mark.parametrize(
    ("texts", "codes", "params"),
    [
        (sentences.BASES, Basis, {"agency"}),
        (sentences.REASONS, Reason, {"agency"}),
        (sentences.REFUSALS, Refusal, set()),
        (sentences.TLPS, Tlp, set()),
        (sentences.PARTS, Part, {"country"}),
        (sentences.ASKS, [ask for ask in Ask if ask is not Ask.FOR_INFORMATION], set()),
    ],
    ids=["bases", "reasons", "refusals", "labels", "parts", "asks"],
)
def test_every_code_has_a_sentence_of_its_own_that_asks_for_no_more_than_it_is_given(
    texts: Mapping[str, str], codes: list[str], params: set[str]
) -> None:
    assert list(texts) == list(codes)
    assert len(set(texts.values())) == len(texts)
    asked = {name for text in texts.values() for _, name, _, _ in Formatter().parse(text) if name}
    assert asked <= params


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (RoutePart(Part.ORIGIN, "KE", SHARE), "Kenya is named as the country of origin (80 %)"),
        (RoutePart(Part.ORIGIN, "KE", Decimal(1)), "Kenya is named as the country of origin (100 %)"),
        (RoutePart(Part.ORIGIN, "KE", Decimal("0.125")), "Kenya is named as the country of origin (12.5 %)"),
        (RoutePart(Part.ORIGIN, "KE", Decimal(0)), "Kenya is named as the country of origin (0 %)"),
        (RoutePart(Part.ORIGIN, "KE"), "Kenya is named as the country of origin"),
        (RoutePart(Part.EXPORT, "KE", SHARE), "Kenya is named as the country of export"),
        (
            RoutePart(Part.TRANSIT, "AE", None, seizure_opportunity=True),
            "United Arab Emirates is named as a country of transit, and the goods were in its custody",
        ),
        (RoutePart(Part.TRANSIT, "KE", None, seizure_opportunity=False), "Kenya is named as a country of transit"),
        (RoutePart(Part.DESTINATION, "KE"), "Kenya is named as the destination"),
        (RoutePart(Part.DISCOVERY, "SG"), "the goods were found in Singapore"),
        (RoutePart(Part.CONCERNED, "SG"), "it concerns a place in Singapore"),
        (RoutePart(Part.NAMED, ""), "the originator named this agency as a recipient"),
        (
            RoutePart(Part.ORIGIN, "XF", coordinated=True),
            f"{LABELS['XF']} is named as the country of origin {COORDINATED}",
        ),
    ],
)
def test_an_agency_is_told_why_it_got_a_referral(part: RoutePart, expected: str) -> None:
    assert _why(part) == expected


def test_an_agency_with_several_parts_is_told_all_of_them() -> None:
    parts = (RoutePart(Part.ORIGIN, "KE", SHARE), RoutePart(Part.EXPORT, "KE"), RoutePart(Part.NAMED, ""))
    assert _why(*parts) == (
        "Kenya is named as the country of origin (80 %); Kenya is named as the country of export; "
        "the originator named this agency as a recipient"
    )
    assert _why() == ""


@pytest.mark.parametrize(
    ("asks", "expected"),
    [
        ((Ask.TRACE_THE_SOURCE,), "Please trace the source of the goods."),
        (
            (Ask.TRACE_THE_SOURCE, Ask.HOW_DID_IT_LEAVE),
            "Please trace the source of the goods, and find out how the goods left the country.",
        ),
        ((Ask.FOR_INFORMATION,), "For your information: nothing is asked of your agency."),
        ((), "For your information: nothing is asked of your agency."),
    ],
)
def test_what_is_asked_is_one_sentence(asks: tuple[Ask, ...], expected: str) -> None:
    assert sentences.render_ask(asks=asks, translate=_english) == expected


def test_a_language_may_turn_the_words_round() -> None:
    german = {
        sentences.PLEASE: "{asks}: bitte.",
        sentences.AND: "{last} und {first}",
        sentences.ASKS[Ask.WHY_MISSED]: "Warum durchgelassen",
        sentences.ASKS[Ask.WHO_WAS_TO_RECEIVE]: "An wen",
    }
    asks = (Ask.WHY_MISSED, Ask.WHO_WAS_TO_RECEIVE)
    assert sentences.render_ask(asks=asks, translate=german.__getitem__) == "An wen und Warum durchgelassen: bitte."


def test_who_is_in_and_who_is_out_is_told_by_the_agencys_label() -> None:
    basis = sentences.why_in(basis=Basis.NAMED, agency="WildAid")
    assert basis.render(_english) == "WildAid is named as a recipient"
    assert sentences.why_in(basis=Basis.ALL_MEMBERS, agency="").render(_english) == "every member agency may read it"
    reason = sentences.why_out(reason=Reason.NOT_NAMED, agency="KE-CUSTOMS")
    assert reason.render(_english) == "it is TLP:RED, and KE-CUSTOMS is not named as a recipient"


def test_a_refusal_says_what_is_in_the_way() -> None:
    sentence = sentences.why_not(refusal=Refusal.NOT_YOUR_ROLE)
    assert sentence.render(_english) == "Your role does not include this."


def test_braces_in_an_agencys_name_are_only_letters() -> None:
    assert sentences.why_in(basis=Basis.NAMED, agency="{agency.token}").render(_english) == (
        "{agency.token} is named as a recipient"
    )

"""What an agency is asked: the part its country played decides."""

from collections.abc import Iterable
from enum import StrEnum

from apps.sharing.routing.route import Occasion, Part, RoutePart


class Ask(StrEnum):
    """What a referral asks of the agency (the sentences stand in ``apps.sharing.sentences``)."""

    TRACE_THE_SOURCE = "TRACE_THE_SOURCE"
    HOW_DID_IT_LEAVE = "HOW_DID_IT_LEAVE"
    WHY_MISSED = "WHY_MISSED"
    WHO_WAS_TO_RECEIVE = "WHO_WAS_TO_RECEIVE"
    WHAT_IS_KNOWN_OF_THE_DISCOVERY = "WHAT_IS_KNOWN_OF_THE_DISCOVERY"
    WHAT_IS_ITS_SOURCE = "WHAT_IS_ITS_SOURCE"
    CAN_IT_BE_STOPPED_LEAVING = "CAN_IT_BE_STOPPED_LEAVING"
    CAN_IT_BE_STOPPED_ON_ITS_WAY = "CAN_IT_BE_STOPPED_ON_ITS_WAY"
    WHO_IS_TO_RECEIVE = "WHO_IS_TO_RECEIVE"
    WHAT_CAN_YOU_DO = "WHAT_CAN_YOU_DO"
    FOR_INFORMATION = "FOR_INFORMATION"


ASK_OF_PART = {
    Part.ORIGIN: Ask.TRACE_THE_SOURCE,
    Part.EXPORT: Ask.HOW_DID_IT_LEAVE,
    Part.TRANSIT: Ask.WHY_MISSED,
    Part.DESTINATION: Ask.WHO_WAS_TO_RECEIVE,
    Part.DISCOVERY: Ask.WHAT_IS_KNOWN_OF_THE_DISCOVERY,
    Part.CONCERNED: Ask.WHAT_CAN_YOU_DO,
    Part.NAMED: Ask.WHAT_CAN_YOU_DO,
}
# Where nothing has been seized yet, what is asked looks forward.
ASK_AHEAD = ASK_OF_PART | {
    Part.ORIGIN: Ask.WHAT_IS_ITS_SOURCE,
    Part.EXPORT: Ask.CAN_IT_BE_STOPPED_LEAVING,
    Part.TRANSIT: Ask.CAN_IT_BE_STOPPED_ON_ITS_WAY,
    Part.DESTINATION: Ask.WHO_IS_TO_RECEIVE,
}


def ask(*, parts: Iterable[RoutePart], for_information: bool) -> tuple[Ask, ...]:
    """Return what one agency is asked for its ``parts``: each ask once, in the order of the parts.

    Parts told for information ask nothing beside parts that do; alone they are
    ``(FOR_INFORMATION,)``.
    """
    if for_information:
        return (Ask.FOR_INFORMATION,)
    return tuple(dict.fromkeys(_ask_of(part) for part in parts if not part.for_information))


def _ask_of(part: RoutePart) -> Ask:
    return (ASK_OF_PART if part.occasion is Occasion.SEIZURE else ASK_AHEAD)[part.part]

"""What the agencies of the cast have answered when the story begins. The answers are invented.

Kenya's customs finds work of every kind: asked and open, answered, and for information.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from apps.agencies.policy import Actor
from apps.core.clock import now
from apps.referrals import actions

Step = Callable[[Actor, UUID], object]


@dataclass(frozen=True, slots=True)
class Answered:
    """One agency's steps on its referral of one report, by its liaison officer."""

    case_number: str
    agency: str
    steps: tuple[Step, ...]


def _acknowledge(actor: Actor, referral: UUID) -> object:
    return actions.acknowledge(actor=actor, referral_id=referral, now=now())


def _accept(actor: Actor, referral: UUID) -> object:
    return actions.accept(actor=actor, referral_id=referral, now=now())


def _decline(reason: str) -> Step:
    return lambda actor, referral: actions.decline(actor=actor, referral_id=referral, reason=reason, now=now())


def _act(kind: str, text: str) -> Step:
    return lambda actor, referral: actions.record_action(
        actor=actor, referral_id=referral, kind=kind, text=text, now=now()
    )


def _close(outcome: str) -> Step:
    return lambda actor, referral: actions.close(actor=actor, referral_id=referral, outcome=outcome, now=now())


ANSWERS = (
    Answered(
        "WA-ONLINE-2019-04",
        "KE-CUSTOMS",
        (
            _acknowledge,
            _accept,
            _act(
                "RECORDS_CHECKED",
                "Export declarations of small parcels from Mombasa are being compared with the offers.",
            ),
        ),
    ),
    Answered("IFAW-HORN-2019-02", "KE-CUSTOMS", (_acknowledge,)),
    Answered("WA-ONLINE-2019-04", "CN-POST", (_acknowledge, _accept)),
    Answered(
        "CN-20190330", "NG-CUSTOMS", (_accept, _act("RECORDS_REQUESTED", "Export papers asked of the port of loading."))
    ),
    Answered("HK-20190116", "NG-CUSTOMS", (_acknowledge,)),
    Answered(
        "HK-20190116",
        "VN-CUSTOMS",
        (
            _accept,
            _act("INQUIRY_OPENED", "The consignee's earlier imports from the same port are being looked at."),
            _close("Passed to the investigation that was already open; no further question."),
        ),
    ),
    Answered(
        "SG-20190403",
        "NG-CUSTOMS",
        (_accept, _act("CONTAINER_TRACED", "Loading place and date of the container found.")),
    ),
    Answered(
        "SG-20190408", "VN-CUSTOMS", (_decline("The papers name no consignee that can be found in our registers."),)
    ),
    Answered("VN-20190725", "AE-CUSTOMS", (_acknowledge,)),
    Answered("VN-20190326", "CN-CUSTOMS", (_acknowledge, _accept)),
    Answered(
        "NOTE-SG-2019-04",
        "SG-CUSTOMS",
        (
            _accept,
            _close("These are our seizures of 3 and 8 April 2019, 12,900 kg and 12,700 kg: 25,600 kg. Nothing to add."),
        ),
    ),
    Answered("EIA-1051", "NG-CUSTOMS", (_acknowledge,)),
)

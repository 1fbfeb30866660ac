"""What was asked to be passed on, in words: the same of every refusal."""

from django.utils.translation import gettext

from apps.referrals.models import Passing
from apps.referrals.states import PassingState
from apps.sharing.sentences import NO_CONSENT
from apps.web.shown.times import moment
from apps.web.shown.words import Shown

TONES = {PassingState.ASKED: "yellow", PassingState.GRANTED: "green", PassingState.REFUSED: "grey"}


def passing(row: Passing) -> Shown:
    """One of them."""
    state = PassingState(row.state)
    sentence = gettext(NO_CONSENT) if state == PassingState.REFUSED else ""
    return {
        "agency": row.agency.name,
        "asked_by": row.asked_by.name,
        "reason": row.reason,
        "tag": {"label": state.label, "tone": TONES[state]},
        "sentence": f"{sentence[:1].upper()}{sentence[1:]}." if sentence else "",
        "when": moment(row.answered_at or row.asked_at),
    }

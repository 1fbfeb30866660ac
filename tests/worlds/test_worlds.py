"""A reader in two worlds that differ only in what others hide learns nothing: the product's signature test."""

import pytest

from tests.cast import Cast
from tests.evidence import Evidence
from tests.sizes import SEED, size
from tests.worlds.hidden import OF_CONTENT, SECRETS
from tests.worlds.pairs import Pair, Told, pairs, play

pytestmark = pytest.mark.django_db
REQUESTS = 300  # at least, in each world of each pair
PAIRS = size(commit=5, landing=40, release=400)
CONTROLS = size(commit=1, landing=4, release=20)


def _told(pair: Pair, told: Told) -> str:
    said = "\n".join(map(str, told.differences))
    return f"{pair}: {len(told.differences)} differences of {told.asked} requests\n{said}"


def _play(cast: Cast, pair: Pair, evidence: Evidence) -> Told:
    told = play(cast, pair, most=REQUESTS)
    evidence.add("pairs")
    evidence.add("requests", 2 * told.asked)
    evidence.add("statements compared", told.statements)
    return told


@pytest.mark.parametrize(
    "pair",
    [
        Pair(f"{SEED}/control/{n}", r.reader, (), r.staff)
        for n, r in enumerate(pairs(SEED, CONTROLS, SECRETS, OF_CONTENT))
    ],
    ids=str,
)
def test_two_worlds_that_do_not_differ_are_answered_alike(cast: Cast, evidence: Evidence, pair: Pair) -> None:
    """The control: else a difference would tell nothing of secrets."""
    told = _play(cast, pair, evidence)
    assert told.asked >= REQUESTS
    assert {200, 302, 403, 404, 422} <= told.statuses.keys(), "the requests reach what there is to reach"
    assert told.differences == [], _told(pair, told)


@pytest.mark.parametrize("pair", pairs(SEED, PAIRS, SECRETS, OF_CONTENT), ids=str)
def test_what_others_hide_moves_no_byte_and_no_statement(cast: Cast, evidence: Evidence, pair: Pair) -> None:
    told = _play(cast, pair, evidence)
    assert told.asked >= REQUESTS
    assert told.differences == [], _told(pair, told)

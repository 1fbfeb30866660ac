"""Two administrators who do not know each other, and a RED report."""

from uuid import UUID

import pytest

from apps.agencies.policy import Actor
from apps.outbox.actions import relay
from tests.callers import ETIS, Caller
from tests.cast import Cast
from tests.flows.glass import SECRET, actor, staff


@pytest.fixture
def first(cast: Cast) -> Actor:
    return actor(staff("first"))


@pytest.fixture
def second(cast: Cast) -> Actor:
    return actor(staff("second"))


@pytest.fixture
def report(cast: Cast) -> UUID:
    """Singapore's, RED, so that its narrative is sealed; China's customs named."""
    shared = Caller(cast.officer("SG-CUSTOMS")).submitted(ETIS, tlp="RED", named=["CN-CUSTOMS"], narrative=SECRET)
    relay()
    return shared

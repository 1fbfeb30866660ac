"""Every way out of the product is registered, with a probe; and each probe finds nothing of what a report says."""

import ast
import io
from collections import Counter
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import transaction

from tests.access.story import CANARIES, DRAFTED, told
from tests.architecture.source import ROOT
from tests.cast import Cast
from tests.channels.found import FINDERS
from tests.channels.probes import PROBES
from tests.channels.register import Channel, channels
from tests.evidence import Evidence

CHANNELS = channels()
SHOWS = {"content", "ids", "counts", "secrets", "nothing", "public"}


@pytest.mark.parametrize("kind", FINDERS)
def test_what_there_is_is_what_is_registered(kind: str) -> None:
    there = set(FINDERS[kind]())
    registered = {channel.name for channel in CHANNELS if channel.kind == kind}
    assert there - registered == set(), (
        "ways out that nobody has thought about: add them to tests/channels/register.txt"
    )
    assert registered - there == set(), "rows for what is not there any more"


def test_each_row_is_of_a_known_kind_stands_once_and_says_what_it_shows() -> None:
    assert {channel.kind for channel in CHANNELS} == set(FINDERS)
    assert [channel for channel, count in Counter(CHANNELS).items() if count > 1] == []
    assert {channel.shows for channel in CHANNELS} <= SHOWS


@pytest.mark.parametrize("channel", CHANNELS, ids=str)
def test_each_row_names_a_probe_that_is_there(channel: Channel) -> None:
    if "::" not in channel.probe:
        assert channel.probe in PROBES
        return
    path, _, name = channel.probe.partition("::")
    tests = {node.name for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.FunctionDef)}
    assert name in tests


@pytest.mark.django_db
@pytest.mark.parametrize("kind", FINDERS)
def test_nothing_of_a_report_leaves_by_it(
    cast: Cast, kind: str, evidence: Evidence, tmp_path: Path, settings: LazySettings
) -> None:
    """One story for all channels of a kind; what a probe does is undone before the next."""
    settings.SIGNING_KEY_FILE = str(tmp_path / "key")  # the trail is sealed with it
    call_command("make_signing_key", settings.SIGNING_KEY_FILE, stdout=io.StringIO())
    story = told(cast)
    for channel in [each for each in CHANNELS if each.kind == kind and each.probe in PROBES]:
        point = transaction.savepoint()
        text = PROBES[channel.probe](channel, story)
        transaction.savepoint_rollback(point)
        evidence.add("channels")
        assert {word for word in (*CANARIES, DRAFTED) if word in text} == set(), channel

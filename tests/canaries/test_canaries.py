"""No word that is secret stands where it does not belong: tables, logs, mails, the broker, answers, metrics, processes."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.canaries.haul import Haul, hauled
from tests.canaries.sinks import ANSWERS, CONTENT, emptied
from tests.canaries.words import Of
from tests.evidence import Evidence
from tests.vault.dumps import standing_in

READERS = {
    ("liaison", "SG-CUSTOMS"): {Of.REPORT, Of.RED, Of.DRAFT},
    ("liaison", "KE-CUSTOMS"): {Of.REPORT, Of.RED},
    ("officer", "KE-CUSTOMS"): {Of.REPORT},
    ("liaison", "MY-CUSTOMS"): {Of.REPORT},
    ("liaison", "WILDAID"): {Of.REPORT},
    ("liaison", "WWF"): set(),
}


@pytest.fixture(scope="module")
def haul(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Haul]:
    """One day's work for all of this page's tests."""
    with django_db_blocker.unblock(), hauled(tmp_path_factory.mktemp("haul")) as made:
        yield made


@pytest.fixture(scope="module")
def sinks(haul: Haul) -> dict[str, bytes]:
    return emptied(haul)


def _may_hold(haul: Haul, sink: str) -> set[str]:
    """What stands there by design: content in its own tables, but what is sealed, and an answer where it was given."""
    table = sink.removeprefix("table ")
    words = haul.canaries.words
    if table in CONTENT:
        return words(Of.REPORT, Of.RED, Of.DRAFT) - {haul.canaries(Of.RED, "narrative")}
    return words(Of.ANSWER) if table in ANSWERS else set()


def test_no_word_strays(haul: Haul, sinks: dict[str, bytes], evidence: Evidence) -> None:
    everything = haul.canaries.words()
    strayed = {sink: standing_in(data, everything) - _may_hold(haul, sink) for sink, data in sinks.items()}
    evidence.add("sinks", len(sinks))
    evidence.add("bytes", sum(map(len, sinks.values())))
    evidence.add("canaries", len(everything))
    assert {sink: haul.canaries.names(words) for sink, words in strayed.items() if words} == {}


def test_each_sink_was_really_emptied(haul: Haul, sinks: dict[str, bytes]) -> None:
    """A scan of nothing would find nothing: each holds what it has to."""
    held = {
        "mails": b"/referrals/",
        "log of the web process": b'"view":"api:reports"',
        "log of the worker": b"apps.outbox.tasks.relay",
        "broker: keys, messages and headers": b"apps.outbox.tasks.relay",
        "metrics": b"# HELP",
        "export of the trail": haul.report.encode(),
        "processes: words and environment": b"gunicorn",
        "statements as the server shows them": b"pg_stat_activity",
        "answers to liaison STRANGER": b"not_found",
        "answers to mistakes": b"not_found",
        "table outbox_event": haul.report.encode(),
        "table audit_entry": haul.report.encode(),
        "table agencies_idempotencykey": b"\\x",
    }
    assert {sink for sink, word in held.items() if word not in sinks[sink]} == set()
    assert len(sinks) > 40


def test_the_canaries_sing_to_those_whom_they_are_for(haul: Haul) -> None:
    """Else their silence elsewhere would prove nothing."""
    of = {Of.REPORT: haul.report, Of.RED: haul.red, Of.DRAFT: haul.draft}
    for (word, code), kinds in READERS.items():
        who = haul.as_(word, code)
        for kind, report in of.items():
            text = haul.call(who, "GET", f"reports/{report}/").content
            expected = haul.canaries.words(kind) if kind in kinds else set()
            assert standing_in(text, haul.canaries.words()) == expected, (word, code, kind)


def test_an_answer_is_told_to_its_agency_and_the_originator_alone(haul: Haul) -> None:
    told = {}
    for code, query in (("SG-CUSTOMS", "?of=mine"), ("KE-CUSTOMS", ""), ("MY-CUSTOMS", ""), ("CN-CUSTOMS", "")):
        text = haul.call(haul.as_("liaison", code), "GET", f"referrals/{query}").content
        told[code] = haul.canaries.names(standing_in(text, haul.canaries.words(Of.ANSWER)))
    assert told == {
        "SG-CUSTOMS": ["ANSWER.outcome", "ANSWER.reason", "ANSWER.text"],
        "KE-CUSTOMS": ["ANSWER.outcome", "ANSWER.text"],
        "MY-CUSTOMS": [],
        "CN-CUSTOMS": ["ANSWER.reason"],
    }

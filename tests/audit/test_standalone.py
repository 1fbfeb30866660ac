"""The verifier that third parties run: a process of its own, without Django, on logs that somebody has been at."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.audit import heads
from apps.audit.actions import erase, seal
from apps.audit.heads import told
from apps.audit.models import Entry, Head
from apps.audit.standalone import verify as standalone
from tests.audit.conftest import type_write
from tests.cast import NOW

VERIFIER = Path(standalone.__file__)
Lines = list[dict[str, Any]]


class Log:
    """An exported log: three entries under a first seal, two more under a second, one that is not sealed."""

    def __init__(self, folder: Path, written: type_write, key: Path, *words: str) -> None:
        self.file = folder / "audit.jsonl"
        self.heads: list[str] = []
        for hour, count in enumerate((3, 2, 1)):
            written(count)
            made = seal(now=NOW + timedelta(hours=hour)) if hour < 2 else None
            self.heads += [made.head.hex()] if made else []
        self.public = heads.public_of(heads.load(key)).hex()
        call_command("export_audit", str(self.file), *words, stdout=StringIO())

    def lines(self) -> Lines:
        return [json.loads(line) for line in self.file.read_text().splitlines()]

    def put(self, lines: Lines) -> None:
        self.file.write_text("".join(json.dumps(line) + "\n" for line in lines))

    def verified(self, *words: str) -> tuple[int, str]:
        """Exit status and what is said; the process finds nothing of ours."""
        command = [sys.executable, "-I", str(VERIFIER), str(self.file), *(words or ("--key", self.public))]
        environment = {"PATH": os.environ["PATH"]}
        done = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def with_heads(self, *found: str) -> tuple[int, str]:
        """Verified against heads that were kept."""
        return self.verified("--key", self.public, *[word for head in found for word in ("--head", head)])


@pytest.fixture
def log(tmp_path: Path, written: type_write, key: Path) -> Log:
    """The log with its payloads."""
    return Log(tmp_path, written, key, "--payloads")


def test_a_log_that_nobody_touched_holds_against_every_head_that_was_kept(log: Log) -> None:
    last = Head.objects.get().seq - 1  # the last entry says that there was an export
    status, said = log.with_heads(*log.heads)
    assert (status, said) == (0, f"{last} entries and 2 seals hold; 2 heads found; 1 entries not yet sealed\n")


def test_the_short_head_of_a_mail_is_enough(log: Log) -> None:
    assert log.with_heads(log.heads[0][:32])[0] == 0


def test_without_a_head_it_says_what_it_cannot_know(log: Log) -> None:
    status, said = log.verified()
    assert (status, "rewritten from the start would look the same" in said) == (0, True)


def test_it_holds_without_payloads_too_and_then_tells_ids_alone(tmp_path: Path, written: type_write, key: Path) -> None:
    log = Log(tmp_path, written, key)
    assert log.with_heads(*log.heads)[0] == 0
    assert "payload" not in log.file.read_text()
    assert set(log.lines()[-1]) == {
        "seq", "at", "verb", "kind", "agency", "user", "object", "owner", "digest", "hash",
    }  # fmt: skip


def test_an_erased_payload_is_no_break(tmp_path: Path, written: type_write, key: Path) -> None:
    erase(entries=written(1), reason="why", now=NOW)
    log = Log(tmp_path, written, key, "--payloads")
    assert sum("erased" in line for line in log.lines()) == 1
    assert log.with_heads(*log.heads)[0] == 0


def _changed(lines: Lines) -> Lines:
    return [{**line, "verb": "lie"} if line.get("seq") == 2 else line for line in lines]


def _another_payload(lines: Lines) -> Lines:
    return [{**line, "payload": "{}"} if line.get("seq") == lines[-1]["seq"] else line for line in lines]


def _payload_gone(lines: Lines) -> Lines:
    return [_without_facts(line) if line.get("seq") == 2 else line for line in lines]


def _payload_gone_as_if_erased(lines: Lines) -> Lines:
    return [{**_without_facts(line), "erased": True} if line.get("seq") == 2 else line for line in lines]


def _without_facts(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in {"payload", "salt"}}


def _another_time(lines: Lines) -> Lines:
    return [{**line, "at": "2020-01-01T00:00:00.000000Z"} if line.get("seq") == 2 else line for line in lines]


def _dropped(lines: Lines) -> Lines:
    return [line for line in lines if line.get("seq") != 2]


def _reordered(lines: Lines) -> Lines:
    *others, before, last = lines
    return [*others, last, before]


def _cut(lines: Lines) -> Lines:
    return lines[:-1]


def _cut_and_told(lines: Lines) -> Lines:
    """So far that a seal covers more than there is, with a first line that says so."""
    return [{**lines[0], "entries": lines[0]["entries"] - 2}, *lines[1:-2]]


def _seal_dropped(lines: Lines) -> Lines:
    return [{**lines[0], "seals": 1}, lines[1], *lines[3:]]


def _another_root(lines: Lines) -> Lines:
    return [{"seal": {**line["seal"], "root": "00" * 32}} if "seal" in line else line for line in lines]


def _another_signature(lines: Lines) -> Lines:
    return [{"seal": {**line["seal"], "signature": "00" * 64}} if "seal" in line else line for line in lines]


@pytest.mark.parametrize(
    ("tamper", "reason"),
    [
        (_changed, "entry 2 is broken"),
        (_another_payload, "its payload is another one"),
        (_payload_gone, "entry 2 is broken: its payload is gone"),
        (_payload_gone_as_if_erased, "entry 2 is broken: its payload is gone"),
        (_another_time, "entry 2 is broken"),
        (_dropped, "entry 2 is missing"),
        (_reordered, "is missing: number"),
        (_cut, "the log ends before its"),
        (_cut_and_told, "is missing: a seal covers"),
        (_seal_dropped, "the log has no seal with the head"),
        (_another_root, "seals other entries than these"),
        (_another_signature, "is not signed by that key"),
    ],
)
def test_a_log_that_somebody_was_at_is_told_from_the_one_that_was_written(
    log: Log, tamper: Callable[[Lines], Lines], reason: str
) -> None:
    log.put(tamper(log.lines()))
    status, said = log.with_heads(*log.heads)
    assert (status, said.startswith("BROKEN: "), reason in said) == (1, True, True), said


def _made_anew(lines: Lines) -> Lines:
    """Every hash computed again over a log in which entry 2 says something else: what its keeper can do."""
    link, anew = bytes(32), []
    for line in lines:
        if "seq" not in line:
            anew.append(line)
            continue
        entry = {**line, "verb": "lie"} if line["seq"] == 2 else line
        link = hashlib.sha256(b"\x02" + link + standalone.body_of(entry)).digest()
        anew.append({**entry, "hash": link.hex()})
    return anew


def test_a_log_that_was_hashed_anew_from_its_start_does_not_fit_its_seals(log: Log) -> None:
    log.put(_made_anew(log.lines()))
    status, said = log.verified()
    assert (status, "seals other entries than these" in said) == (1, True)


def _sealed_anew(lines: Lines, key: Path) -> Lines:
    """And every seal made again with the true key: what a keeper who holds it can do, at the same times."""
    signer, tree, sealed = heads.load(key), standalone.Tree(), []
    seals = [line["seal"] for line in lines if "seal" in line]
    for entry in (line for line in lines if "seq" in line):
        tree.add(hashlib.sha256(b"\x00" + standalone.body_of(entry)).digest())
        for found in (each for each in seals if each["size"] == entry["seq"]):
            at = NOW.fromisoformat(found["at"])
            head = heads.head_of(at, found["size"], tree.root())
            signature = signer.sign(heads.signed_text(at, head)).hex()
            sealed.append({"seal": {**found, "root": tree.root().hex(), "head": head.hex(), "signature": signature}})
    return [lines[0], *sealed, *(line for line in lines if "seq" in line)]


def test_a_log_that_was_sealed_anew_by_its_keeper_is_told_by_a_head_that_somebody_kept(log: Log, key: Path) -> None:
    log.put(_sealed_anew(_made_anew(log.lines()), key))
    assert log.verified()[0] == 0
    for kept in log.heads:
        status, said = log.with_heads(kept)
        assert (status, "it is not the log that you were shown" in said) == (1, True)


def test_a_log_that_goes_on_holds_against_an_old_head(log: Log, written: type_write, tmp_path: Path) -> None:
    written(3)
    log.file = tmp_path / "later.jsonl"
    call_command("export_audit", str(log.file), stdout=StringIO())
    assert log.with_heads(log.heads[0])[0] == 0


def test_a_key_that_was_not_given_signs_nothing(log: Log) -> None:
    status, said = log.verified("--key", "ab" * 32)
    assert (status, "signed with a key that you did not give" in said) == (1, True)


@pytest.mark.parametrize("words", [(), ("--key", "short"), ("--key", "ab" * 32, "--head", "abcd")])
def test_what_it_is_asked_wrongly_it_refuses(log: Log, words: tuple[str, ...]) -> None:
    assert log.verified(*(words or ("--head", log.heads[0])))[0] == 2


@pytest.mark.parametrize(
    "content", ["", "{}\n", "no JSON\n", '{"format":"counterpart-audit-1","entries":1,"seals":1}\n']
)
def test_what_is_no_log_it_cannot_read(log: Log, content: str) -> None:
    log.file.write_text(content)
    assert log.verified()[0] == 2


def test_an_export_overwrites_nothing_and_is_in_the_trail(log: Log) -> None:
    with pytest.raises(CommandError, match="could not be written: FileExistsError"):
        call_command("export_audit", str(log.file), stdout=StringIO())
    last = Entry.objects.get(seq=Head.objects.get().seq)
    assert (last.verb, last.payload) == ("export_audit", f'{{"seals": 2, "entries": {last.seq - 1}, "payloads": true}}')


def test_a_time_is_told_in_whole_seconds_of_utc() -> None:
    assert told(NOW).endswith("Z")
    assert len(told(NOW)) == 20

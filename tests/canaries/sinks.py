"""Every place where something may end up, emptied: name → bytes."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import redis
from django.conf import settings

from config.local.places import ROOT
from tests.canaries.haul import METRICS, Haul
from tests.vault.dumps import copied

# Tables in which content stands, by design and behind the wall. What is sealed in them stands nowhere in clear.
CONTENT = {"reports_report", "reports_seizeditem", "reports_routestop", "sharing_label"}
ANSWERS = {"referrals_referral", "referrals_action"}
OUTSIDERS = (("liaison", "UG-CUSTOMS"), ("liaison", "STRANGER"), ("admin", "SG-CUSTOMS"), ("analyst", "WWF"))
DOORS = (
    "reports/",
    "reports/?q=Kanari",
    "reports/?state=DRAFT",
    "referrals/",
    "referrals/?of=mine",
    "notifications/",
    "me/",
)


def emptied(haul: Haul) -> dict[str, bytes]:
    """All of them."""
    return {
        **dict(_tables(haul)),
        **{f"answers to {word} {code}": _answers(haul, word, code) for word, code in OUTSIDERS},
        "answers to mistakes": haul.said.encode(),
        "log of the web process": haul.service.process.log.read_bytes(),
        "log of the worker": haul.worked.encode(),
        "mails": b"\n".join(taken.raw for taken in haul.post.taken),
        "broker: keys, messages and headers": b"\n".join(_broker()),
        "metrics": haul.service.call("GET", "/metrics", Authorization=f"Bearer {METRICS}").content,
        "export of the trail": _exported(haul),
        "processes: words and environment": b"\n".join(_processes()),
        "statements as the server shows them": _activity(haul),
        "log of the database": _database_log(),
        "files that were written": b"\n".join(_files(haul.folder)),
    }


def _tables(haul: Haul) -> Iterator[tuple[str, bytes]]:
    with haul.service.owner() as line:
        for name, rows in copied(line):
            yield f"table {name}", rows


def _answers(haul: Haul, word: str, code: str) -> bytes:
    """What somebody outside is answered by every door that is a list, and of the reports by their ids."""
    who = haul.as_(word, code)
    paths = [
        *DOORS,
        *[f"reports/{report}/{door}" for report in (haul.report, haul.red, haul.draft) for door in ("", "audience/")],
    ]
    answers = [haul.call(who, "GET", path) for path in paths]
    answers.append(haul.call(who, "POST", "reports/search/", {"q": "ivory"}))
    answers.append(haul.call(who, "POST", "reports/preview/", {"report": haul.draft}))
    return b"\n".join(answer.content + str(answer.headers).encode() for answer in answers)


def _broker() -> Iterator[bytes]:
    """Keys with all that they hold, as a thief of its memory would have them."""
    with redis.Redis.from_url(settings.SERVERS.redis) as line:
        for key in line.scan_iter():
            yield key + b" " + (line.dump(key) or b"") + _read(line, key)


def _read(line: "redis.Redis", key: bytes) -> bytes:
    """A list's members in plain: the dump of a long one is compressed."""
    if line.type(key) == b"list":
        return b" ".join(map(bytes, line.lrange(key, 0, -1)))  # type: ignore[arg-type]  # bytes: nothing is decoded
    return str(line.hgetall(key)).encode() if line.type(key) == b"hash" else b""


def _exported(haul: Haul) -> bytes:
    file = haul.folder / "audit.jsonl"
    words = [sys.executable, "manage.py", "export_audit", str(file), "--payloads"]
    environ = {**haul.service.process.environ, "COUNTERPART_DB_ROLE": "owner"}
    done = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return file.read_bytes() + done.stdout


def _processes() -> Iterator[bytes]:
    """Command lines and environment of everything that runs and lets itself be looked at, our own server's among them."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            yield (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue  # it has just ended


def _activity(haul: Haul) -> bytes:
    return str(haul.service.rows("SELECT query FROM pg_stat_activity")).encode()


def _database_log() -> bytes:
    """What the servers log, where they are this run's own: beside their socket."""
    folder = Path(urlsplit(settings.SERVERS.redis).path).parent
    files = list(folder.glob("*.log"))
    return b"\n".join(file.read_bytes() for file in files)


def _files(folder: Path) -> Iterator[bytes]:
    for file in folder.rglob("*"):
        if file.is_file() and file.name != "signing.pem":
            yield file.read_bytes()

"""Somebody deletes everything. A base backup and the archived log bring back what everybody saw the moment before."""

import base64
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from config.local import binaries, keys, places
from config.local.postgres import Postgres
from config.local.processes import wait_until
from config.local.servers import database_urls
from tests.sizes import size

FILED_SINCE = size(commit=5, landing=200, release=500)
FILE = """
from apps.agencies.acting import acting
from apps.agencies.models import User
from apps.agencies.queries import actor_of
from apps.core.clock import now
from apps.outbox.actions import relay
from apps.reports.actions import draft_report, submit_report

officer = actor_of(user_id=User.objects.get(email="officer@sg-customs.example").id, now=now())
content = {
    "kind": "SEIZURE",
    "title": "Filed after the backup",
    "occurred": {"date": "2019-03-04"},
    "place": {"country": "SG"},
    "items": [{"taxon": "Loxodonta africana", "term": "TUS", "quantity": "1", "unit": "KGM"}],
    "route": [{"country": "KE", "part": "ORIGIN"}, {"country": "CN", "part": "DESTINATION"}],
}
for _ in range(FILED_SINCE):
    with acting(officer):
        report = draft_report(actor=officer, data=content, now=now())
    with acting(officer):
        submit_report(actor=officer, report_id=report.id, now=now())
relay()
""".replace("FILED_SINCE", str(FILED_SINCE))
MASTER_KEY, ANOTHER = keys.fresh(), keys.fresh()
SECRETS = """
import json
from apps.reports.models import Report
from apps.reports.queries import narrative_of
from apps.vault.errors import Unreadable
try:
    print(json.dumps([narrative_of(row).text for row in Report.objects.filter(label__tlp="RED").select_related("label")]))
except Unreadable:
    print('"unreadable"')
"""
DELETE_EVERYTHING = """
ALTER TABLE audit_entry DISABLE TRIGGER USER;
SET session_replication_role = replica;
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
END $$;
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL that archives its log, and the product's commands on it."""

    postgres: Postgres
    log: Path
    master_key: str = MASTER_KEY  # from its own place, which is neither the server's nor the backup's

    @property
    def superuser(self) -> str:
        return self.postgres.url("postgres")

    def manage(self, *words: str) -> str:
        """What a command prints; its error stream is the drill's failure."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=places.ROOT,
            env={**_environment(self.postgres), "COUNTERPART_MASTER_KEY": self.master_key},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def shell(self, code: str) -> str:
        """What a few lines of Python print."""
        return self.manage("shell", "--no-imports", "-c", code)

    def seen(self) -> dict[str, Any]:
        """What each account may see, as digests; see ``visible``."""
        told: dict[str, Any] = json.loads(self.shell("from tests.drills.visible import tell; tell()"))
        return told

    def secrets(self) -> Any:
        """The sealed narratives as their readers would read them, or that they can't be opened."""
        return json.loads(self.shell(SECRETS).splitlines()[-1])

    def archive_all(self) -> None:
        """Close the log's segment, and wait until it is in the archive."""
        name = self.postgres.sql("SELECT pg_walfile_name(pg_switch_wal())")
        assert wait_until((self.log / name).exists, 30)


def _environment(postgres: Postgres) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COUNTERPART_", "DATABASE_"))}
    return kept | database_urls(postgres) | {"COUNTERPART_DEVELOPMENT": "1"}


@contextmanager
def archiving() -> Iterator[Server]:
    """A server of this drill's own; its superuser may copy its files."""
    account = places.unprivileged()
    with places.private_folder(account) as folder:
        log = places.give(folder / "archive", account)
        place = shlex.quote(str(log))
        settings = {
            "archive_mode": "on",
            "archive_command": f"test ! -f {place}/%f && cp %p {place}/%f.part && mv {place}/%f.part {place}/%f",
        }
        programs = binaries.find(account)
        postgres = Postgres(programs, folder / "pg", folder, folder / "log", account, fsync=False, settings=settings)
        try:
            postgres.start()
            yield Server(postgres, log)
        finally:
            postgres.kill()


@pytest.mark.drill
def test_a_base_backup_and_the_log_bring_back_what_everybody_saw_before_everything_was_deleted() -> None:
    with archiving() as server:
        server.manage("prepare", "--demo")
        backup = Path(server.manage("backup", str(server.log.with_name("backups")), "--with", server.superuser).strip())
        server.shell(FILE)
        before, secrets = server.seen(), server.secrets()
        moment = server.postgres.sql("SELECT to_char(clock_timestamp(), 'YYYY-MM-DD\"T\"HH24:MI:SS.US+00:00')")
        server.postgres.sql(DELETE_EVERYTHING)
        assert server.postgres.sql("SELECT count(*) FROM sharing_label") == "0"
        server.archive_all()
        server.postgres.kill()
        shutil.rmtree(server.postgres.data)

        data = server.postgres.data.with_name("restored")
        server.manage("restore", str(backup), "--into", str(data), "--log", str(server.log), "--until", moment)
        with restored(server, data) as again:
            assert again.seen() == before
            assert again.secrets() == secrets
            assert replace(again, master_key=ANOTHER).secrets() == "unreadable"
            again.manage("verify_audit")
            assert "nothing is lost" in again.manage("prove")
        told = [secrets[0].partition(".")[0].encode(), MASTER_KEY.encode(), base64.b64decode(MASTER_KEY)]
        copies = [path for folder in (backup, server.log) for path in folder.rglob("*") if path.is_file()]
        assert [path.name for path in copies if any(word in path.read_bytes() for word in told)] == []
    assert len(copies) > 100
    # Not all alike, and with what was filed after the backup: or the digests would have proved little.
    assert before["officer@sg-customs.example"]["reports"] > FILED_SINCE
    assert before["liaison@ke-customs.example"]["reports"] != before["liaison@stranger.example"]["reports"]
    assert before["*"]["trail"] > 0
    assert len({told["digest"] for told in before.values()}) > 20


@contextmanager
def restored(server: Server, data: Path) -> Iterator[Server]:
    """The server again, in the folder that was laid out for it, once it has read the log and takes writes."""
    postgres = replace(server.postgres, data=data, settings={"hot_standby": "off"})  # no answer while it still reads
    try:
        postgres.start()
        yield replace(server, postgres=postgres)
    finally:
        postgres.kill()

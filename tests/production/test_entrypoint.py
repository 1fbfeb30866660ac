"""What docker/ starts, started: production's settings, entrypoint and roles, since no container engine can be counted on."""

import http.client
import json
import re
import subprocess
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from tests.production.conftest import ROOT, House, free_port, wait

REPORT = {
    "kind": "OPERATIONAL_INTELLIGENCE",
    "title": "CANARY-TITLE of the production test",
    "named": ["KE-CUSTOMS"],
}


def _headers(token: str, length: int) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Content-Length": str(length),
        "X-Forwarded-Proto": "https",
    }


def _post(house: House, path: str, token: str, body: object = None) -> tuple[int, dict[str, object]]:
    data = json.dumps(body or {}).encode()
    headers = _headers(token, len(data))
    request = urllib.request.Request(house.address + path, data=data, headers=headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.status, json.loads(answer.read())


def _token(house: House, email: str) -> str:
    """People make theirs on their account's page; the command is for development, which this pretends to be."""
    return house.command("issue_token", email, COUNTERPART_DEVELOPMENT="1").strip()


@pytest.mark.parametrize(
    "words",
    [
        ("shell", "-c", "print(1)"),
        ("dbshell", "--", "-c", "SELECT 1"),
        ("dumpdata",),
        ("loaddata", "nothing"),
        ("changepassword", "liaison@ke-customs.example"),
        ("createsuperuser", "--noinput", "--email", "mine@counterpart.example"),
        ("flush", "--noinput"),
        ("diffsettings",),
        ("inspectdb",),
    ],
)
def test_no_command_is_a_way_around_policy_and_trail(house: House, words: tuple[str, ...]) -> None:
    done = house.tried(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{words[0]} is no command of this service outside development.\n"


def test_whoever_runs_commands_becomes_nobody_else_by_one(house: House) -> None:
    done = house.tried("issue_token", "liaison@ke-customs.example")
    assert (done.returncode, done.stdout) == (1, "")
    assert "account's page" in done.stderr


def test_a_probe_is_answered_and_tells_nothing(house: House) -> None:
    assert house.ask("/healthz", secure=False)[::2] == (200, "ok")
    assert house.ask("/readyz", secure=False)[::2] == (200, "ok")


def test_plain_http_is_sent_to_https(house: House) -> None:
    status, headers, _ = house.ask("/sign-in/", secure=False)
    assert status == 301
    assert headers["Location"].startswith("https://")


def test_the_sign_in_page_has_the_headers_and_cookies_of_production(house: House) -> None:
    status, headers, page = house.ask("/sign-in/")
    assert status == 200
    assert "__Host-csrf=" in headers["Set-Cookie"]
    assert "Secure" in headers["Set-Cookie"]
    assert "max-age=31536000" in headers["Strict-Transport-Security"]
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "private, no-store"
    assert "<script>" not in page


def test_static_files_carry_their_hash_and_may_be_kept(house: House) -> None:
    page = house.ask("/sign-in/")[2]
    found = re.search(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', page)
    assert found, page[:800]
    status, headers, _ = house.ask(found[1])
    assert status == 200
    assert "immutable" in headers["Cache-Control"]


def test_a_report_filed_over_the_api_reaches_inbox_and_mail(house: House) -> None:
    officer, liaison = _token(house, "officer@wwf.example"), _token(house, "liaison@ke-customs.example")
    report = _post(house, "/api/v1/reports/", officer, REPORT)[1]
    status, sent = _post(house, f"/api/v1/reports/{report['id']}/submit/", officer)
    assert status == 200
    until, waiting = time.monotonic() + 30, True
    while waiting and time.monotonic() < until:
        waiting = not any(recipient == "liaison@ke-customs.example" for recipient, _ in house.sink.taken)
        time.sleep(0.2)
    answer = house.ask("/api/v1/referrals/", Authorization=f"Bearer {liaison}")
    assert [row["report"] for row in json.loads(answer[2])["results"]] == [report["id"]]
    [mail] = [text for recipient, text in house.sink.taken if recipient == "liaison@ke-customs.example"]
    assert str(sent["reference"]) in mail
    assert "https://counterpart.example/" in mail.replace("=\n", "").replace("=\r\n", "")
    assert "CANARY" not in mail


def test_the_deployment_check_is_clean(house: House) -> None:
    assert "no issues" in house.command("check", "--deploy", "--fail-level", "INFO", role="web")


def test_what_production_lacks_is_named_at_the_start(house: House) -> None:
    without = {name: value for name, value in house.environment.items() if name != "COUNTERPART_SECRET_KEY"}
    poor = House(house.address, without, house.sink)
    with pytest.raises(AssertionError, match="COUNTERPART_SECRET_KEY is not set"):
        poor.command("check")


def test_web_and_worker_do_not_start_without_a_master_key(house: House) -> None:
    without = {key: value for key, value in house.environment.items() if key != "COUNTERPART_MASTER_KEY_FILE"}
    poor = House(house.address, without, house.sink)
    for role in ("web", "worker"):
        with pytest.raises(AssertionError, match="There is no master key: set COUNTERPART_MASTER_KEY_FILE"):
            poor.command("check", role=role)
    assert "no issues" in poor.command("check", role="owner")


def test_a_worker_does_not_start_without_a_key_to_sign_with(house: House) -> None:
    without = {key: value for key, value in house.environment.items() if key != "COUNTERPART_SIGNING_KEY_FILE"}
    poor = House(house.address, without, house.sink)
    with pytest.raises(AssertionError, match="COUNTERPART_SIGNING_KEY_FILE is not set"):
        poor.command("check", role="worker")
    assert "no issues" in poor.command("check", role="web")


def test_beat_is_told_no_key_and_starts_without_one(house: House, tmp_path: Path) -> None:
    keys = ("COUNTERPART_MASTER_KEY_FILE", "COUNTERPART_SIGNING_KEY_FILE")
    kept = {name: value for name, value in house.environment.items() if name not in keys}
    other = House("", {**kept, "COUNTERPART_BEAT_FILE": str(tmp_path / "beat")}, house.sink)
    with (tmp_path / "log").open("wb") as log:
        other.start("beat", log)
    wait(lambda: "scheduler ->" in (tmp_path / "log").read_text(), other, tmp_path / "log")
    time.sleep(2)  # what it lacked it would have missed by now
    other.processes["beat"].terminate()
    assert other.processes["beat"].wait(30) == 0
    beat = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())["services"]["beat"]
    assert "secrets" not in beat
    assert [name for name in beat["environment"] if name in keys] == []


def _serves(process: "subprocess.Popen[bytes]") -> bool:
    """A server that has forked its own kind is past its start."""
    return subprocess.run(["pgrep", "-P", str(process.pid)], stdout=subprocess.DEVNULL, check=False).returncode == 0


def test_a_stopped_web_worker_and_beat_end_by_themselves(house: House, tmp_path: Path) -> None:
    schedule = tmp_path / "beat-schedule"
    changed = {"COUNTERPART_BIND": "127.0.0.1:0", "COUNTERPART_BEAT_FILE": str(schedule)}
    other = House("", {**house.environment, **changed}, house.sink)
    with (tmp_path / "log").open("wb") as log:
        for what in ("web", "worker", "beat"):
            other.start(what, log)
    forked = [other.processes[what] for what in ("web", "worker")]

    def begun() -> bool:
        # which names a schedule has is its database's business
        return any(tmp_path.glob(f"{schedule.name}*")) and all(_serves(process) for process in forked)

    wait(begun, other, tmp_path / "log")
    time.sleep(2)
    for process in other.processes.values():
        process.terminate()
    assert {what: process.wait(30) for what, process in other.processes.items()} == {"web": 0, "worker": 0, "beat": 0}


def test_what_web_was_reading_when_it_was_stopped_is_still_answered(house: House, tmp_path: Path) -> None:
    port, body, token = free_port(), json.dumps(REPORT).encode(), _token(house, "officer@wwf.example")
    other = House(
        f"http://127.0.0.1:{port}", {**house.environment, "COUNTERPART_BIND": f"127.0.0.1:{port}"}, house.sink
    )
    with (tmp_path / "log").open("wb") as log:
        other.start("web", log)
    wait(lambda: other.ask("/readyz")[0] == 200, other, tmp_path / "log")
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        line.putrequest("POST", "/api/v1/reports/")
        for name, value in _headers(token, len(body)).items():
            line.putheader(name, value)
        line.endheaders(body[:10])
        time.sleep(1)
        other.processes["web"].terminate()
        time.sleep(1)
        line.send(body[10:])
        with line.getresponse() as answer:
            assert (answer.status, json.loads(answer.read())["state"]) == (201, "DRAFT")
    assert other.processes["web"].wait(30) == 0


def test_compose_tells_each_service_its_own_database_and_no_secret() -> None:
    text = (ROOT / "docker" / "compose.yaml").read_text()
    services = yaml.safe_load(text)["services"]
    urls = {
        name: {key for key in of.get("environment", {}) if key.startswith("DATABASE")} for name, of in services.items()
    }
    assert set(services) == {"proxy", "migrate", "web", "worker", "beat", "postgres", "valkey"}
    assert urls["web"] == {"DATABASE_URL"}
    assert urls["worker"] == urls["beat"] == {"DATABASE_WORKER_URL"}
    assert all(services[name]["read_only"] for name in ("migrate", "web", "worker", "beat"))
    assert not re.findall(r"(?:PASSWORD|SECRET_KEY): (?!\$\{)", text)
    assert all(re.search(r":\d+\.\d+", services[name]["image"]) for name in ("proxy", "postgres", "valkey"))


def test_the_image_runs_as_nobody_in_particular_and_installs_by_hash() -> None:
    lines = (ROOT / "docker" / "Dockerfile").read_text()
    assert re.findall(r"^USER (\d+)$", lines, re.MULTILINE) == ["10001"]
    assert lines.count("\nFROM ") == 2
    assert "--require-hashes" in lines


def test_the_image_is_built_from_the_product_alone() -> None:
    """Everything is left out but what is named, and all that the image copies is named."""
    ignored = (ROOT / "docker" / "Dockerfile.dockerignore").read_text().splitlines()
    named = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(\S+) ", (ROOT / "docker" / "Dockerfile").read_text(), re.MULTILINE)
    assert "*" in ignored
    assert set(copied) == named

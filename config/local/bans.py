"""``make check``'s look for what nobody may write (.ci/semgrep.yml), by semgrep in a virtual environment of its own.

Its pins and those of our other tools exclude each other. It asks nobody anything: rules and code are here.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess  # nosec B404
import sys

from config.local.bootstrap import REQUIREMENTS, say
from config.local.failures import Failure
from config.local.places import ROOT
from config.local.processes import call

HOME = ROOT / ".venv-semgrep"
STAMP = HOME / "made-from"
PINS = REQUIREMENTS / "semgrep.txt"
RULES = ROOT / ".ci" / "semgrep.yml"
SHOWN = ROOT / ".ci" / "semgrep.py"
CODE = ("apps", "config", "seeds", "bench", "manage.py")
ALONE = {"SEMGREP_SEND_METRICS": "off", "SEMGREP_ENABLE_VERSION_CHECK": "0"}


def look() -> int:
    """0 where nothing banned is found and the rules find what they are shown; else semgrep's own status."""
    _ensure()
    environ = {**os.environ, **ALONE, "PATH": f"{HOME / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    words = [str(HOME / "bin" / "semgrep"), "scan", "--quiet", "--error", "--config", str(RULES)]
    return _shown(words, environ) or call([*words, *CODE], environ, ROOT)


def _shown(words: list[str], environ: dict[str, str]) -> int:
    """The rules on what each of them must find: one that finds nothing any more bans nothing."""
    found = call([*words[:2], "--quiet", "--test", "--config", str(RULES), str(SHOWN)], environ, ROOT)
    if found:
        say("semgrep: a rule of .ci/semgrep.yml does not find what .ci/semgrep.py shows it")
    return found


def _ensure() -> None:
    """The environment as the pins say; made anew where they have changed."""
    wanted = hashlib.sha256(PINS.read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    say(f"Making the virtual environment of semgrep in {HOME}")
    shutil.rmtree(HOME, ignore_errors=True)
    pip = [str(HOME / "bin" / "python"), "-m", "pip", "install", "-q", "--no-input", "--disable-pip-version-check"]
    for command in ([sys.executable, "-m", "venv", str(HOME)], [*pip, "--require-hashes", "-r", str(PINS)]):
        if subprocess.run(command, check=False).returncode:  # nosec B603 - our own words
            raise Failure("The virtual environment of semgrep could not be made.")
    STAMP.write_text(wanted)

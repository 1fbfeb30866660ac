"""``test``, ``check``, ``bench``, ``drills``, ``landing``, ``release`` with servers of their own; and what needs none."""

from __future__ import annotations

import json
import os
import subprocess  # nosec B404
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from config.local import bans, bootstrap, keys, servers
from config.local.bootstrap import PYTHON, REQUIREMENTS, VENV, say
from config.local.clock import shifted
from config.local.places import ROOT
from config.local.processes import call

TESTING = {"COUNTERPART_DEVELOPMENT": "1", "COUNTERPART_TESTING": "1", "COUNTERPART_DB_ROLE": "owner"}
LANDING, RELEASE = ({"COUNTERPART_SIZE": size} for size in ("landing", "release"))  # tests/sizes.py
NOT_AUDITED = 2  # exit status: nothing is known, which is not the same as nothing found
STEPS: dict[str, list[str]] = {
    "format": ["-m", "ruff", "format", "--check", "."],
    "lint": ["-m", "ruff", "check", "."],
    "types": ["-m", "mypy"],
    "imports": [str(VENV / "bin" / "lint-imports")],
    "security": ["-m", "bandit", "-q", "-c", "pyproject.toml", "-r", "config", "apps", "seeds", "manage.py"],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
    "safe migrations": ["-m", "config.local.migrating"],
}


def test(arguments: Sequence[str]) -> int:
    """The whole suite (or what the arguments name) on a fresh pair of servers; pytest's exit status."""
    return _pytest(arguments, {})


def drills(arguments: Sequence[str]) -> int:
    """The fault drills alone, in their long form."""
    return _pytest(["-m", "drill", *arguments], LANDING)


def landing(arguments: Sequence[str]) -> int:
    """The whole suite at landing size, and the mutants of what differs from the commit before."""
    status = _pytest(arguments, LANDING)
    return mutants(["--changed"]) or status if not arguments else status


def release(arguments: Sequence[str]) -> int:
    """The whole suite at release size, and every mutant of the policy; it takes hours."""
    status = _pytest(arguments, RELEASE)
    return mutants([]) or status if not arguments else status


def mutants(arguments: Sequence[str]) -> int:
    """Mutants of the policy: 1 where too many go unnoticed, or one without a reason."""
    bootstrap.ensure(bootstrap.TO_TEST)
    return _python(["-m", "tests.mutants", *arguments], os.environ)


def check(arguments: Sequence[str]) -> int:
    """Every step, also after one has failed, then the tests; 0 only where all went well."""
    bootstrap.ensure(bootstrap.TO_TEST)
    with servers.for_tests() as urls:
        environ = {**os.environ, **TESTING, **urls, **shifted()}
        with ThreadPoolExecutor(1) as beside:  # semgrep's own environment is mostly waited for
            banned = beside.submit(_timed, "bans", bans.look)
            verdicts = {name: _step(name, words, environ) for name, words in STEPS.items()}
            verdicts["bans"] = banned.result()
        verdicts["tests"] = _step("tests", _tests(arguments), environ)
    failed = [name for name, status in verdicts.items() if status]
    say(f"check: FAILED in {', '.join(failed)}" if failed else "check: all is well")
    return 1 if failed else 0


def bench(arguments: Sequence[str]) -> int:
    """The measurements behind each speed claim, on a pair that writes to disk as production does."""
    bootstrap.ensure(bootstrap.TO_TEST)
    with servers.throwaway(fsync=True) as pair:
        told = {"COUNTERPART_DEVELOPMENT": "1", **keys.throwaway()}
        return _python(["-m", "bench", *arguments], {**os.environ, **told, **pair.urls})


def requirements(arguments: Sequence[str]) -> int:
    """Compiles every ``requirements/*.in`` again, with hashes and without an index's address.

    Do it on Python 3.11: a newer one leaves out what only 3.11 needs.
    """
    bootstrap.ensure(bootstrap.TO_TEST)
    compiled = [_compile(f"{name}.in", arguments) for name in ("base", "local", "dev", "otel", "semgrep")]
    return max(compiled)


def audit(_: Sequence[str]) -> int:
    """Known vulnerabilities of what is pinned: 1 where there are some, 2 and NOT AUDITED where it could not ask."""
    bootstrap.ensure(bootstrap.TO_TEST)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "audit.json"
        files = [word for name in bootstrap.TO_TEST for word in ("-r", str(REQUIREMENTS / name))]
        words = ["-m", "pip_audit", "--disable-pip", "--require-hashes", "-f", "json", "-o", str(report), *files]
        # Its own last line is "No known vulnerabilities found" even where it could ask about none: only its report counts.
        said = subprocess.run([str(PYTHON), *words], cwd=ROOT, capture_output=True, text=True, check=False).stderr  # nosec B603
        if not report.exists():
            say(said)
        return verdict(report.read_text() if report.exists() else "")


def verdict(report: str) -> int:
    """The exit status of an audit from pip-audit's JSON, and one line that says it.

    A package that was skipped is a package that nobody looked at: pip-audit itself would end with 0.
    """
    packages = json.loads(report)["dependencies"] if report else []
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    found = [
        f"{package['name']} {package['version']}: {v['id']}" for package in packages for v in package.get("vulns", ())
    ]
    if found:
        say("\n".join(["audit: VULNERABLE", *found]))
        return 1
    if skipped or not packages:
        say(f"audit: NOT AUDITED ({len(skipped)} of {len(packages)} packages could not be asked about)")
        return NOT_AUDITED
    say(f"audit: {len(packages)} packages, nothing known against them")
    return 0


def _pytest(arguments: Sequence[str], extra: Mapping[str, str]) -> int:
    bootstrap.ensure(bootstrap.TO_TEST)
    with servers.for_tests() as urls:
        return _python(_tests(arguments), {**os.environ, **TESTING, **extra, **urls, **shifted()})


def _tests(arguments: Sequence[str]) -> list[str]:
    """Two workers unless the person says otherwise; tests that share something dear are kept on one of them."""
    own = any(word.startswith("-n") or word in {"--pdb", "--dist"} for word in arguments)
    return ["-m", "pytest", *([] if own else ["-n", "2", "--dist", "loadgroup"]), *arguments]


def _compile(name: str, arguments: Sequence[str]) -> int:
    kept = "--allow-unsafe --generate-hashes --strip-extras"
    left_out = "--no-emit-find-links --no-emit-index-url --no-emit-trusted-host"
    return _python(
        [
            "-m",
            "piptools",
            "compile",
            "-q",
            *kept.split(),
            *left_out.split(),
            "-o",
            f"{Path(name).stem}.txt",
            *arguments,
            name,
        ],
        {**os.environ, "CUSTOM_COMPILE_COMMAND": "make requirements"},
        REQUIREMENTS,
    )


def _step(name: str, words: list[str], environ: Mapping[str, str]) -> int:
    return _timed(name, lambda: _python(words, environ))


def _timed(name: str, do: Callable[[], int]) -> int:
    say(f"== {name}")
    begun = time.monotonic()
    status = do()
    say(f"== {name}: {'FAILED' if status else 'ok'} ({time.monotonic() - begun:.1f} s)")
    return status


def _python(words: Sequence[str], environ: Mapping[str, str], cwd: Path = ROOT) -> int:
    """Runs something with the virtual environment's Python on our own terminal; its exit status."""
    return call([str(PYTHON), *words], environ, cwd)


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "test": test,
    "check": check,
    "bench": bench,
    "drills": drills,
    "landing": landing,
    "release": release,
    "mutants": mutants,
    "audit": audit,
    "requirements": requirements,
}

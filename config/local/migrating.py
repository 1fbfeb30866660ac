"""``python -m config.local.migrating``: no migration of ours may lock or break a service that runs while it is applied.

django-migration-linter reads the SQL of every migration of our own apps (those of others we could not change). What it finds is
either accepted in ``accepted.txt`` beside this page, with the reason, or fails; an acceptance of what is no longer there
fails too.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import django
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements

ACCEPTED = Path(__file__).with_name("accepted.txt")


def findings() -> set[str]:
    """What there is to say of our migrations: ``app.name: CODE``."""
    linter = MigrationLinter(no_cache=True, no_output=True)
    own = {app.rpartition(".")[2] for app in settings.OUR_APPS}
    found = set()
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if app in own:
            sql = linter.get_sql(app, name)
            errors, _, warnings = analyse_sql_statements(linter.sql_analyser_class, sql, linter.exclude_migration_tests)
            failed, _, doubtful = linter.analyse_data_migration(migration)
            found |= {f"{app}.{name}: {issue.code}" for issue in [*errors, *warnings, *failed, *doubtful]}
    return found


def accepted(text: str) -> dict[str, str]:
    """Each accepted finding and its reason, from lines ``app.name: CODE - reason``."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {finding: reason for finding, _, reason in (line.partition(" - ") for line in lines) if reason}


def verdict(found: Iterable[str], known: Mapping[str, str]) -> list[str]:
    """What is wrong, one line each; nothing where all that was found is accepted, and all that is accepted was found."""
    unknown = [
        f"{finding}: not safe while the service runs, and not accepted" for finding in sorted({*found} - {*known})
    ]
    stale = [f"{finding}: accepted, and not there" for finding in sorted({*known} - {*found})]
    return unknown + stale


def main() -> int:
    """Print what is wrong; 1 where something is."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    logging.getLogger("django_migration_linter").setLevel(logging.WARNING)
    wrong = verdict(findings(), accepted(ACCEPTED.read_text(encoding="utf-8")))
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""``python -m bench.part ROLE NAME``: runs one part as a database role; what it is told and answers is JSON."""

import logging
import os
import sys
from importlib import import_module
from pathlib import Path

import orjson
from django.conf import settings


def main(role: str, name: str) -> None:
    """The role stands before the settings are read, so each part is a process."""
    os.environ["COUNTERPART_DB_ROLE"] = role
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    _write_the_log_nowhere()
    told = orjson.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(orjson.dumps(import_module(f"bench.{name}").run(told)))


def _write_the_log_nowhere() -> None:
    """A line a request is written, as in production; here nobody reads it. The application would set logs up again."""
    settings.LOGGING_CONFIG = None
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(Path(os.devnull).open("w"))  # noqa: SIM115 - as long as the process


if __name__ == "__main__":
    main(*sys.argv[1:])

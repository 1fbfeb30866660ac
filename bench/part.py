"""``python -m bench.part ROLE NAME``: runs one part as a database role; what it is told and answers is JSON."""

import os
import sys
from importlib import import_module

import orjson


def main(role: str, name: str) -> None:
    """The role stands before the settings are read, so each part is a process."""
    os.environ["COUNTERPART_DB_ROLE"] = role
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    told = orjson.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(orjson.dumps(import_module(f"bench.{name}").run(told)))


if __name__ == "__main__":
    main(*sys.argv[1:])

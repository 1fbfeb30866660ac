#!/usr/bin/env python
"""Django's command line. Commands run as the database's owner; serving runs as the web role (config/env.py)."""

import os
import sys


def main() -> None:
    """Run the command that was asked for."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("COUNTERPART_DB_ROLE", "web" if "runserver" in sys.argv[1:2] else "owner")
    from config import commands

    commands.run(sys.argv)


if __name__ == "__main__":
    main()

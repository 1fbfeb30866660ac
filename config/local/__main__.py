"""``python3 -m config.local COMMAND [arguments]``. An old Python can read this page, to say that it is old."""

import os
import shutil
import sys

NEEDED = (3, 11)


def main() -> None:
    """Goes on with this Python, or with a newer one of this machine."""
    if sys.version_info < NEEDED:
        for name in ("python3.13", "python3.12", "python3.11"):
            if shutil.which(name):
                os.execvp(name, [name, "-m", "config.local", *sys.argv[1:]])  # noqa: S606  # nosec B606 # a fixed name
        sys.exit(
            f"Counterpart needs Python 3.11 or newer; this is {sys.version.split()[0]}. Name one: make run PYTHON=…"
        )
    from config.local import commands

    sys.exit(commands.run(sys.argv[1:]))


if __name__ == "__main__":
    main()

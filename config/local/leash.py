"""Becomes another program that cannot outlive its parent: run as a file, in front of the real command.

``python -I -S leash.py SIGNAL PARENT UID:GID|- COMMAND…`` drops to the account, asks the kernel for SIGNAL when the
parent dies, and becomes COMMAND. A program in front, not ``preexec_fn``: that one runs Python between fork and exec,
which may hang where the parent has threads. The order matters: changing the account clears the wish (as a setuid
program would). The wish is tied to the parent's *thread*: start children from one that lives as long as they shall.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
DEFAULTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGPIPE, signal.SIGXFSZ)


def main(arguments: list[str]) -> None:
    """Arguments as above; returns only by raising OSError where the command cannot be run."""
    wish, parent, account, *command = arguments
    if account != "-":
        _become(*(int(part) for part in account.split(":")))
    for number in DEFAULTS:  # in the background SIGINT is inherited as ignored, and Python ignores SIGPIPE
        signal.signal(number, signal.SIG_DFL)
    die_with_parent(int(wish))
    if os.getppid() != int(parent):
        sys.exit("the process that started this one is gone already")
    os.execv(command[0], command)  # noqa: S606  # nosec B606 # the caller's command, no shell


def die_with_parent(number: int) -> None:
    """Asks the kernel to send this process the signal when its parent dies (only Linux knows such a wish)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


def _become(uid: int, gid: int) -> None:
    os.setgroups([gid])
    os.setgid(gid)
    os.setuid(uid)


if __name__ == "__main__":
    main(sys.argv[1:])

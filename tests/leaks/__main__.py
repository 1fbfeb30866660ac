"""``python -m tests.leaks [NAME…]``."""

import sys

from tests.leaks.harness import check

if __name__ == "__main__":
    sys.exit(check(sys.argv[1:]))

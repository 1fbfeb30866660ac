"""``manage.py check_keys``: exit 0 where every data key opens with the masters of this process; else 1, and which do not."""

import sys
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from apps.vault.keys import Data
from apps.vault.queries import living_data_keys


class Command(BaseCommand):
    """Try every data key."""

    help = "Tries to open every data key with the master keys of this process; changes nothing and shows no key."

    def handle(self, *args: Any, **options: Any) -> None:
        tried = [(data, _opens(data)) for data in living_data_keys()]
        shut = Counter(data.master for data, opens in tried if not opens)
        for master, number in sorted(shut.items()):
            self.stderr.write(f"{number} data keys do not open: they were wrapped by the master key {master}")
        if shut:
            sys.exit(1)
        self.stdout.write(f"{len(tried)} data keys, all open")


def _opens(data: Data) -> bool:
    try:
        data.plain()
    except Exception:  # noqa: BLE001 - whatever a holder of masters raises, it means the same
        return False
    return True

"""``manage.py check_grants``: exit 0 where grants, arrays and policy agree; exit 1 and the labels where not."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from apps.sharing import queries


class Command(BaseCommand):
    """Judge every label again and compare."""

    help = "Judges every label again and compares the outcome with its arrays and its grants."

    def handle(self, *args: Any, **options: Any) -> None:
        count, wrong = 0, []
        for label_id, agrees in queries.agreement():
            count += 1
            if not agrees:
                wrong.append(label_id)
        if not wrong:
            self.stdout.write(f"{count} labels: grants, arrays and policy agree")
            return
        for label_id in wrong:
            self.stderr.write(f"label {label_id}: grants, arrays and policy do not agree")
        sys.exit(1)

"""``manage.py note_backup``: notes that a backup has just been made, by whatever makes it (docs/operate/backup.md).

The operations page shows it, and ``COUNTERPART_BACKUP_HOURS`` makes its absence an alarm.
"""

from typing import Any

from django.core.management.base import BaseCommand

from apps.core.clock import now
from apps.notifications.actions import note
from apps.notifications.policy import Beat


class Command(BaseCommand):
    """Note a backup."""

    help = "Notes that a backup has just been made. Run it after whatever makes it, and only where that went well."

    def handle(self, *args: Any, **options: Any) -> None:
        at = now()
        note(beat=Beat.BACKUP, now=at)
        self.stdout.write(f"noted: {at.isoformat(timespec='seconds')}")

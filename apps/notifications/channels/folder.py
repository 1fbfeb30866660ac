"""Mail as files, for development: one readable ``.eml`` a message in ``EMAIL_FILE_PATH``, whole or not there at all."""

import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

from apps.core.clock import now

UNSAFE = re.compile(r"[^A-Za-z0-9@._-]+")


class EmailBackend(BaseEmailBackend):
    """Writes each message beside its place and renames it: whoever watches the folder sees whole messages only."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            _write(folder, message)
        return len(email_messages)


def _write(folder: Path, message: EmailMessage) -> None:
    place = folder / f"{_name(message)}.eml"
    fresh = place.with_suffix(f".{os.getpid()}-{secrets.token_hex(4)}.new")
    fresh.write_bytes(message.message().as_bytes())
    fresh.replace(place)


def _name(message: EmailMessage) -> str:
    """When, to whom, what: ``20261121T093000.123456-liaison@ke-customs.example-Counterpart_SR-2026-7QK2M9XA``."""
    words = [now().strftime("%Y%m%dT%H%M%S.%f"), *message.to, str(message.subject)]
    return "-".join(UNSAFE.sub("_", word).strip("_.") for word in words)[:200]

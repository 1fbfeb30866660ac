"""What sixty mails are compared with: one task that sends the same sixty on one connection, and nothing else."""

import uuid

from celery import shared_task
from django.core.mail import EmailMessage, get_connection

SIXTY = 60
SUBJECT = "A report asks something of your agency: SR-2026-00000000"
BODY = """A report asks something of your agency.

Reference: SR-2026-00000000
Sign in to read it: http://127.0.0.1:8000/referrals/00000000-0000-4000-8000-000000000000/

This message holds no content on purpose.
"""


@shared_task(name="bench.tasks.sixty")
def sixty() -> None:
    """Send sixty mails with the headers and the length of ours; what nobody needs to remember, nobody writes down."""
    with get_connection(fail_silently=False) as line:
        for number in range(SIXTY):
            line.send_messages([_message(number)])


def _message(number: int) -> EmailMessage:
    headers = {
        "Message-ID": f"<{uuid.uuid4()}@counterpart.example>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "en",
    }
    return EmailMessage(SUBJECT, BODY, None, [f"liaison@bench-{number:03}.example"], headers=headers)

"""Every mail of the product is made here: plain text, with the same headers, and no word of the machine that sends it."""

from email.utils import parseaddr
from functools import lru_cache
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation


def mail(*, to: str, subject: str, body: str, ident: UUID) -> EmailMessage:
    """A mail in the language that is in force. Its Message-ID is of the site's domain and follows from ``ident``, so that a
    receiver can drop one that comes twice; Django's own would name the worker's process and host.
    """
    headers = {
        "Message-ID": f"<{ident}@{_domain(settings.DEFAULT_FROM_EMAIL, settings.SITE_URL)}>",
        "Auto-Submitted": "auto-generated",  # RFC 3834: no out-of-office replies to us
        "X-Auto-Response-Suppress": "All",  # the same, as Exchange understands it
        "Content-Language": translation.get_language() or settings.LANGUAGE_CODE,
    }
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [to], headers=headers)


@lru_cache(maxsize=4)
def _domain(sender: str, site: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or urlsplit(site).hostname or "localhost"

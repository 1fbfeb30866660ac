"""Whatever is mailed about accounts says that a machine wrote it, in which language, and names no machine of ours."""

import os
import re
import socket

from django.core import mail

from apps.agencies import actions
from apps.outbox.actions import relay
from config.local.places import ROOT
from tests.agencies.test_warnings import OFFICER, wear_out
from tests.cast import NOW, Cast

NAMED = re.compile(r"\b(?:send_mail|send_mass_mail|mail_admins|mail_managers|EmailMultiAlternatives|EmailMessage)\(")


def test_a_link_and_a_warning_bear_what_notices_bear(cast: Cast) -> None:
    wear_out(OFFICER)
    actions.request_password_reset(email=OFFICER, now=NOW)
    relay()
    assert mail.outbox
    for letter in mail.outbox:
        message = letter.message()
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["X-Auto-Response-Suppress"] == "All"
        assert message["Content-Language"] == "en"
        assert message["From"] == "Counterpart <no-reply@counterpart.example>"
        assert re.fullmatch(r"<[0-9a-f-]{36}@counterpart\.example>", message["Message-ID"])
        raw = message.as_bytes().decode()
        assert socket.gethostname() not in raw
        assert f".{os.getpid()}." not in raw


def test_no_mail_is_made_elsewhere() -> None:
    files = [path for folder in ("apps", "config", "seeds") for path in (ROOT / folder).rglob("*.py")]
    found = [path for path in files if NAMED.search(path.read_text())]
    assert [path.resolve() for path in found] == [(ROOT / "apps/core/mail.py").resolve()]

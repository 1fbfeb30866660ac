"""E-mail: a reference and a link in the reader's language, and how a mail server's answer is understood."""

import logging
import smtplib
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from apps.audit.queries import short_head
from apps.core.mail import mail
from apps.notifications.channels.answers import Answer, code_of, understood
from apps.notifications.models import Alarm
from apps.notifications.policy import COUNTS, SENTENCES, AlarmCode
from apps.notifications.queries import Letter, Notice, Shown, alarm_of, opens
from apps.notifications.states import NoticeKind, Outcome

__all__ = ["Answer", "Line", "code_of", "link", "page_of", "render", "understood"]
log = logging.getLogger(__name__)
SHUTTING_DOWN = "421"  # the one status after which the server hangs up (RFC 5321 section 3.8)
# The page that a notice opens; the reader signs in there and meets the policy.
PAGES: Mapping[NoticeKind, str] = {
    NoticeKind.REFERRAL_OPENED: "web:referral",
    NoticeKind.REFERRAL_FOR_INFORMATION: "web:referral",
    NoticeKind.REFERRAL_ANSWERED: "web:report",
    NoticeKind.REPORT_WITHDRAWN: "web:report",
    NoticeKind.PASSING_ASKED: "web:report",
    NoticeKind.PASSING_ANSWERED: "web:report",
    NoticeKind.NO_LIAISON: "web:referral",  # of those who may open it: the originator's
    NoticeKind.PROBING: "web:person",
}
OPERATIONS = "admin:operations"  # what alarms open
INVITATIONS = "admin:agencies_invitation_changelist"  # where a second administrator confirms
ANY_OTHER = "web:notices"
Counts = tuple[tuple[NoticeKind, int], ...]
LINK = "[link]"  # stands in the words of a message until the link is known


def render(letter: Letter, head: str = "") -> EmailMessage:
    """The message. Its Message-ID follows from the dispatch, so that a receiver can drop one that comes twice; the ``head``
    of the audit trail stands at its foot, and so in other hands than ours.
    """
    alarm = alarm_of(letter.notice.object_id) if letter.notice.kind == NoticeKind.ALARM else None
    counts = tuple(Counter(each.notice.kind for each in letter.all).items())
    subject, body = _words(letter.language, counts, letter.notice.reference, head)
    if alarm is not None:
        body = _alarming(letter.language, alarm)
    body = body.replace(LINK, link(letter.notice))
    with translation.override(letter.language):
        return mail(to=letter.email, subject=subject, body=body, ident=letter.ident)


@lru_cache(maxsize=64)
def _words(language: str, counts: Counts, reference: str, head: str) -> tuple[str, str]:
    """Subject and body of a notice, or of several on one report, the link still to be filled in.

    Kept for a while, since all who are told of one report are told it in the same words, each with a link of their own.
    """
    with translation.override(language):
        kinds = [(kind.label, count) for kind, count in counts]
        words = {"kinds": kinds, "reference": reference, "link": LINK, "site": settings.SITE_URL, "head": head}
        subject = " ".join(render_to_string("notifications/subject.txt", words).split())
        return subject, render_to_string("notifications/body.txt", words).strip() + "\n"


def _alarming(language: str, alarm: Alarm) -> str:
    """The body of an alarm's message: what is wrong, since when, how many, and whether it has ended meanwhile."""
    with translation.override(language):
        counts = [(gettext(COUNTS[name]), value) for name, value in alarm.facts.items() if name in COUNTS]
        sentence = gettext(SENTENCES[AlarmCode(alarm.code)])
        words = {"alarm": alarm, "sentence": sentence, "counts": counts, "link": LINK, "site": settings.SITE_URL}
        return render_to_string("notifications/alarm.txt", words).strip() + "\n"


def link(notice: Notice) -> str:
    """The address that the notice opens."""
    return settings.SITE_URL + (page_of(notice) or reverse(ANY_OTHER))


def page_of(notice: Notice | Shown) -> str:
    """The path of the page that the notice is about; empty where there is none, or none that its reader opens."""
    if notice.kind in (NoticeKind.ALARM, NoticeKind.INVITATION_WAITS):
        return reverse(OPERATIONS if notice.kind == NoticeKind.ALARM else INVITATIONS)
    if notice.object_id is None or notice.kind not in PAGES or not opens(notice):
        return ""
    return reverse(PAGES[notice.kind], args=[notice.object_id])


class Line:
    """One connection to the mail server: opened when first needed, kept for all letters, closed at the end.

    ``down``: the server could not be reached, or hung up before it took anything; every further letter fails for now
    without asking again. A connection that has carried something and breaks is opened anew.
    """

    def __init__(self) -> None:
        self._server = get_connection(fail_silently=False)
        self._carried = 0  # on the connection that is open now
        self.down: Answer | None = None
        self._head: str | None = None  # of the audit trail: asked for once, with the first letter

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()

    def is_up(self) -> bool:
        """Whether the server lets us in."""
        try:
            self._server.open()
        except OSError:
            return False
        return True

    def carry(self, letter: Letter) -> Answer:
        """Hand one letter to the server; never raises."""
        if self.down:
            return self.down
        try:
            self._head = short_head() if self._head is None else self._head
            message = render(letter, self._head)
        except Exception as error:  # one that cannot be written must not hold up the others
            log.exception("a message could not be written", extra={"dispatch_id": letter.id})
            return understood(error)
        return self._hand_over(message, letter)

    def _hand_over(self, message: EmailMessage, letter: Letter) -> Answer:
        try:
            self._server.open()  # does nothing where it is open
            self._server.send_messages([message])
        except Exception as error:  # noqa: BLE001 - whatever a mail server, a disk or a strange address brings about
            log.warning("a message was not taken", extra={"dispatch_id": letter.id, "status": code_of(error)})
            return self._failed(error)
        self._carried += 1
        return Answer(Outcome.SENT, "")

    def _failed(self, error: Exception) -> Answer:
        answer = understood(error)
        if not _is_answer(error):
            self.down = replace(answer, away=True) if isinstance(error, OSError) and not self._carried else None
            self._hang_up()
        return self.down or answer

    def _hang_up(self) -> None:
        self._carried = 0
        try:
            self._server.close()
        except OSError:
            log.info("the mail server did not say goodbye")


def _is_answer(error: Exception) -> bool:
    """Whether the server answered this message and listens on: after anything else the connection is of no more use."""
    answered = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPSenderRefused | smtplib.SMTPDataError)
    return answered and code_of(error) != SHUTTING_DOWN

"""How a mail server's answer is understood: whose fault a refusal is, and whether it is for good.

An address is given up only where the server speaks of the mailbox itself, by an enhanced code (RFC 3463). Whatever else it
refuses may be our fault or its own (a lapsed login, a blocklist, a full disk), which is mended without the recipient's help.
"""

import re
import smtplib
from dataclasses import dataclass

from apps.notifications.states import Outcome

# "There is no such mailbox" or "nobody reads it any more"; 5.1.10: its domain says that it takes no mail.
OF_THE_MAILBOX = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
OF_A_FULL_BOX = frozenset({"5.2.2", "5.3.1"})  # emptied again by its owner, or by whoever looks after the disk
ENHANCED = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})(?!\d)", re.MULTILINE)
ADDRESS = re.compile(r"<[^>]*>|\S+@\S+")  # what an address is called says nothing of why it was refused
TABLE = re.compile(r"\bin (?:\w+ ){1,3}table\b")  # "User unknown in relay recipient table" is about the user
OF_THE_SENDER = re.compile(
    r"relay|\bblock|block ?list|black ?list|\bdeny ?list|spamhaus|spamcop|barracuda|\bspam|reputation|\bpolic"
    r"|\bspf\b|\bdkim\b|\bdmarc\b|authenticat|\bauth\b|credential|log ?in\b|sender|\bclient host|\bptr\b|reverse dns"
    r"|\bquota|mailbox (?:is )?full|over ?quota|storage|disk|insufficient|\brate\b|too (?:many|much|fast|quickly)|throttl"
    r"|greylist|gr[ae]y ?list|try (?:again )?later|tempor|access denied|not permitted|not allowed|not authori[sz]ed"
    r"|\btls\b|certificate|configur"
)
OF_THE_PERSON = re.compile(
    r"no such (?:user|person|mailbox|recipient|address|account|local)|(?:unknown|invalid|no) (?:user|recipient|mailbox)"
    r"|(?:user|recipient|mailbox|address|account)[^.]*(?:unknown|not found|not exist|n't exist|invalid|disabled|no longer)"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """How one attempt ended: a code, never a server's words.

    ``closes``: the recipient's address itself was refused. ``away``: the server could not be asked at all.
    """

    outcome: Outcome
    code: str
    closes: bool = False
    away: bool = False


def understood(error: Exception) -> Answer:
    """What a failure means: for good where the server says so of this recipient or message, else for now."""
    code, words = code_of(error), _words(error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        closes = _of_the_mailbox(code, words)
        return Answer(Outcome.PERMANENT if closes or _of_the_person(code, words) else Outcome.TEMPORARY, code, closes)
    if isinstance(error, smtplib.SMTPDataError) and code[:1] == "5" and not _may_pass(code, words):
        return Answer(Outcome.PERMANENT, code)
    return Answer(Outcome.TEMPORARY, code)


def code_of(error: Exception) -> str:
    """The server's status code, or the kind of failure where it said nothing."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return str(next(iter(error.recipients.values()))[0])
    if isinstance(error, smtplib.SMTPResponseException):
        return str(error.smtp_code)
    return type(error).__name__[:40]


def _of_the_mailbox(code: str, words: str) -> bool:
    """Whether every line that bears an enhanced code speaks of the mailbox, and no word of the sender."""
    said = set(ENHANCED.findall(words))
    return code[:1] == "5" and bool(said) and said <= OF_THE_MAILBOX and not _may_pass(code, words)


def _of_the_person(code: str, words: str) -> bool:
    """Whether it says in words alone that there is nobody of that name: of this message that is enough, of the address not."""
    plain = not ENHANCED.search(words) and code[:1] == "5"
    return plain and not _may_pass(code, words) and bool(OF_THE_PERSON.search(words))


def _may_pass(code: str, words: str) -> bool:
    """Whether it is about us, about the server, or about a mailbox that is full: all of that is mended."""
    said = set(ENHANCED.findall(words))
    too_large = bool(said & {"5.2.3", "5.3.4"})  # our message, and so it stays
    full = (code == "552" and not too_large) or bool(said & OF_A_FULL_BOX)
    return full or any(word[:1] != "5" for word in said) or bool(OF_THE_SENDER.search(TABLE.sub("", words)))


def _words(error: Exception) -> str:
    """What the server said, without the addresses in it; for judging only, never kept."""
    said: object = b""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = next(iter(error.recipients.values()))[1]
    elif isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return ADDRESS.sub("", text).lower()

"""The message: in the reader's language, with a reference and a link, and with nothing of what it is about."""

import re
import smtplib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import trans_real

from apps.agencies.models import User
from apps.notifications.channels import email, folder
from apps.notifications.models import Dispatch
from apps.notifications.states import NoticeKind, Outcome
from tests.cast import Cast
from tests.notifications.conftest import REFERENCE, dispatch_of, notice, send, tell
from tests.notifications.sink import Sink

type_label = Callable[..., UUID]


@pytest.fixture
def french(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second language, with two of our sentences translated."""
    settings.LANGUAGES = [("en", "English"), ("fr", "Français")]
    catalogue = trans_real.DjangoTranslation("fr")
    words = catalogue._catalog  # type: ignore[attr-defined]  # where a compiled file would put them
    words["Sign in to read it:"] = "Connectez-vous pour le lire :"
    words["A report asks something of your agency"] = "Un rapport demande quelque chose à votre service"
    monkeypatch.setitem(trans_real._translations, "fr", catalogue)  # type: ignore[attr-defined]  # no public door


def test_the_message_has_reference_and_link_and_is_plain_text(post: Sink, kenya: User) -> None:
    told = uuid4()
    tell(notice(kenya, None, object_id=told))
    send()
    (taken,) = post.taken
    message = taken.message
    assert message["Subject"] == f"Counterpart: {REFERENCE}"
    assert message["To"] == "liaison@ke-customs.example"
    assert message["From"] == "Counterpart <no-reply@counterpart.example>"
    assert message.get_content_type() == "text/plain"
    assert f"A report asks something of your agency: {REFERENCE}" in taken.text
    assert str(told) in taken.text


def test_it_says_that_a_machine_sent_it_and_which_dispatch_it_is(post: Sink, kenya: User) -> None:
    tell(notice(kenya, None))
    send()
    (taken,) = post.taken
    assert taken.message["Auto-Submitted"] == "auto-generated"
    assert taken.id == f"<{dispatch_of(kenya).id}@counterpart.example>"
    assert taken.message["Date"]


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_of_notice_has_its_sentence_and_its_link(
    post: Sink, kenya: User, settings: LazySettings, kind: NoticeKind
) -> None:
    settings.SITE_URL = "https://counterpart.example"
    tell(notice(kenya, None, kind))
    send()
    (taken,) = post.taken
    assert str(kind.label) in taken.text
    (link,) = re.findall(r"https://counterpart\.example/\S+", taken.text)
    assert link


def test_without_a_reference_it_is_a_notice_and_no_more(post: Sink, kenya: User) -> None:
    tell(notice(kenya, None, NoticeKind.NO_LIAISON, reference=""))
    send()
    (taken,) = post.taken
    assert taken.message["Subject"] == "Counterpart: a notice for you"
    assert f"{NoticeKind.NO_LIAISON.label}.\n" in taken.text


def test_it_is_written_in_the_recipients_language_and_in_nobody_elses(
    post: Sink, kenya: User, cast: Cast, french: None
) -> None:
    china = cast.user("liaison", "CN-CUSTOMS")
    User.objects.filter(id=kenya.id).update(language="fr")
    tell(notice(kenya, None), notice(china, None))
    with translation.override("en"):
        send()
        assert translation.get_language() == "en"
    (for_kenya,), (for_china,) = post.to("liaison@ke-customs.example"), post.to("liaison@cn-customs.example")
    assert "Connectez-vous pour le lire :" in for_kenya.text
    assert "Un rapport demande quelque chose à votre service" in for_kenya.text
    assert for_kenya.message["Content-Language"] == "fr"
    assert "Sign in to read it:" in for_china.text


def test_nothing_of_what_it_is_about_is_in_it(post: Sink, kenya: User, label: type_label) -> None:
    shared = label("KE-CUSTOMS")
    tell(notice(kenya, shared))
    send()
    (taken,) = post.taken
    raw = taken.raw.decode().lower()
    for secret in ("sg-customs", "singapore", "kenya customs", "seizure", str(shared), kenya.name.lower()):
        assert secret.lower() not in raw, secret


def test_a_notice_has_no_field_that_could_hold_content(kenya: User) -> None:
    fields = {field.name for field in Dispatch.notification.field.related_model._meta.get_fields()}
    assert fields == {
        "id", "user", "kind", "cause", "object_id", "label_id", "reference", "created_at", "read_at", "dispatches",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("error", "outcome", "code", "closes"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"5.1.1 no")}), "PERMANENT", "550", True),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"no")}), "TEMPORARY", "550", False),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (450, b"later")}), "TEMPORARY", "450", False),
        (smtplib.SMTPDataError(554, b"no"), "PERMANENT", "554", False),
        (smtplib.SMTPDataError(451, b"later"), "TEMPORARY", "451", False),
        (smtplib.SMTPSenderRefused(550, b"no", "us@b.example"), "TEMPORARY", "550", False),
        (smtplib.SMTPAuthenticationError(535, b"no"), "TEMPORARY", "535", False),
        (smtplib.SMTPServerDisconnected("bye"), "TEMPORARY", "SMTPServerDisconnected", False),
        (TimeoutError(), "TEMPORARY", "TimeoutError", False),
        (ValueError("header"), "TEMPORARY", "ValueError", False),
    ],
)
def test_only_a_refused_recipient_closes_an_address_and_our_own_faults_pass(
    error: Exception, outcome: str, code: str, closes: bool
) -> None:
    assert email.understood(error) == email.Answer(Outcome(outcome), code, closes)


# --- development: mail as files -----------------------------------------------------------------------------------------


@pytest.fixture
def mailbox(tmp_path: Path, settings: LazySettings) -> Path:
    settings.EMAIL_BACKEND = "apps.notifications.channels.folder.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def test_in_development_each_message_is_one_readable_file(mailbox: Path, kenya: User, cast: Cast) -> None:
    tell(notice(kenya, None), notice(cast.user("liaison", "CN-CUSTOMS"), None))
    assert send() == 2
    names = sorted(path.name for path in mailbox.iterdir())
    assert len(names) == 2
    for name in names:
        assert re.fullmatch(
            rf"\d{{8}}T\d{{6}}\.\d{{6}}-liaison@(ke|cn)-customs\.example-Counterpart_{REFERENCE}\.eml", name
        )
    text = next(mailbox.glob("*ke-customs*")).read_text()
    assert f"Subject: Counterpart: {REFERENCE}" in text
    assert set(Dispatch.objects.values_list("state", flat=True)) == {"SENT"}


def test_a_full_disk_is_a_passing_failure(mailbox: Path, kenya: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder, "_write", full)
    tell(notice(kenya, None))
    assert send() == 0
    assert dispatch_of(kenya).state == "PENDING"


@pytest.mark.parametrize("strange", ["../../etc/passwd", "a/b", "a\x00b", "é" * 300, "."])
def test_a_file_name_never_leaves_its_folder(mailbox: Path, strange: str) -> None:
    message = EmailMessage(strange, "body", "a@b.example", ["c@d.example"])
    name = folder._name(message)
    assert "/" not in name
    assert "\x00" not in name
    assert len(name) <= 200

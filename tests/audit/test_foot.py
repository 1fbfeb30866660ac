from apps.audit import heads
from apps.audit.actions import seal
from apps.audit.queries import short_head
from apps.notifications.actions import send_due
from apps.outbox.actions import relay
from tests.audit.conftest import type_write
from tests.callers import ETIS, Caller
from tests.cast import NOW, Cast


def test_every_mail_carries_the_newest_head_out_of_our_hands(
    cast: Cast, written: type_write, key: object, mailoutbox: list[object]
) -> None:
    made = seal(now=NOW)
    Caller(cast.officer("SG-CUSTOMS")).submitted(ETIS)
    relay()
    assert send_due() == len(mailoutbox) > 0
    assert made is not None
    foot = f"Audit head {heads.told(NOW)} {made.head.hex()[:32]}"
    assert {str(mail.body).rstrip().splitlines()[-1] for mail in mailoutbox} == {foot}  # type: ignore[attr-defined]


def test_before_the_first_seal_there_is_no_head(written: type_write) -> None:
    assert short_head() == ""

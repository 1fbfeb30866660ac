"""Second factors, from enrolling to the end."""

from datetime import datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from pytest_django import Settings

from apps.agencies import actions
from apps.agencies.acting import acting, anonymous, proving
from apps.agencies.actions import CodeRefused, Step, TooManyTries
from apps.agencies.models import User
from apps.agencies.policy import Actor, Oneself
from apps.agencies.queries import actor_of, recovery_codes_left
from apps.agencies.sealing import RECOVERY, TOTP, sealed_in, unsealed
from apps.core.errors import Conflict, NotAllowed, NotFound
from apps.outbox.actions import relay
from apps.vault.errors import Unreadable
from tests.agencies.conftest import type_entries
from tests.cast import NOW, PASSWORD, Cast
from tests.doors import code_of, with_app

STEP = timedelta(seconds=30)


def oneself(user: User) -> Oneself:
    return Oneself(user.id, user.agency_id)


@pytest.fixture
def officer(cast: Cast) -> User:
    return cast.user("officer", "SG-CUSTOMS")


@pytest.fixture
def secret(officer: User) -> str:
    return with_app(officer, NOW)


def prove(user: User, code: str, at: datetime = NOW) -> str:
    return actions.prove_by_code(actor=oneself(user), code=code, now=at)


def codes(user: User) -> list[str]:
    return actions.new_recovery_codes(actor=signed_in(user), now=NOW)


def signed_in(user: User) -> Actor:
    actor = actor_of(user_id=user.id, now=NOW)
    assert actor is not None
    return actor


def test_a_code_is_good_once_and_none_before_it_is_good_afterwards(officer: User, secret: str) -> None:
    assert prove(officer, code_of(secret, NOW)) == "totp"
    for at in (NOW, NOW - STEP):
        with pytest.raises(CodeRefused):
            prove(officer, code_of(secret, at))
    assert prove(officer, code_of(secret, NOW + STEP), NOW + STEP) == "totp"


def test_the_code_that_enrolled_the_app_opens_nothing(officer: User, secret: str) -> None:
    with pytest.raises(CodeRefused):
        prove(officer, code_of(secret, NOW - STEP), NOW - STEP)


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_of_another_time_is_refused(officer: User, secret: str, steps: int) -> None:
    with pytest.raises(CodeRefused):
        prove(officer, code_of(secret, NOW + steps * STEP))


def test_another_person_s_code_is_refused(cast: Cast, officer: User, secret: str) -> None:
    other = cast.user("analyst", "SG-CUSTOMS")
    theirs = with_app(other, NOW)
    assert theirs != secret
    with pytest.raises(CodeRefused):
        prove(officer, code_of(theirs, NOW))
    assert prove(other, code_of(theirs, NOW)) == "totp"


def test_a_recovery_code_is_good_once_however_it_is_typed(officer: User, secret: str, entries: type_entries) -> None:
    ten = codes(officer)
    assert (len(ten), len(set(ten))) == (10, 10)
    assert prove(officer, ten[0]) == "recovery_codes"
    assert prove(officer, f" {ten[1].replace('-', ' ')} ") == "recovery_codes"
    for used in ten[:2]:
        with pytest.raises(CodeRefused):
            prove(officer, used)
    with proving(officer.id):
        assert recovery_codes_left(officer.id) == 8
    assert [entry.verb for entry in entries()] == [
        "new_recovery_codes",
        "factor_used",
        "factor_used",
        "factor_refused",
        "factor_refused",
    ]
    assert not any(code[:4] in str(entry.payload) for entry in entries() for code in ten)


def test_new_recovery_codes_end_the_old_ones(officer: User, secret: str) -> None:
    old, new = codes(officer), codes(officer)
    assert set(old).isdisjoint(new)
    with pytest.raises(CodeRefused):
        prove(officer, old[0])
    assert prove(officer, new[0]) == "recovery_codes"


def test_after_ten_mistakes_even_the_right_code_is_refused_for_a_quarter_of_an_hour(officer: User, secret: str) -> None:
    for _ in range(10):
        with pytest.raises(CodeRefused):
            prove(officer, "000000x")
    for code in (code_of(secret, NOW), "000000x"):
        with pytest.raises(TooManyTries):
            prove(officer, code)
    later = NOW + timedelta(minutes=15)
    assert prove(officer, code_of(secret, later), later) == "totp"


def test_secrets_are_sealed_for_their_account_and_nobody_reads_them_back(
    cast: Cast, officer: User, secret: str
) -> None:
    rows = {row.type: str(row.data) for row in Authenticator.objects.filter(user=officer)}
    assert set(rows) == {"totp", "recovery_codes"}
    assert secret not in rows["totp"]
    (row,) = Authenticator.objects.filter(user=officer, type="totp")
    with sealed_in(TOTP, officer.id):
        assert unsealed(row.data["secret"]) == secret
    for field, whose in ((RECOVERY, officer), (TOTP, cast.user("analyst", "SG-CUSTOMS"))):
        with sealed_in(field, whose.id), pytest.raises(Unreadable):
            unsealed(row.data["secret"])
    with pytest.raises(LookupError):
        unsealed(row.data["secret"])


def test_the_database_shows_an_account_its_own_factors_and_no_other_s(cast: Cast, officer: User, secret: str) -> None:
    assert Authenticator.objects.count() == 2
    for door in (
        anonymous(),
        acting(cast.analyst("SG-CUSTOMS")),
        acting(cast.administrator("SG-CUSTOMS")),
        acting(cast.platform),
        proving(cast.user("analyst", "SG-CUSTOMS").id),
    ):
        with door:
            assert Authenticator.objects.count() == 0
            assert Authenticator.objects.filter(user=officer).delete()[0] == 0
    with proving(officer.id):
        assert Authenticator.objects.count() == 2


def test_somebody_who_has_proved_a_password_only_enrols_the_first_factor_and_no_second(
    officer: User, secret: str
) -> None:
    sealed = actions.new_totp(actor=oneself(officer))
    another = actions.open_totp(actor=oneself(officer), sealed=sealed)
    with pytest.raises(Conflict):
        actions.enrol_totp(actor=oneself(officer), secret=another, code=code_of(another, NOW), now=NOW)
    with pytest.raises(Conflict):
        actions.new_recovery_codes(actor=oneself(officer), now=NOW)
    assert Authenticator.objects.filter(user=officer).count() == 2


def test_the_secret_that_is_being_enrolled_opens_for_its_person_only(cast: Cast, officer: User) -> None:
    sealed = actions.new_totp(actor=oneself(officer))
    with pytest.raises(Unreadable):
        actions.open_totp(actor=oneself(cast.user("analyst", "SG-CUSTOMS")), sealed=sealed)


def test_a_wrong_code_enrols_nothing(officer: User, entries: type_entries) -> None:
    sealed = actions.new_totp(actor=oneself(officer))
    secret = actions.open_totp(actor=oneself(officer), sealed=sealed)
    with pytest.raises(CodeRefused):
        actions.enrol_totp(actor=oneself(officer), secret=secret, code="12345", now=NOW)
    assert not Authenticator.objects.exists()
    assert entries() == []


def test_the_last_factor_stays_where_one_is_required(officer: User, secret: str, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    actor = signed_in(officer)
    row = Authenticator.objects.get(user=officer, type="totp")
    with pytest.raises(Conflict) as refusal:
        actions.remove_factor(actor=actor, factor_id=row.pk, now=NOW)
    assert refusal.value.code == "last_factor"
    assert Authenticator.objects.count() == 2
    settings.SECOND_FACTOR_REQUIRED = False
    actions.remove_factor(actor=actor, factor_id=row.pk, now=NOW)
    assert not Authenticator.objects.exists()


def test_nobody_removes_another_s_factor_nor_recovery_codes_as_one(cast: Cast, officer: User, secret: str) -> None:
    row = Authenticator.objects.get(user=officer, type="totp")
    own_codes = Authenticator.objects.get(user=officer, type="recovery_codes")
    for actor, ident in ((cast.analyst("SG-CUSTOMS"), row.pk), (cast.officer("SG-CUSTOMS"), own_codes.pk)):
        with pytest.raises(NotFound):
            actions.remove_factor(actor=actor, factor_id=ident, now=NOW)
    assert Authenticator.objects.count() == 2


def test_an_administrator_resets_the_factors_of_their_own_people_and_ends_their_sessions(
    cast: Cast, officer: User, secret: str, entries: type_entries
) -> None:
    before = User.objects.get(id=officer.id).get_session_auth_hash()
    for actor in (cast.administrator("STRANGER"), cast.analyst("SG-CUSTOMS")):
        with pytest.raises(NotFound):
            actions.reset_factors(actor=actor, user_id=officer.id, now=NOW)
    with pytest.raises(NotAllowed):
        actions.reset_factors(actor=cast.platform, user_id=cast.platform.user_id, now=NOW)
    assert Authenticator.objects.count() == 2
    removed = actions.reset_factors(actor=cast.administrator("SG-CUSTOMS"), user_id=officer.id, now=NOW)
    assert (removed, Authenticator.objects.count()) == (2, 0)
    assert User.objects.get(id=officer.id).get_session_auth_hash() != before
    assert [(entry.verb, entry.object_id) for entry in entries()] == [("reset_factors", officer.id)]


def test_every_change_is_told_to_the_person_by_mail_without_saying_which(officer: User, secret: str) -> None:
    relay()
    (letter,) = mail.outbox
    assert letter.to == [officer.email]
    assert "has changed" in letter.subject
    assert secret not in str(letter.body)


def test_what_follows_a_right_password(cast: Cast, officer: User, secret: str, settings: Settings) -> None:
    analyst = cast.user("analyst", "SG-CUSTOMS")
    assert (actions.next_step(user=officer), actions.next_step(user=analyst)) == (Step.SECOND, Step.IN)
    settings.SECOND_FACTOR_REQUIRED = True
    assert (actions.next_step(user=officer), actions.next_step(user=analyst)) == (Step.SECOND, Step.ENROL)


def test_the_trail_tells_the_first_step_from_the_second(officer: User, secret: str, entries: type_entries) -> None:
    user = actions.sign_in(email=officer.email, password=PASSWORD, now=NOW)
    used = prove(user, code_of(secret, NOW))
    actions.second_step_done(user=user, factor=used, now=NOW)
    assert [entry.verb for entry in entries()] == ["password_accepted", "factor_used", "sign_in"]

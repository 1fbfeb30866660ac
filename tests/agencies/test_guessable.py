"""What passwords may not hold: words of the product, the agency, the person and the operator."""

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from apps.agencies import actions
from apps.agencies.acting import acting
from apps.agencies.guessable import OURS, GuessableWords, held, words_of
from apps.agencies.models import User
from apps.core.errors import Invalid
from config import passwords
from config.env import Misconfigured
from tests.agencies.conftest import invited, type_entries
from tests.cast import NOW, PASSWORD, Cast
from tests.docs.test_asvs import ROOT


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("my-counterpart-login", "counterpart"),
        ("My-C0unt3rP@rt-login", "counterpart"),
        ("c o u n t e r p a r t 1", "counterpart"),
        ("Cöunterpärt for ever", "counterpart"),
        ("the wi1d1ife of 1999", "wildlife"),
        ("an-0ff1cer-of-old", "officer"),
        ("o f f i c e r s mess", ""),
        ("quiet-harbour-at-dawn", ""),
        ("low-cost-flights-9", ""),
    ],
)
def test_a_word_is_found_in_other_case_with_accents_and_with_digits_for_letters(password: str, word: str) -> None:
    assert held(password, {*OURS, "wco"}) == word


def test_words_of_names_are_those_that_say_something() -> None:
    names = ("General Administration of China Customs (GACC)", "SG-CUSTOMS", "Ana María López")
    assert words_of(*names) == {"Administration", "China", "Customs", "GACC", "CUSTOMS", "María", "López"}


@pytest.mark.parametrize(
    "new", ["singapore-by-night", "long ways of sgcustoms, and on", "happy-customs-2026", "5ingap0re slings"]
)
def test_nobody_takes_a_password_of_their_agency_s_words_and_another_agency_s_people_may(
    cast: Cast, entries: type_entries, new: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.change_password(actor=cast.officer("SG-CUSTOMS"), current=PASSWORD, new=new, now=NOW)
    assert refusal.value.code == "weak_password"
    assert "easy to guess here" in refusal.value.errors["new"][0]
    assert entries() == []
    assert actions.change_password(actor=cast.officer("WWF"), current=PASSWORD, new=new, now=NOW)


def test_nobody_takes_a_password_of_their_own_name_or_address(cast: Cast) -> None:
    user = User(name="Wanjiru Achieng", email="w.kamau@revenue.example", agency=cast.agency("KE-CUSTOMS"))
    for password in ("achieng-and-the-sea", "sailing with kamau", "wanjiru4ever-and-a-day", "revenue-for-everyone"):
        with pytest.raises(ValidationError):
            GuessableWords().validate(password, user)
    GuessableWords().validate("example-of-the-sea", user)
    GuessableWords().validate("achieng-and-the-sea", None)


def test_whoever_is_invited_is_told_of_the_words_of_the_agency_that_invites(cast: Cast) -> None:
    actor = cast.administrator("KE-CUSTOMS")
    with acting(actor):
        invitation = invited(actor, email="new@post.example")
    issued = actions.issue_link(invitation_id=invitation.id, now=NOW)
    assert issued is not None
    with pytest.raises(Invalid) as refusal:
        actions.accept_invitation(word=issued[1], name="New", password="Kenya-in-november", now=NOW)
    assert "“Kenya”, which is easy to guess" in refusal.value.errors["new"][0]
    assert not User.objects.filter(email="new@post.example").exists()
    assert actions.accept_invitation(word=issued[1], name="New", password="quiet-harbour-at-dawn", now=NOW)


def test_an_operator_adds_words_and_one_that_would_refuse_everything_is_refused(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = "project-redwood-9"
    monkeypatch.setenv("COUNTERPART_PASSWORD_WORDS", " Redwood , HQ7")
    settings.AUTH_PASSWORD_VALIDATORS = passwords.validators()
    with pytest.raises(Invalid):
        actions.change_password(actor=cast.officer("WWF"), current=PASSWORD, new=new, now=NOW)
    monkeypatch.setenv("COUNTERPART_PASSWORD_WORDS", "Redwood, e")
    with pytest.raises(Misconfigured, match="COUNTERPART_PASSWORD_WORDS: e:"):
        passwords.validators()
    monkeypatch.delenv("COUNTERPART_PASSWORD_WORDS")
    settings.AUTH_PASSWORD_VALIDATORS = passwords.validators()
    assert actions.change_password(actor=cast.officer("WWF"), current=PASSWORD, new=new, now=NOW)


def test_the_paper_names_every_word_that_the_product_brings() -> None:
    paper = (ROOT / "docs" / "passwords.md").read_text()
    assert [word for word in OURS if word not in paper] == []

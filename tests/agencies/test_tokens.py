from datetime import timedelta

import pytest

from apps.agencies import actions
from apps.agencies.acting import acting
from apps.agencies.models import ApiToken
from apps.agencies.policy import Actor
from apps.agencies.queries import actor_by_token, digest
from apps.core.errors import Invalid, NotAllowed, NotFound
from tests.agencies.conftest import type_entries
from tests.cast import NOW, Cast

MONTH = timedelta(days=30)


def issued(actor: Actor) -> tuple[str, ApiToken]:
    with acting(actor):
        return actions.issue_token(actor=actor, name="script", life=MONTH, now=NOW)


def test_a_token_is_random_stored_as_its_hash_and_never_again_readable(cast: Cast) -> None:
    officer = cast.officer("SG-CUSTOMS")
    raws = {issued(officer)[0] for _ in range(5)}
    assert len(raws) == 5
    for raw in raws:
        row = ApiToken.objects.get(digest=digest(raw))
        assert (row.hint, row.user_id, row.expires_at) == (raw[-4:], officer.user_id, NOW + MONTH)
        assert raw not in repr(row.__dict__)


def test_a_token_opens_its_own_account_until_it_ends(cast: Cast) -> None:
    officer = cast.officer("SG-CUSTOMS")
    raw, _ = issued(officer)
    found = actor_by_token(raw=raw, now=NOW + MONTH - timedelta(seconds=1))
    assert found is not None
    assert found[0] == officer
    assert actor_by_token(raw=raw, now=NOW + MONTH) is None
    assert actor_by_token(raw=raw + "x", now=NOW) is None


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_token_that_would_live_too_long_or_not_at_all_is_not_made(
    cast: Cast, entries: type_entries, days: int
) -> None:
    officer = cast.officer("SG-CUSTOMS")
    with pytest.raises(Invalid), acting(officer):
        actions.issue_token(actor=officer, name="script", life=timedelta(days=days), now=NOW)
    assert (ApiToken.objects.count(), entries()) == (0, [])


def test_a_person_ends_their_own_tokens_only(cast: Cast, entries: type_entries) -> None:
    officer, colleague = cast.officer("SG-CUSTOMS"), cast.liaison("SG-CUSTOMS")
    raw, token = issued(officer)
    with pytest.raises(NotFound), acting(colleague):
        actions.revoke_token(actor=colleague, token_id=token.id, now=NOW)
    assert actor_by_token(raw=raw, now=NOW) is not None
    with acting(officer):
        actions.revoke_token(actor=officer, token_id=token.id, now=NOW)
    assert actor_by_token(raw=raw, now=NOW) is None
    assert [entry.verb for entry in entries()] == ["issue_token", "revoke_token"]


def test_a_platform_administrator_ends_anybodys_tokens_and_each_is_recorded(cast: Cast, entries: type_entries) -> None:
    tokens = [issued(cast.officer(code))[1] for code in ("SG-CUSTOMS", "KE-CUSTOMS")]
    ids = [token.id for token in tokens]
    with pytest.raises(NotAllowed), acting(cast.administrator("SG-CUSTOMS")):
        actions.revoke_tokens(actor=cast.administrator("SG-CUSTOMS"), token_ids=ids, now=NOW)
    with acting(cast.platform):
        assert actions.revoke_tokens(actor=cast.platform, token_ids=ids, now=NOW) == 2
        assert actions.revoke_tokens(actor=cast.platform, token_ids=ids, now=NOW) == 0
    revoked = [entry for entry in entries() if entry.verb == "revoke_token"]
    assert {entry.object_id for entry in revoked} == set(ids)
    assert ApiToken.objects.filter(revoked_at=NOW).count() == 2

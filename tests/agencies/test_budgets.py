from datetime import timedelta

import pytest
from django.db import transaction

from apps.agencies import actions
from apps.agencies.acting import anonymous
from apps.agencies.models import Budget
from tests.cast import NOW, Cast

HOUR = timedelta(hours=1)


def tries(count: int, key: str = "a", kind: str = "test", minutes: int = 0) -> list[bool]:
    at = NOW + timedelta(minutes=minutes)
    return [actions.spend(kind=kind, key=key, most=3, within=HOUR, now=at) for _ in range(count)]


def test_a_budget_is_spent_and_whole_again_when_its_window_is_over(cast: Cast) -> None:
    assert tries(5) == [True, True, True, False, False]
    assert tries(1, minutes=59) == [False]
    assert tries(4, minutes=60) == [True, True, True, False]


def test_budgets_of_other_keys_and_kinds_are_others(cast: Cast) -> None:
    assert tries(4) == [True, True, True, False]
    assert tries(1, key="b") == [True]
    assert tries(1, kind="other") == [True]


def test_what_was_right_is_given_back_and_no_more_than_was_spent(cast: Cast) -> None:
    for _ in range(5):
        assert tries(1) == [True]
        actions.refund(kind="test", key="a")
    actions.refund(kind="test", key="a")
    assert tries(4) == [True, True, True, False]


def test_trying_on_does_not_keep_a_budget_spent(cast: Cast) -> None:
    tries(3)
    assert tries(30, minutes=30) == [False] * 30
    assert tries(1, minutes=60) == [True]


def test_the_table_holds_no_address(cast: Cast) -> None:
    tries(1, key="officer@sg-customs.example")
    (row,) = Budget.objects.values_list("key", "kind", "spent")
    assert (len(row[0]), row[1:]) == (32, ("test", 1))
    assert b"officer" not in bytes(row[0])


@pytest.mark.django_db
def test_a_budget_can_not_be_spent_where_a_roll_back_would_give_it_back() -> None:
    with pytest.raises(RuntimeError), transaction.atomic(), anonymous():
        tries(1)
    assert not Budget.objects.exists()

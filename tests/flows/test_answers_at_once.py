"""Answers that are given at the same instant: what comes after the end is refused, and nothing is asked twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.callers import ETIS
from tests.flows.crew import Crew, crew
from tests.served import Service, served
from tests.sizes import size

pytestmark = pytest.mark.django_db
ROUNDS = size(commit=4, landing=30, release=200)
ORDER = """
SELECT verb FROM audit_entry WHERE object_id = %s AND verb IN ('record_action', 'closed') ORDER BY seq
"""
ENDS = """
SELECT verb FROM audit_entry
WHERE object_id IN (%s, %s) AND verb IN ('record_action', 'withdraw_report') ORDER BY seq
"""


def _asked(service: Service, workers: Crew, officer: dict[str, str]) -> tuple[str, str]:
    """A report of Singapore's, and Kenya's referral of it."""
    made = service.call("POST", "/api/v1/reports/", ETIS, **officer).data["id"]
    assert service.call("POST", f"/api/v1/reports/{made}/submit/", **officer).status == 200
    assert workers.at_once(worker=[{"do": "relay"}]) == ["done"]
    (found,) = service.rows(
        "SELECT r.id FROM referrals_referral r JOIN agencies_agency a ON a.id = r.agency_id"
        " WHERE r.report_id = %s AND a.code = 'KE-CUSTOMS'",
        made,
    )
    return made, str(found[0])


def _at_once(service: Service, asked: list[tuple[str, dict[str, Any]]], headers: dict[str, str]) -> list[int]:
    with ThreadPoolExecutor(len(asked)) as threads:
        return list(threads.map(lambda one: service.call("POST", one[0], one[1], **headers).status, asked))


def test_no_action_is_recorded_after_the_closing(tmp_path: Path) -> None:
    with served(tmp_path) as service, crew(service) as workers:
        officer, kenya = service.token("liaison", "SG-CUSTOMS"), service.token("liaison", "KE-CUSTOMS")
        for _ in range(ROUNDS):
            _, referral = _asked(service, workers, officer)
            address = f"/api/v1/referrals/{referral}/"
            act = {"kind": "ENQUIRY", "text": "Opened"}
            service.call("POST", f"{address}accept/", **kenya)
            service.call("POST", f"{address}actions/", act, **kenya)
            statuses = _at_once(
                service, [*[(f"{address}actions/", act)] * 4, (f"{address}close/", {"outcome": "Done"})], kenya
            )
            told = [row[0] for row in service.rows(ORDER, referral)]
            assert told[-1] == "closed"
            assert told.count("record_action") == 1 + statuses[:4].count(201)
            assert set(statuses) <= {200, 201, 409}


def test_no_action_follows_the_withdrawal_of_its_report(tmp_path: Path) -> None:
    """By the trail, which is the order in which things were done; what came after is refused, not cancelled later."""
    with served(tmp_path) as service, crew(service) as workers:
        officer, kenya = service.token("liaison", "SG-CUSTOMS"), service.token("liaison", "KE-CUSTOMS")
        for _ in range(ROUNDS):
            report, referral = _asked(service, workers, officer)
            address, act = f"/api/v1/referrals/{referral}/", {"kind": "ENQUIRY", "text": "Opened"}
            service.call("POST", f"{address}accept/", **kenya)
            with ThreadPoolExecutor(6) as threads:
                acting = [threads.submit(service.call, "POST", f"{address}actions/", act, **kenya) for _ in range(5)]
                ending = threads.submit(service.call, "POST", f"/api/v1/reports/{report}/withdraw/", **officer)
            statuses = [each.result().status for each in acting]
            told = [row[0] for row in service.rows(ENDS, referral, report)]
            assert (ending.result().status, told[-1]) == (200, "withdraw_report")
            assert told.count("record_action") == statuses.count(201)
            assert set(statuses) <= {201, 409}


def test_the_same_wish_to_pass_on_at_once_is_one_wish(tmp_path: Path) -> None:
    with served(tmp_path) as service, crew(service) as workers:
        officer, kenya = service.token("liaison", "SG-CUSTOMS"), service.token("liaison", "KE-CUSTOMS")
        for _ in range(ROUNDS):
            report, _ = _asked(service, workers, officer)
            wish = {"agency": "KE-WILDLIFE", "reason": "They inspect the port"}
            statuses = _at_once(service, [(f"/api/v1/reports/{report}/passings/", wish)] * 6, kenya)
            assert Counter(statuses) == {201: 1, 409: 5}

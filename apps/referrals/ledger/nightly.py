"""The proof that nobody has to think of: asked each night, and told to administrators where the books do not agree."""

from collections.abc import Sequence
from datetime import datetime

from apps.notifications.actions import alarm, all_clear, note
from apps.notifications.policy import AlarmCode, Beat, Facts
from apps.referrals.ledger.proof import prove
from apps.referrals.ledger.terms import Finding


def report(*, now: datetime) -> int:
    """Prove; an alarm where anything was found or could not be judged, the end of that alarm where all was judged and
    nothing found. How many rows are wrong.

    What still waits for the worker is no difference. Of nights in which it was ended from outside the alarm ``nightly`` tells.
    """
    findings = prove(now=now).findings
    if findings:
        alarm(code=AlarmCode.LEDGER, facts=_facts(findings), now=now)
    else:
        note(beat=Beat.LEDGER, now=now)
        all_clear(code=AlarmCode.LEDGER, now=now)
    return sum(finding.count for finding in findings)


def _facts(findings: Sequence[Finding]) -> Facts:
    """How much, how many checks were cut off, and the code of the first check; which rows, ``manage.py prove`` says."""
    wrong = sum(finding.count for finding in findings)
    cut_off = sum(not finding.judged for finding in findings)
    facts: Facts = {"differences": wrong, "checks": len(findings), "first": findings[0].code}
    return {**facts, "not_judged": cut_off} if cut_off else facts

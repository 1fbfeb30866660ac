"""The ledger: whether anything was lost, doubled, or is there without a cause. It reads, and judges what stands in rows.

It is the second opinion on what the actions and subscribers did: written apart from them, in SQL, over whole tables. What
may be different now from what it was when the worker came (an account that changed its roles since) is not judged, and
counted as such. Nothing here names content: what is found is told by ids.
"""

from apps.referrals.ledger.nightly import report
from apps.referrals.ledger.proof import pending, prove
from apps.referrals.ledger.terms import Area, Check, Finding, Notes, Proof

__all__ = ["Area", "Check", "Finding", "Notes", "Proof", "pending", "prove", "report"]

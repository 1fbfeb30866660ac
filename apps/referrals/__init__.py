"""Referrals: what one report asks of one agency, and what that agency answers.

A *referral* carries all of an agency's parts of the route, the ask, the due time and why. One colleague's answer is the
agency's. The agency and the report's originator see it, nobody else, and only while both can read the report.
"""

"""The secrets: what others do that the reader must not be able to notice, each told in a world with it and in one without.

A secret is a generator of parts: the first happens before the reader asks anything, the others in between. ``on`` says in which
world we are. What a reader could learn of it by guessing (ids, words) goes to ``scene.secret``: it will be asked for.
"""

from tests.worlds.hidden import of_people, of_reports
from tests.worlds.hidden.told import Secret

SECRETS: tuple[Secret, ...] = (
    of_reports.a_report,
    of_reports.a_draft,
    of_reports.a_withdrawal,
    of_reports.a_red_report,
    of_reports.a_red_narrative,
    of_reports.an_exclusion,
    of_reports.an_exclusion_from_all,
    of_reports.an_audience,
    of_reports.an_author,
    of_reports.an_answer,
    of_people.a_colleague_elsewhere,
    of_people.a_candidate,
    of_people.an_operation,
    of_people.searches,
    of_people.others_notices,
    of_people.others_keys,
    of_people.a_late_answer,
    of_people.a_passing_on,
    of_people.a_broken_glass,
)
# Platform administrators see who did what to which object, and accounts: no content, whatever it is.
OF_CONTENT: tuple[Secret, ...] = (of_reports.other_words, of_reports.a_red_narrative)

__all__ = ["OF_CONTENT", "SECRETS", "Secret"]

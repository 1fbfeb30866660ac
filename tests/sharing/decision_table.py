"""The decision table of the policy: one report, every relation to it, every label; and docs/policy.md made from it.

The table is decision_table.csv, written by hand: a row is a reader, a cell says whether they read and the code of the
rule that decides. The test compares each cell with the policy; ``python -m tests.sharing.decision_table`` prints the
page, and another test keeps the committed page equal to it.
"""

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from apps.sharing import policy
from apps.sharing.policy import Facts, Member, Role, Stage, Tlp, Verb
from apps.sharing.routing import Counterpart, Part, RoutePart
from apps.sharing.sentences import TLPS
from tests.sharing.oracle import Reader

TABLE = Path(__file__).with_name("decision_table.csv")
PAGE = Path(__file__).parents[2] / "docs" / "policy.md"

AUTHOR = policy.FIRST_USER + 1
OPERATION = policy.FIRST_OPERATION
OTHER_OPERATION = policy.FIRST_OPERATION + 1
OPENING = policy.FIRST_OPENING
OTHER_OPENING = policy.FIRST_OPENING + 1

_MEMBERS = (
    Member(100, "SG-CUSTOMS", "SG", law_enforcement=True, active=True),
    Member(101, "CN-POLICE", "CN", law_enforcement=True, active=True),
    Member(102, "WILDAID", "US", law_enforcement=False, active=True),
    Member(103, "CN-CUSTOMS", "CN", law_enforcement=True, active=True),
    Member(104, "KE-CUSTOMS", "KE", law_enforcement=True, active=True),
    Member(105, "WCO", "", law_enforcement=True, active=True),
    Member(106, "CITES", "", law_enforcement=False, active=True),
    Member(107, "NG-CUSTOMS", "NG", law_enforcement=True, active=True),
    Member(108, "HK-CUSTOMS", "HK", law_enforcement=True, active=True),
    Member(109, "VN-CUSTOMS", "VN", law_enforcement=True, active=True),
    Member(110, "UG-CUSTOMS", "UG", law_enforcement=True, active=False),
    Member(111, "MY-CUSTOMS", "MY", law_enforcement=True, active=True),
    Member(112, "IFAW", "US", law_enforcement=False, active=True),
    Member(113, "AE-CUSTOMS", "AE", law_enforcement=True, active=True),
    Member(114, "CN-POST", "CN", law_enforcement=True, active=True),
    Member(115, "TENCENT", "CN", law_enforcement=False, active=True),
    Member(116, "KE-WILDLIFE", "KE", law_enforcement=True, active=True),
    Member(117, "STRANGER", "IS", law_enforcement=True, active=True),
    Member(118, "WWF", "CH", law_enforcement=False, active=True),
)
MEMBERS = {member.token: member for member in _MEMBERS}
BY_CODE = {member.code: member for member in _MEMBERS}


def token(code: str) -> int:
    """The token of an agency of the cast."""
    return BY_CODE[code].token


def counterpart(code: str, *parts: RoutePart) -> Counterpart:
    """An agency of the cast with its parts, as routing resolves it."""
    return Counterpart(
        agency=token(code),
        parts=parts,
        for_information=all(part.for_information for part in parts),
        coordinating=all(part.coordinated for part in parts),
    )


FACTS = Facts(
    originator=token("SG-CUSTOMS"),
    author=AUTHOR,
    tlp=Tlp.AMBER,
    law_enforcement_only=True,
    stage=Stage.SHARED,
    named=frozenset({token("CN-POLICE"), token("WILDAID"), token("CN-CUSTOMS")}),
    withheld=frozenset({token("NG-CUSTOMS"), token("HK-CUSTOMS"), token("VN-CUSTOMS")}),
    counterparts=(
        counterpart("KE-CUSTOMS", RoutePart(Part.ORIGIN, "KE"), RoutePart(Part.EXPORT, "KE")),
        counterpart("UG-CUSTOMS", RoutePart(Part.ORIGIN, "UG")),
        counterpart("WCO", RoutePart(Part.ORIGIN, "XF", coordinated=True)),
        counterpart("NG-CUSTOMS", RoutePart(Part.EXPORT, "NG")),
        counterpart("CN-CUSTOMS", RoutePart(Part.DESTINATION, "CN")),
        counterpart("CITES", RoutePart(Part.TRANSIT, "XX", coordinated=True)),
    ),
    operation=OPERATION,
    passed_on=frozenset({token("CN-POST"), token("TENCENT")}),
)


def _reader(code: str, role: Role, *held: int, user_token: int = AUTHOR + 1) -> Reader:
    return Reader(BY_CODE[code], frozenset({role}), user_token=user_token, held=held)


READERS = {
    "the author (an officer of SG-CUSTOMS)": _reader("SG-CUSTOMS", Role.OFFICER, user_token=AUTHOR),
    "another officer of SG-CUSTOMS": _reader("SG-CUSTOMS", Role.OFFICER),
    "an analyst of SG-CUSTOMS": _reader("SG-CUSTOMS", Role.ANALYST),
    "a liaison of SG-CUSTOMS": _reader("SG-CUSTOMS", Role.LIAISON),
    "the administrator of SG-CUSTOMS": _reader("SG-CUSTOMS", Role.AGENCY_ADMIN),
    "an officer of CN-POLICE (named)": _reader("CN-POLICE", Role.OFFICER),
    "a liaison of CN-POLICE (named)": _reader("CN-POLICE", Role.LIAISON),
    "an officer of WILDAID (NGO; named)": _reader("WILDAID", Role.OFFICER),
    "a liaison of WILDAID (NGO; named)": _reader("WILDAID", Role.LIAISON),
    "a liaison of CN-CUSTOMS (named; destination)": _reader("CN-CUSTOMS", Role.LIAISON),
    "an officer of KE-CUSTOMS (origin)": _reader("KE-CUSTOMS", Role.OFFICER),
    "a liaison of KE-CUSTOMS (origin)": _reader("KE-CUSTOMS", Role.LIAISON),
    "the administrator of KE-CUSTOMS (origin)": _reader("KE-CUSTOMS", Role.AGENCY_ADMIN),
    "a liaison of WCO (coordinates XF)": _reader("WCO", Role.LIAISON),
    "a liaison of CITES (coordinates XX; not law enforcement)": _reader("CITES", Role.LIAISON),
    "a liaison of NG-CUSTOMS (export; withheld)": _reader("NG-CUSTOMS", Role.LIAISON),
    "a liaison of HK-CUSTOMS (no part; withheld)": _reader("HK-CUSTOMS", Role.LIAISON),
    "a liaison of VN-CUSTOMS (in the operation; withheld)": _reader("VN-CUSTOMS", Role.LIAISON, OPERATION),
    "a liaison of UG-CUSTOMS (origin; deactivated)": _reader("UG-CUSTOMS", Role.LIAISON),
    "a liaison of MY-CUSTOMS (in the operation; it runs)": _reader("MY-CUSTOMS", Role.LIAISON, OPERATION),
    "a liaison of MY-CUSTOMS (in the operation; it is over)": _reader("MY-CUSTOMS", Role.LIAISON),
    "a liaison of IFAW (NGO; in the operation; it runs)": _reader("IFAW", Role.LIAISON, OPERATION),
    "a liaison of AE-CUSTOMS (in another operation)": _reader("AE-CUSTOMS", Role.LIAISON, OTHER_OPERATION),
    "a liaison of CN-POST (passed on to it)": _reader("CN-POST", Role.LIAISON),
    "a liaison of TENCENT (passed on to it; not law enforcement)": _reader("TENCENT", Role.LIAISON),
    "a liaison of KE-WILDLIFE (sister of KE-CUSTOMS)": _reader("KE-WILDLIFE", Role.LIAISON),
    "a liaison of STRANGER (law enforcement; no part)": _reader("STRANGER", Role.LIAISON),
    "a liaison of WWF (NGO; no part)": _reader("WWF", Role.LIAISON),
    "the platform's staff": Reader(None, frozenset(), AUTHOR + 1),
    "an administrator (break-glass; it is open)": Reader(None, frozenset(), AUTHOR + 1, opening=OPENING),
    "an administrator (break-glass on another report)": Reader(None, frozenset(), AUTHOR + 1, opening=OTHER_OPENING),
}

ROLES = {
    "Officer": Role.OFFICER,
    "Analyst": Role.ANALYST,
    "Liaison": Role.LIAISON,
    "Agency administrator": Role.AGENCY_ADMIN,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: ``law_enforcement_only`` lists the values it holds for, ``cells`` what is expected."""

    reader: str
    stage: Stage
    law_enforcement_only: tuple[bool, ...]
    cells: dict[Tlp, str]


def rows() -> Iterator[Row]:
    """The lines of decision_table.csv."""
    flags = {"yes": (True,), "no": (False,), "either": (True, False)}
    with TABLE.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            cells = {tlp: line[tlp] for tlp in Tlp}
            yield Row(line["reader"], Stage(line["stage"]), flags[line["law_enforcement_only"]], cells)


def verdict(*, facts: Facts, reader: Reader) -> str:
    """What the policy says in the words of the table: whether this reader reads, and the code that decides."""
    judgement = policy.judge(facts=facts, members=MEMBERS)
    tokens = reader.tokens
    if policy.visible(audience=judgement.audience, withheld=judgement.withheld, tokens=tokens):
        return "yes " + next(ground.basis for ground in judgement.grounds if ground.token in tokens)
    agency = reader.agency.token if reader.agency else None
    reason = next((omission.reason for omission in judgement.left_out if omission.agency == agency), None)
    if reason:
        return f"no {reason}"
    if not tokens:
        return "no NOTHING_HELD"
    colleagues = agency is not None and any(ground.agency == agency for ground in judgement.grounds)
    return "no CLEARED_ONLY" if colleagues else "no NOT_CONCERNED"


def facts_of(*, row: Row, tlp: Tlp, law_enforcement_only: bool) -> Facts:
    """The one report of the table, labelled as a cell says."""
    labelled = replace(FACTS, stage=row.stage, tlp=tlp, law_enforcement_only=law_enforcement_only)
    return replace(labelled, opened=frozenset({OPENING}))


_HEAD = """# The policy

This page is printed from the policy's own rules and from its decision table (`tests/sharing/decision_table.csv`) by
`python -m tests.sharing.decision_table > docs/policy.md`; a test fails where it is out of date. Don't edit it by hand.

## What the labels mean here

Counterpart's labels are house rules on top of FIRST's Traffic Light Protocol 2.0, not FIRST's own: FIRST's RED names
individuals, here it names agencies and in them the users with restricted clearance (the liaisons); FIRST's AMBER
includes an organisation's clients, here nobody's; FIRST's GREEN is a community, here the member agencies.

"""

_GROUPS = """
## Who lets whom in

Each rule holds from its label on, so a more open label lets in everybody whom a narrower one does. A draft knows the
first two rules only; a withdrawn report keeps its audience, who see that it was withdrawn and no more.

"""

_REFUSALS = """
## What keeps an agency out

The first that holds is told to the originator, and to nobody else. None of them touches the originator, and an agency
both named and withheld, or an originator that withholds from itself, is an error of input: nothing is judged.

"""

_VERBS = """
## Who may do what

Before anything is known of the report; whether it is seen, the audience decides. A user may hold several roles.
Platform staff hold none, and no verb. Words (`q`) narrow a list as its other filters do, and are part of `READ`;
`SEARCH` is `POST reports/search/`.

"""

_FILING = """
Only agencies with the law-enforcement flag draft seizures. Intelligence and analysis are drafted by them and by
agencies of the kinds {partners}.
"""

_TABLES = """
## The decision table

One report: filed by an officer of SG-CUSTOMS; CN-POLICE, WILDAID (an NGO) and CN-CUSTOMS named; withheld from NG-
CUSTOMS, HK-CUSTOMS and VN-CUSTOMS; counterparts KE-CUSTOMS, UG-CUSTOMS (deactivated since), NG-CUSTOMS and CN-CUSTOMS,
with WCO and CITES coordinating codes that are no country; part of a joint operation; passed on to CN-POST and TENCENT;
opened by break-glass for one administrator. A cell says whether the reader reads it, and the code of the first rule
that decides. Beside those above: `CLEARED_ONLY` (colleagues with restricted clearance read it, this one has none),
`NOTHING_HELD` (no content role, or no agency that is active), `NOT_CONCERNED` (no rule speaks of them). A withdrawn
report reads as a shared one.
"""

_TITLES = {
    (Stage.SHARED, (True,)): "Shared, law-enforcement-only",
    (Stage.SHARED, (False,)): "Shared, not law-enforcement-only",
    (Stage.DRAFT, (True, False)): "Draft",
}


def _table(head: tuple[str, ...], lines: Iterator[tuple[str, ...]]) -> Iterator[str]:
    """A table in Markdown."""
    for cells in (head, ("---",) * len(head), *lines):
        yield "| " + " | ".join(cells) + " |\n"


def _rules() -> Iterator[str]:
    yield from _table(("label", "what it says"), ((tlp, TLPS[tlp]) for tlp in Tlp))
    yield _GROUPS
    lets_in = ((f"`{r.basis}`", r.since, r.proposes.__doc__ or "") for r in policy.LETS_IN)
    yield from _table(("code", "from", "lets in"), lets_in)
    yield _REFUSALS
    yield from _table(("code", "because"), ((f"`{r.reason}`", r.refuses.__doc__ or "") for r in policy.KEEPS_OUT))


def _roles() -> Iterator[str]:
    yield _VERBS
    lines = (
        (f"`{verb}`", *("yes" if role in policy.ROLES_OF[verb] else "" for role in ROLES.values())) for verb in Verb
    )
    yield from _table(("verb", *ROLES), lines)
    yield _FILING.format(partners=" and ".join(sorted(f"`{kind}`" for kind in policy.PARTNERS)))


def _decisions() -> Iterator[str]:
    yield _TABLES
    for (stage, flags), title in _TITLES.items():
        chosen = (row for row in rows() if (row.stage, row.law_enforcement_only) == (stage, flags))
        yield f"\n### {title}\n\n"
        yield from _table(("reader", *Tlp), ((row.reader, *row.cells.values()) for row in chosen))


def render_markdown() -> str:
    """The page docs/policy.md."""
    return _HEAD + "".join((*_rules(), *_roles(), *_decisions()))


if __name__ == "__main__":
    sys.stdout.write(render_markdown())

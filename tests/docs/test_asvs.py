"""docs/asvs.md, read as a table: every number once, whole levels, nothing named that is not there, a reason for each gap."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "asvs.md"
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([123]) \| (.+?) \| (met|not applicable|not yet) \| (.+) \|$")
PATH = re.compile(r"`([\w./-]+\.(?:py|md|txt|sh|yaml))`")
# How many items ASVS 5.0.0 has on its levels one and two, all of which stand here; and those of level three that we chose.
WHOLE = {1: 70, 2: 183}
CHOSEN = """
1.2.10 2.3.5 4.1.5 5.2.4 5.2.5 5.2.6 5.3.3 6.3.5 6.3.7 6.3.8 6.4.6 6.5.6 7.5.3 8.1.3 8.1.4 8.3.2 8.3.3 8.4.2 11.2.4 11.3.4
13.1.2 13.1.3 13.1.4 13.3.4 14.2.5 14.2.6 14.2.7 14.2.8 15.2.5 15.4.2 16.5.4
"""


@dataclass(frozen=True)
class Item:
    """One row."""

    number: str
    level: int
    words: str
    state: str
    where: str


def items() -> list[Item]:
    found = [ROW.match(line) for line in PAGE.read_text().splitlines()]
    return [Item(row[1], int(row[2]), *row.groups()[2:]) for row in found if row]


def test_every_line_of_its_tables_is_an_item_that_can_be_read() -> None:
    numbered = [line for line in PAGE.read_text().splitlines() if re.match(r"\| \d", line)]
    assert len(numbered) == len(items()) == len({item.number for item in items()})


def test_levels_one_and_two_are_whole_and_of_three_what_was_chosen() -> None:
    levels = Counter(item.level for item in items())
    assert {level: levels[level] for level in WHOLE} == WHOLE
    assert {item.number for item in items() if item.level == 3} == set(CHOSEN.split())


@pytest.mark.parametrize("item", items(), ids=lambda item: item.number)
def test_what_an_item_names_is_there_and_a_gap_has_its_reason(item: Item) -> None:
    named = PATH.findall(item.where)
    assert [path for path in named if not (ROOT / path).is_file()] == []
    if item.state == "met":
        assert named, "shown by nothing"
    else:
        assert len(item.where.split()) >= 1
        assert item.where.strip()


def test_the_sums_at_its_head_are_those_of_its_rows() -> None:
    text = PAGE.read_text()
    for level, name in (({1, 2}, "levels 1 and 2 (253)"), ({3}, f"level 3, chosen ({len(CHOSEN.split())})")):
        states = Counter(item.state for item in items() if item.level in level)
        assert f"| {name} | {states['met']} | {states['not applicable']} | {states['not yet']} |" in text


@pytest.mark.parametrize("page", ["docs/security.md", "docs/threat-model.md", "SECURITY.md"])
def test_what_the_security_papers_name_is_there(page: str) -> None:
    text = (ROOT / page).read_text()
    named = [
        path.rstrip("/") for path in re.findall(r"`((?:apps|config|tests|docs|docker|requirements)/[\w./-]+)`", text)
    ]
    links = [link for link in re.findall(r"\]\(([^)#:]+)\)", text) if not link.startswith("http")]
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []
    assert named


def test_every_anchor_into_the_decisions_is_a_heading_there() -> None:
    headings = sorted(re.findall(r"^## (.+)$", (ROOT / "docs" / "security.md").read_text(), re.MULTILINE))
    anchors = {words for item in items() for words in re.findall(r"`docs/security\.md` \(([^)]+)\)", item.where)}
    left = {anchor: _without(anchor, headings) for anchor in anchors}
    assert len(anchors) > 5
    assert {anchor: words for anchor, words in left.items() if words} == {}


def _without(anchor: str, headings: list[str]) -> str:
    """What of the anchor is no heading."""
    for heading in sorted(headings, key=len, reverse=True):
        anchor = anchor.replace(heading, "")
    return anchor.strip(", ")

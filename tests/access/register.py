"""The register of the doors that are asked by HTTP: ``matrix.txt``, a row for every address and method of the product."""

from pathlib import Path
from typing import Any

Row = list[str]  # method, address, body, and a cell for each of ``story.READERS``
ROWS: list[Row] = [
    line.split() for line in Path(__file__).with_name("matrix.txt").read_text().splitlines() if line[:1].isupper()
]
# What is sent, by the word that a row has for it; ``draft`` stands for the id of the story's draft.
BODIES: dict[str, dict[str, Any]] = {
    "file": {"kind": "ANALYSIS"},
    "search": {"q": "Uganda"},
    "change": {"title": "Changed"},
    "reason": {"reason": "Not ours"},
    "action": {"kind": "ENQUIRY", "text": "Opened"},
    "outcome": {"outcome": "Done"},
    "passing": {"agency": "KE-WILDLIFE", "reason": "They inspect the port"},
}


def sent(body: str, draft: object) -> dict[str, Any] | None:
    """The body of that word; None where nothing is sent."""
    return {"report": str(draft)} if body == "draft" else BODIES.get(body)

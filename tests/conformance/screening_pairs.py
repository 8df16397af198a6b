"""Runner: labelled pairs through the scorer, as `python -m tests.conformance.screening_pairs FILE…`.

Prints one JSON object: `cases f1 precision recall threshold best_f1`. The threshold is the scorer's own for two bare
names (`NAME_THRESHOLD`), the same for every file.
"""

import sys
from pathlib import Path
from typing import Any, TypedDict

from evenhand.screening import compare
from evenhand.screening.names.weights import NAME_THRESHOLD
from tests.conformance.cases import Arguments, answering, execute, read_cases
from tests.conformance.screening_rows import Properties, entity_from, party_from
from tests.suffixes import SUFFIXES


class Row(TypedDict):
    """A pair; query and candidate are a name or properties."""

    schema: str
    query: str | Properties
    candidate: str | Properties
    match: bool


def measure(*paths: Path) -> dict[str, float]:
    """Return the figures of all pairs of some files.

    Raises:
        BadInput: a line is no pair.
    """
    scored = [(_score(row), row["match"]) for row in list(read_cases(paths, Row))]
    at_threshold = _rates(scored, NAME_THRESHOLD)
    best = max(_rates(scored, score)[0] for score in {score for score, _ in scored} | {NAME_THRESHOLD})
    names = ("f1", "precision", "recall")
    figures = {name: round(value, 4) for name, value in zip(names, at_threshold, strict=True)}
    return {"cases": len(scored), **figures, "threshold": NAME_THRESHOLD, "best_f1": round(best, 4)}


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file, whatever they are."""
    return list(read_cases([path]))


def _score(row: dict[str, Any]) -> float:
    with answering(row):
        party = party_from("q", row["schema"], row["query"])
        return compare(party, entity_from("c", row["schema"], row["candidate"]), SUFFIXES).score


def _rates(scored: list[tuple[float, bool]], threshold: float) -> tuple[float, float, float]:
    found = sum(score >= threshold for score, _ in scored)
    right = sum(score >= threshold and label for score, label in scored)
    positives = sum(label for _, label in scored)
    precision, recall = right / found if found else 0.0, right / positives if positives else 0.0
    return 2 * right / (found + positives) if found + positives else 0.0, precision, recall


def main(argv: list[str] | None = None) -> int:
    """Run the files that the command line names and print the figures as the last line."""
    arguments = Arguments(__doc__)
    arguments.add_argument("files", nargs="+", type=Path)
    return execute(arguments, lambda chosen: measure(*chosen.files), argv)


if __name__ == "__main__":
    sys.exit(main())

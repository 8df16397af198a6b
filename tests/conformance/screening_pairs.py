"""Runner: labelled pairs through the scorer, as `python -m tests.conformance.screening_pairs FILE`.

Prints one JSON object: `cases f1 precision recall threshold best_f1`. The threshold is the scorer's own for two bare
names (`NAME_THRESHOLD`), the same for every file.
"""

import gzip
import json
import sys
from pathlib import Path
from typing import Any

from evenhand.model.listing import ListedEntity
from evenhand.screening import compare
from evenhand.screening.names.weights import NAME_THRESHOLD
from evenhand.store.public_suffixes import PublicSuffixes
from tests.conformance.screening_rows import entity_from, party_from
from tests.suffixes import SUFFIXES


def measure(path: Path) -> dict[str, float]:
    suffixes = SUFFIXES
    scored = [(_score(row, suffixes), bool(row["match"])) for row in rows_of(path)]
    at_threshold = _rates(scored, NAME_THRESHOLD)
    best = max(_rates(scored, score)[0] for score in {score for score, _ in scored} | {NAME_THRESHOLD})
    names = ("f1", "precision", "recall")
    figures = {name: round(value, 4) for name, value in zip(names, at_threshold, strict=True)}
    return {"cases": len(scored), **figures, "threshold": NAME_THRESHOLD, "best_f1": round(best, 4)}


def rows_of(path: Path) -> list[dict[str, Any]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def _score(row: dict[str, Any], suffixes: PublicSuffixes) -> float:
    party = party_from("q", row["schema"], row["query"])
    entity: ListedEntity = entity_from("c", row["schema"], row["candidate"])
    return compare(party, entity, suffixes).score


def _rates(scored: list[tuple[float, bool]], threshold: float) -> tuple[float, float, float]:
    found = sum(score >= threshold for score, _ in scored)
    right = sum(score >= threshold and label for score, label in scored)
    positives = sum(label for _, label in scored)
    precision, recall = right / found if found else 0.0, right / positives if positives else 0.0
    return 2 * right / (found + positives) if found + positives else 0.0, precision, recall


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))

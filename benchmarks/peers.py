"""Labelled pairs beside nomenklatura on the same rows: `python -m benchmarks.peers [FILE …]`, one JSON line a set.

Files are those of `tests.conformance.screening_pairs`; without any, the visible pairs of `EVENHAND_DATA`. Of each
scorer: F1 at its default threshold, the best F1, and recall at the lowest threshold that finds 2 % of the other pairs;
all rows, and those of companies. The visible pairs are also measured without those that two files label differently,
and so are whole records: those of the hard set, each beside the entity expected or the one that lies near.
nomenklatura is no dependency of ours: `pip install nomenklatura` into an environment
of its own beside this package (4.17.4 was measured; it compiles PyICU); without it our own figures stand alone.
Every entity gets a fresh id, as nomenklatura remembers names by id.
"""

import importlib
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import chain, count
from pathlib import Path
from typing import Any

from evenhand.screening import compare
from evenhand.screening.names.weights import NAME_THRESHOLD
from evenhand.store.public_suffixes import PublicSuffixes
from tests.conformance.screening_pairs import rows_of
from tests.conformance.screening_rows import entity_from, party_from

_DATA = Path(os.environ.get("EVENHAND_DATA", "../shared/data")) / "screening"
_PAIRS, _HARD = _DATA / "pairs", _DATA / "hard"
_FILES = ("pairs.visible.jsonl", "entity_pairs.visible.jsonl")
_PEERS = ("logic-v1", "logic-v2")
PEER_THRESHOLD = 0.7
_FALSE_HITS = 0.02
_COMPANIES = frozenset({"Company", "Organization", "LegalEntity", "PublicBody"})

Row = dict[str, Any]
Scorer = Callable[[Row], float]


def own_scorer() -> Scorer:
    """Return our scorer for a row of labelled pairs."""
    suffixes = PublicSuffixes()

    def score(row: Row) -> float:
        party = party_from("q", row["schema"], row["query"])
        return compare(party, entity_from("c", _listed_schema(row), row["candidate"]), suffixes).score

    return score


def _listed_schema(row: Row) -> str:
    return str(row.get("candidate_schema", row["schema"]))


def peer_scorers() -> Iterator[tuple[str, Scorer]]:
    """Yield nomenklatura's scorers by name, none if it is not installed."""
    try:
        ftm, matching = (importlib.import_module(name) for name in ("followthemoney", "nomenklatura.matching"))
    except ImportError:
        return
    numbers = count()

    def proxy(schema: str, side: Any) -> Any:
        known = {"name": side} if isinstance(side, str) else side
        made = ftm.EntityProxy.from_dict({"id": f"fresh-{next(numbers)}", "schema": schema, "properties": {}})
        for name, values in known.items():
            if name in ftm.model.get(schema).properties:
                made.add(name, values)
        return made

    for name in _PEERS:
        algorithm = matching.get_algorithm(name)
        config = algorithm.default_config()

        def score(row: Row, algorithm: Any = algorithm, config: Any = config) -> float:
            query, candidate = proxy(row["schema"], row["query"]), proxy(_listed_schema(row), row["candidate"])
            return float(algorithm.compare(query, candidate, config).score)

        yield name, score


def figures(rows: list[Row], score: Scorer, threshold: float) -> dict[str, Any]:
    """Return what one scorer says of all rows and of those of companies."""
    scored = [(score(row), bool(row["match"]), row["schema"] in _COMPANIES) for row in rows]
    companies = [(each, label, True) for each, label, company in scored if company]
    return {"all": _rates(scored, threshold), "companies": _rates(companies, threshold)}


def _rates(scored: list[tuple[float, bool, bool]], threshold: float) -> dict[str, float]:
    wrong = sorted((score for score, label, _ in scored if not label), reverse=True)
    right = [score for score, label, _ in scored if label]
    strict = wrong[int(len(wrong) * _FALSE_HITS)] if wrong else 0.0
    return {
        "rows": len(scored),
        "f1": _f1(right, wrong, threshold),
        "best_f1": max((_f1(right, wrong, score) for score in right), default=0.0),
        "recall_at_2_percent": round(sum(score > strict for score in right) / max(len(right), 1), 4),
    }


def _f1(right: list[float], wrong: list[float], threshold: float) -> float:
    found = sum(score >= threshold for score in right)
    others = sum(score >= threshold for score in wrong)
    return round(2 * found / (found + others + len(right)), 4) if right else 0.0


def agreed(rows_by_file: list[list[Row]]) -> list[list[Row]]:
    """Return the rows of every file without those whose two names bear the other label somewhere else."""
    labels: defaultdict[frozenset[str], set[bool]] = defaultdict(set)
    for row in chain(*rows_by_file):
        labels[_both(row)].add(bool(row["match"]))
    return [[row for row in rows if len(labels[_both(row)]) == 1] for rows in rows_by_file]


def _both(row: Row) -> frozenset[str]:
    return frozenset(_called(row[side]) for side in ("query", "candidate"))


def _called(side: str | Row) -> str:
    return side if isinstance(side, str) else " ".join(str(value) for value in side.values())


def hard_records() -> list[Row]:
    """Return the records of the hard set as pairs; a negative that lies near no entity, or an absent one, has none."""
    listed = {each["id"]: each for each in rows_of(_HARD / "list.visible.jsonl.gz")}
    found = []
    for row in rows_of(_HARD / "hard.visible.jsonl.gz"):
        query, beside = dict(row["query"]), (row.get("expected") or [row.get("near")])[0]
        if beside in listed:
            schemas = {"schema": query.pop("schema", "LegalEntity"), "candidate_schema": listed[beside]["schema"]}
            sides = {"query": query, "candidate": listed[beside]["properties"]}
            found.append({**schemas, **sides, "match": bool(row.get("expected"))})
    return found


def _sets() -> Iterator[tuple[str, list[Row]]]:
    if len(sys.argv) > 1:
        yield from ((Path(each).name, rows_of(Path(each))) for each in sys.argv[1:])
        return
    rows_by_file = [rows_of(_PAIRS / name) for name in _FILES]
    yield from zip(_FILES, rows_by_file, strict=True)
    yield from zip((f"{name}, agreed" for name in _FILES), agreed(rows_by_file), strict=True)
    records = hard_records()
    yield "hard records", records
    yield "hard records with a birth date", [row for row in records if "birthDate" in row["query"]]


def main() -> None:
    """Print the figures of every set of pairs, ours first."""
    scorers = [("evenhand", own_scorer(), NAME_THRESHOLD)]
    scorers += [(name, scorer, PEER_THRESHOLD) for name, scorer in peer_scorers()]
    for called, rows in _sets():
        print(json.dumps({called: {name: figures(rows, score, limit) for name, score, limit in scorers}}), flush=True)


if __name__ == "__main__":
    main()

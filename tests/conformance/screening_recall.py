"""Runner: the hard screening set, as `python -m tests.conformance.screening_recall FILE --lists LIST… [--out OUT]`.

Prints one JSON object: `positives recall recall_full negatives false_hits background background_false_hits by_kind
threshold names_per_s seconds extra_matches`. One threshold for everything; one thread.
"""

import argparse
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.screening import Index
from evenhand.screening.profile import profile_of_party
from evenhand.screening.screen import weighed_candidates
from evenhand.screening.weights import THRESHOLD
from evenhand.store.suffixes import PublicSuffixes
from tests.conformance.screening_pairs import rows_of
from tests.conformance.screening_rows import party_from

THIN = frozenset({
    "person_initials", "person_diminutive", "org_acronym", "media_other_name", "media_other_script",
    "natural_later_alias", "natural_cross_list",
})  # fmt: skip
_MOST = 10
_AT_ONCE = 256


def index_of(paths: list[Path]) -> Index:
    read = [(path, entities_of(path)) for path in paths]
    return Index([(_version(path.name, len(entities)), entities) for path, entities in read], PublicSuffixes())


def entities_of(path: Path) -> list[ListedEntity]:
    return [
        ListedEntity(
            id=row["id"],
            schema=row["schema"],
            caption=row["caption"],
            properties={name: tuple(values) for name, values in row["properties"].items()},
            datasets=tuple(row.get("datasets", ())),
        )
        for row in rows_of(path)
    ]


def _version(name: str, entries: int) -> ListVersion:
    return ListVersion(
        key=name, publisher="", sha256="", published_on=None, files={}, reader="ftm", reader_version=1, entries=entries
    )


def answers(rows: list[dict[str, Any]], index: Index) -> list[list[tuple[str, float]]]:
    """Return up to ten (id, score) a row, best first, those below the threshold too."""
    found = []
    for start in range(0, len(rows), _AT_ONCE):
        queries = [row["query"] for row in rows[start : start + _AT_ONCE]]
        parties = [party_from("", query.get("schema", "LegalEntity"), query) for query in queries]
        for weighed in weighed_candidates([profile_of_party(each, index.suffixes) for each in parties], index):
            found.append([(listed.id, each.score) for listed, each in weighed[:_MOST]])
    return found


def measure(rows: list[dict[str, Any]], found: list[list[tuple[str, float]]]) -> dict[str, Any]:
    total, hit, extra = Counter[str](), Counter[str](), 0
    for row, matches in zip(rows, found, strict=True):
        kind, expected = row.get("kind", ""), set(row.get("expected", ()))
        ids = [entity_id for entity_id, score in matches if score >= THRESHOLD]
        right = bool(expected.intersection(ids)) if expected else bool(ids)
        total[kind] += 1
        hit[kind] += right
        extra += bool(expected) and right and not expected.issuperset(ids)
    negative = [kind for kind in total if kind.startswith("neg_")]
    background = [kind for kind in total if kind.startswith("background")]
    positive = [kind for kind in total if kind not in {*negative, *background}]
    return {
        "positives": sum(total[kind] for kind in positive),
        "recall": _rate(hit, total, positive),
        "recall_full": _rate(hit, total, [kind for kind in positive if kind not in THIN]),
        "negatives": sum(total[kind] for kind in negative),
        "false_hits": _rate(hit, total, negative),
        "background": sum(total[kind] for kind in background),
        "background_false_hits": _rate(hit, total, background),
        "by_kind": {kind: _rate(hit, total, [kind]) for kind in sorted(total)},
        "threshold": THRESHOLD,
        "extra_matches": extra,
    }


def _rate(hit: Counter[str], total: Counter[str], kinds: list[str]) -> float:
    cases = sum(total[kind] for kind in kinds)
    return round(sum(hit[kind] for kind in kinds) / cases, 4) if cases else 0.0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--lists", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path)
    wanted = parser.parse_args()
    rows, index = rows_of(wanted.file), index_of(wanted.lists)
    start = time.perf_counter()
    found = answers(rows, index)
    seconds = time.perf_counter() - start
    if wanted.out:
        lines = (
            {"id": row["id"], "matches": [{"id": i, "score": s, "match": s >= THRESHOLD} for i, s in matches]}
            for row, matches in zip(rows, found, strict=True)
        )
        wanted.out.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    speed = {"names_per_s": round(len(rows) / seconds, 1), "seconds": round(seconds, 3)}
    print(json.dumps(measure(rows, found) | speed))


if __name__ == "__main__":
    main()

"""Runner: the hard screening set, as `python -m tests.conformance.screening_recall FILE --lists LIST… [--out OUT]`.

Prints one JSON object: `positives recall recall_full negatives false_hits background background_false_hits by_kind
threshold extra_matches strict lost names_per_s seconds`. One threshold for everything; one thread, an index opened from
its file. `strict` are the figures at the lowest threshold that holds .2 % of the hard negatives and of the background.
`lost` are the right answers above the threshold that a comparison without an index finds and the index does not.
`name_only` are the shares of rows of each group with an answer by nothing but a whole name and none above the
threshold; for positives it is a right one. In OUT such an answer has `"match": false, "strength": "name_only"`.
"""

import argparse
import gc
import json
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.model.party import Advertiser
from evenhand.screening import Index
from evenhand.screening.names.weights import THRESHOLD
from evenhand.screening.parties.party_comparison import Weighed, best_names, weigh
from evenhand.screening.parties.profile import profile_of_party
from evenhand.screening.party_screening import weighed_candidates
from tests.conformance.screening_pairs import rows_of
from tests.conformance.screening_rows import party_from
from tests.suffixes import SUFFIXES

THIN = frozenset({
    "person_initials", "person_diminutive", "org_acronym", "media_other_name", "media_other_script",
    "natural_later_alias", "natural_cross_list",
})  # fmt: skip
_MOST = 10
_STRICT = 0.002
_STEP = 1e-6
_AT_ONCE = 256


class Answered(NamedTuple):
    id: str
    score: float
    strength: str


Found = list[list[Answered]]


def index_of(paths: list[Path]) -> Index:
    read = [(path, entities_of(path)) for path in paths]
    return Index([(_version(path.name, len(entities)), entities) for path, entities in read], SUFFIXES)


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


def answers(rows: list[dict[str, Any]], index: Index) -> Found:
    """Return up to ten answers a row, best first, those below the threshold too; `strength` is empty for these."""
    found = []
    for start in range(0, len(rows), _AT_ONCE):
        parties = [profile_of_party(party_of(row), index.suffixes) for row in rows[start : start + _AT_ONCE]]
        for weighed in weighed_candidates(parties, index):
            found.append([Answered(listed.id, each.score, _strength(each)) for listed, each in weighed[:_MOST]])
    return found


def _strength(each: Weighed) -> str:
    if each.score >= THRESHOLD:
        return "certain" if each.certain else "possible"
    return "name_only" if each.name_only else ""


def lost(rows: list[dict[str, Any]], found: Found, index: Index) -> list[tuple[str, str]]:
    """Return (row id, entity id) of the right answers that the plain comparison finds and the index did not lead to."""
    entities = [index.entries[number] for number in range(len(index.entries))]
    by_id = {listed.id: listed for listed in entities}
    missed = []
    for row, matches in zip(rows, found, strict=True):
        ours = profile_of_party(party_of(row), index.suffixes)
        answered = {each.id for each in matches}
        for entity_id in set(row.get("expected", ())).difference(answered).intersection(by_id):
            theirs = by_id[entity_id].profile
            best = best_names(ours, theirs.names)
            if weigh(ours, theirs, best, index.suffixes, media=by_id[entity_id].media).score >= THRESHOLD:
                missed.append((row["id"], entity_id))
    return missed


def party_of(row: dict[str, Any]) -> Advertiser:
    return party_from("", row["query"].get("schema", "LegalEntity"), row["query"])


def measure(rows: list[dict[str, Any]], found: Found) -> dict[str, Any]:
    total, hit, extra = _counted(rows, found, THRESHOLD)
    negative, background, full = _groups(total)
    positive = [kind for kind in total if kind not in {*negative, *background}]
    return {
        "positives": sum(total[kind] for kind in positive),
        "recall": _rate(hit, total, positive),
        "recall_full": _rate(hit, total, full),
        "negatives": sum(total[kind] for kind in negative),
        "false_hits": _rate(hit, total, negative),
        "background": sum(total[kind] for kind in background),
        "background_false_hits": _rate(hit, total, background),
        "by_kind": {kind: _rate(hit, total, [kind]) for kind in sorted(total)},
        "threshold": THRESHOLD,
        "extra_matches": extra,
        "strict": _strict(rows, found),
        "name_only": _by_name_only(rows, found),
    }


def _by_name_only(rows: list[dict[str, Any]], found: Found) -> dict[str, float]:
    """Return the share of each group's rows that nothing but a whole name answers, of positives rightly."""
    total, hit = Counter[str](), Counter[str]()
    for row, matches in zip(rows, found, strict=True):
        kind, expected = row.get("kind", ""), set(row.get("expected", ()))
        group = kind.partition("_")[0] if kind.startswith(("neg_", "background")) else "positives"
        total[group] += 1
        above = {each.id for each in matches if each.score >= THRESHOLD}
        only = {each.id for each in matches if each.strength == "name_only"}
        hit[group] += bool(only & expected) and not above & expected if expected else bool(only) and not above
    return {group: _rate(hit, total, [group]) for group in sorted(total)}


def _counted(rows: list[dict[str, Any]], found: Found, threshold: float) -> tuple[Counter[str], Counter[str], int]:
    """Return rows and rows with an answer by kind, and how many right answers came with a wrong one."""
    total, hit, extra = Counter[str](), Counter[str](), 0
    for row, matches in zip(rows, found, strict=True):
        kind, expected = row.get("kind", ""), set(row.get("expected", ()))
        ids = [each.id for each in matches if each.score >= threshold]
        right = bool(expected.intersection(ids)) if expected else bool(ids)
        total[kind] += 1
        hit[kind] += right
        extra += bool(expected) and right and not expected.issuperset(ids)
    return total, hit, extra


def _groups(total: Counter[str]) -> tuple[list[str], list[str], list[str]]:
    negative = [kind for kind in total if kind.startswith("neg_")]
    background = [kind for kind in total if kind.startswith("background")]
    return negative, background, [kind for kind in total if kind not in {*negative, *background, *THIN}]


def _strict(rows: list[dict[str, Any]], found: Found) -> dict[str, float]:
    """Return the figures at the lowest threshold that finds at most 0.2 % of hard negatives and of background."""
    wrong = sorted(
        {
            score
            for row, matches in zip(rows, found, strict=True)
            if not row.get("expected")
            for _, score, _ in matches[:1]
        }
        | {THRESHOLD}
    )
    low, high = 0, len(wrong)
    while low < high:
        middle = (low + high) // 2
        total, hit, _ = _counted(rows, found, wrong[middle] + _STEP)
        negative, background, _ = _groups(total)
        if max(_rate(hit, total, negative), _rate(hit, total, background)) <= _STRICT:
            high = middle
        else:
            low = middle + 1
    threshold = wrong[min(low, len(wrong) - 1)] + _STEP
    total, hit, _ = _counted(rows, found, threshold)
    negative, background, full = _groups(total)
    names = ("recall_full", "false_hits", "background_false_hits")
    figures = {name: _rate(hit, total, kinds) for name, kinds in zip(names, (full, negative, background), strict=True)}
    return {"threshold": round(threshold, 6), **figures}


def _rate(hit: Counter[str], total: Counter[str], kinds: list[str]) -> float:
    cases = sum(total[kind] for kind in kinds)
    return round(sum(hit[kind] for kind in kinds) / cases, 4) if cases else 0.0


def _out(each: Answered) -> dict[str, Any]:
    said = {"id": each.id, "score": each.score, "match": each.score >= THRESHOLD}
    return {**said, "strength": each.strength} if each.strength else said


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--lists", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path)
    wanted = parser.parse_args()
    rows = rows_of(wanted.file)
    with TemporaryDirectory() as folder:
        kept = Path(folder) / "index"
        index_of(wanted.lists).save(kept)
        index = Index.open(kept, SUFFIXES)
        gc.freeze()
        gc.disable()  # as the commands do
        start = time.perf_counter()
        found = answers(rows, index)
        seconds = time.perf_counter() - start
    if wanted.out:
        lines = (
            {"id": row["id"], "matches": [_out(each) for each in matches]}
            for row, matches in zip(rows, found, strict=True)
        )
        wanted.out.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    missed = {"lost": [f"{query}#{entity_id}" for query, entity_id in lost(rows, found, index)]}
    speed = {"names_per_s": round(len(rows) / seconds, 1), "seconds": round(seconds, 3)}
    print(json.dumps(measure(rows, found) | missed | speed))


if __name__ == "__main__":
    main()

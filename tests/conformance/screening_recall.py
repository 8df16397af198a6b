"""Runner: the hard screening set, as `python -m tests.conformance.screening_recall FILE --lists LIST… [--out OUT]`.

Prints one JSON object: `positives recall recall_full negatives false_hits background background_false_hits by_kind
threshold names_per_s seconds extra_matches strict name_only lost`. One threshold for everything; one thread, an index
opened from its file. `strict` are the figures at the lowest threshold that holds .2 % of the hard negatives and of the
background.
A row measures recall where `expected` names ids, false hits where it is empty or `kind` begins with `neg_`, background
where `kind` begins with `background`; a row of none of these is answered and in no share. Recall of nothing is null.
`lost` are the right answers above the threshold that a comparison without an index finds and the index does not.
`name_only` are the shares of rows of each group with an answer by nothing but a whole name and none above the
threshold; for positives it is a right one. In OUT such an answer has `"match": false, "strength": "name_only"`.
"""

import argparse
import gc
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, NotRequired, TypedDict

from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.model.party import Advertiser
from evenhand.screening import Index
from evenhand.screening.names.weights import THRESHOLD
from evenhand.screening.parties.party_comparison import Weighed, best_names, weigh
from evenhand.screening.parties.profile import profile_of_party
from evenhand.screening.party_screening import weighed_candidates
from tests.conformance.cases import Arguments, answering, execute, out_path, read_cases, write_rows
from tests.conformance.screening_rows import Properties, party_from, texts
from tests.suffixes import SUFFIXES

THIN = frozenset({
    "person_initials", "person_diminutive", "org_acronym", "media_other_name", "media_other_script",
    "natural_later_alias", "natural_cross_list",
})  # fmt: skip
GROUPS = ("positives", "neg", "background")
_MOST = 10
_STRICT = 0.002
_STEP = 1e-6
_AT_ONCE = 256


class Row(TypedDict):
    """A query; `expected` are the ids of the list that are right."""

    query: Properties
    expected: NotRequired[list[str] | None]
    kind: NotRequired[str | None]


class Entry(TypedDict):
    """A line of a list; without `caption` it is called by its first name."""

    id: str
    schema: str
    caption: NotRequired[str | None]
    properties: Properties
    datasets: NotRequired[list[str] | None]


class Kind(NamedTuple):
    """What a row measures: its group, and the kind that it states."""

    group: str
    kind: str


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
            caption=row.get("caption") or next(iter(texts(row["properties"], "name")), ""),
            properties={name: texts(row["properties"], name) for name in row["properties"]},
            datasets=tuple(row.get("datasets") or ()),
        )
        for row in list(read_cases([path], Entry))
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
        if len(matches) == _MOST:  # an outlet has more editions than answers are kept
            (every,) = weighed_candidates([ours], index)
            answered = {listed.id for listed, _ in every}
        for entity_id in set(row.get("expected") or ()).difference(answered).intersection(by_id):
            theirs = by_id[entity_id].profile
            best = best_names(ours, theirs.names)
            if weigh(ours, theirs, best, index.suffixes, media=by_id[entity_id].media).score >= THRESHOLD:
                missed.append((row["id"], entity_id))
    return missed


def party_of(row: dict[str, Any]) -> Advertiser:
    return party_from("", str(row["query"].get("schema") or "LegalEntity"), row["query"])


def measure(rows: list[dict[str, Any]], found: Found) -> dict[str, Any]:
    """Return the figures of some rows and their answers; recall of nothing is None."""
    total, hit, extra = _counted(rows, found, THRESHOLD)
    positive, negative, background, full = _groups(total)
    return {
        "positives": sum(total[each] for each in positive),
        "recall": _rate(hit, total, positive),
        "recall_full": _rate(hit, total, full),
        "negatives": sum(total[each] for each in negative),
        "false_hits": _rate(hit, total, negative) or 0.0,
        "background": sum(total[each] for each in background),
        "background_false_hits": _rate(hit, total, background) or 0.0,
        "by_kind": {
            kind: _rate(hit, total, [each for each in total if each.kind == kind])
            for kind in sorted({each.kind for each in total if each.kind})
        },
        "threshold": THRESHOLD,
        "extra_matches": extra,
        "strict": _strict(rows, found),
        "name_only": _by_name_only(rows, found),
    }


def kind_of(row: dict[str, Any]) -> Kind | None:
    """Return what a row measures; None where it says neither a kind without right answers nor what is right."""
    kind, expected = row.get("kind") or "", row.get("expected")
    if kind.startswith("background"):
        return Kind("background", kind)
    if kind.startswith("neg_") or expected == []:
        return Kind("neg", kind)
    return Kind("positives", kind) if expected else None


def _labelled(rows: list[dict[str, Any]], found: Found) -> Iterator[tuple[Kind, set[str], list[Answered]]]:
    """Yield what each row measures, which ids are right (of positives alone), and its answers."""
    for row, matches in zip(rows, found, strict=True):
        kind = kind_of(row)
        if kind is not None:
            yield kind, set(row["expected"]) if kind.group == "positives" else set(), matches


def _by_name_only(rows: list[dict[str, Any]], found: Found) -> dict[str, float | None]:
    """Return the share of each group's rows that nothing but a whole name answers, of positives rightly."""
    total, hit = Counter[str](), Counter[str]()
    for kind, expected, matches in _labelled(rows, found):
        total[kind.group] += 1
        above = {each.id for each in matches if each.score >= THRESHOLD}
        only = {each.id for each in matches if each.strength == "name_only"}
        hit[kind.group] += bool(only & expected) and not above & expected if expected else bool(only) and not above
    return {group: _rate(hit, total, [group]) for group in sorted(total)}


def _counted(rows: list[dict[str, Any]], found: Found, threshold: float) -> tuple[Counter[Kind], Counter[Kind], int]:
    """Return rows and rows with an answer by kind, and how many right answers came with a wrong one."""
    total, hit, extra = Counter[Kind](), Counter[Kind](), 0
    for kind, expected, matches in _labelled(rows, found):
        ids = [each.id for each in matches if each.score >= threshold]
        right = bool(expected.intersection(ids)) if expected else bool(ids)
        total[kind] += 1
        hit[kind] += right
        extra += bool(expected) and right and not expected.issuperset(ids)
    return total, hit, extra


def _groups(total: Counter[Kind]) -> tuple[list[Kind], ...]:
    """Return the kinds of positives, of negatives, of background, and of positives that say enough."""
    positive, negative, background = ([each for each in total if each.group == group] for group in GROUPS)
    return positive, negative, background, [each for each in positive if each.kind not in THIN]


def _strict(rows: list[dict[str, Any]], found: Found) -> dict[str, float | None]:
    """Return the figures at the lowest threshold that finds at most 0.2 % of hard negatives and of background."""
    wrong = sorted(
        {score for _, expected, matches in _labelled(rows, found) if not expected for _, score, _ in matches[:1]}
        | {THRESHOLD}
    )
    low, high = 0, len(wrong)
    while low < high:
        middle = (low + high) // 2
        total, hit, _ = _counted(rows, found, wrong[middle] + _STEP)
        _, negative, background, _ = _groups(total)
        if max(_rate(hit, total, negative) or 0.0, _rate(hit, total, background) or 0.0) <= _STRICT:
            high = middle
        else:
            low = middle + 1
    threshold = wrong[min(low, len(wrong) - 1)] + _STEP
    total, hit, _ = _counted(rows, found, threshold)
    _, negative, background, full = _groups(total)
    return {
        "threshold": round(threshold, 6),
        "recall_full": _rate(hit, total, full),
        "false_hits": _rate(hit, total, negative) or 0.0,
        "background_false_hits": _rate(hit, total, background) or 0.0,
    }


def _rate(hit: Counter[Any], total: Counter[Any], kinds: Sequence[Any]) -> float | None:
    cases = sum(total[kind] for kind in kinds)
    return round(sum(hit[kind] for kind in kinds) / cases, 4) if cases else None


def _out(each: Answered) -> dict[str, Any]:
    said = {"id": each.id, "score": each.score, "match": each.score >= THRESHOLD}
    return {**said, "strength": each.strength} if each.strength else said


def work(chosen: argparse.Namespace) -> dict[str, Any]:
    """Answer the rows of a file, write the answers where asked, return the figures."""
    rows = list(read_cases([chosen.file], Row))
    if silent := sum(kind_of(row) is None for row in rows):
        sys.stderr.write(f"{chosen.file}: {silent} of {len(rows)} rows state no right answer; they are in no share\n")
    with TemporaryDirectory() as folder:
        kept = Path(folder) / "index"
        index_of(chosen.lists).save(kept)
        index = Index.open(kept, SUFFIXES)
        gc.freeze()
        gc.disable()  # as the commands do
        start = time.perf_counter()
        try:
            with answering(chosen.file):
                found = answers(rows, index)
        finally:
            gc.enable()
        seconds = time.perf_counter() - start
    write_rows(
        chosen.out,
        (
            {"id": row["id"], "matches": [_out(each) for each in matches]}
            for row, matches in zip(rows, found, strict=True)
        ),
    )
    missed = {"lost": [f"{query}#{entity_id}" for query, entity_id in lost(rows, found, index)]}
    speed = {"names_per_s": round(len(rows) / seconds, 1), "seconds": round(seconds, 3)}
    figures = measure(rows, found)
    more = {name: figures.pop(name) for name in ("extra_matches", "strict", "name_only")}
    return figures | speed | more | missed


def main(argv: list[str] | None = None) -> int:
    """Run the file that the command line names and print the figures as the last line."""
    arguments = Arguments(__doc__)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--lists", type=Path, nargs="+", required=True)
    arguments.add_argument("--out", type=out_path)
    return execute(arguments, work, argv)


if __name__ == "__main__":
    sys.exit(main())

"""Quotations, speakers and claims, measured: `python -m benchmarks.evidence FILE.jsonl [--textacy PYTHON]`.

The file is one of `tests.conformance.quotes`: rows `{id, text, attributions}`. Measured are its figures, how many
documents a second one core reads for attributions and for the whole article (`whole_article_docs_per_s`: the median of
five passes), the processor time of the slowest document, and how many attributions are the same when the two most
frequent names of a document change places. No list of names is used: a name is a word with a capital inside a sentence,
no title, word for a body, day or month, and no plural (`Democrats say` is no sentence with a name of one person).

`--textacy PYTHON` names a Python that has textacy, spaCy and a model (`--model`, a package): it reads the same file in
the same run, and is scored on all documents and on those that it did not raise on. Without it the peer is null, with
the reason. The last line is one JSON object.
"""

import argparse
import json
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from evenhand.evidence.attributions import Attribution, find_attributions
from evenhand.evidence.claims import read_article
from evenhand.evidence.text_spans import lines
from evenhand.evidence.word_classes import BODIES, HUMANS, MONTHS, TIMES
from tests.conformance.cases import read_cases
from tests.conformance.quote_scores import Counts, add_counts
from tests.conformance.quotes import run

PASSES = 5
_INSIDE = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}[a-rt-z]\b")
_NO_NAMES = HUMANS | BODIES | TIMES | MONTHS | {"may"}
_CHILD = Path(__file__).with_name("evidence_textacy.py")
Row = dict[str, Any]


def attributions(text: str) -> list[Attribution]:
    """Return the attributions of a text whose paragraphs are its lines."""
    return find_attributions(text, [span for span in lines(text) if text[slice(*span)].strip()])


def speed(rows: Sequence[Row], read: Callable[[Row], object]) -> dict[str, float]:
    """Return documents a second of processor time, and the milliseconds of the slowest document."""
    times = []
    for row in rows:
        started = time.process_time()
        read(row)
        times.append(time.process_time() - started)
    return {"docs_per_s": round(len(times) / max(sum(times), 1e-9), 1), "slowest_ms": round(max(times) * 1000, 1)}


def name_swap(rows: Sequence[Row]) -> dict[str, Any]:
    """Return how many attributions stay when the two most frequent names of each document change places."""
    same = of = documents = 0
    for row in rows:
        found = Counter(name for name in _INSIDE.findall(row["text"]) if name.lower() not in _NO_NAMES)
        names = [name for name, _ in found.most_common(2)]
        if len(names) == 2:
            swapped, places = _swapped(row["text"], names)
            before = [_moved(each, places) for each in attributions(row["text"])]
            after = Counter(_moved(each, range(len(swapped) + 1)) for each in attributions(swapped))
            documents += 1
            of += max(len(before), after.total())
            same += (Counter(before) & after).total()
    return {"documents": documents, "attributions": of, "same": round(same / max(1, of), 4)}


def _swapped(text: str, names: Sequence[str]) -> tuple[str, list[int]]:
    """Return a text with two words exchanged, and where each place of the old text is in it."""
    other = dict(zip(names, reversed(names), strict=True))
    pieces = re.split(rf"\b({names[0]}|{names[1]})\b", text)
    written: list[str] = []
    places: list[int] = []
    length = 0
    for piece in pieces:
        new = other.get(piece, piece)
        # Within an exchanged word every place but its first moves to its end.
        places += (
            range(length, length + len(piece)) if new == piece else [length] + [length + len(new)] * (len(piece) - 1)
        )
        written.append(new)
        length += len(new)
    return "".join(written), [*places, length]


def _moved(each: Attribution, places: Sequence[int]) -> tuple[object, ...]:
    spans = [*each.content, *(span for span in (each.speaker_span, each.cue) if span)]
    return (each.form, each.stance, each.resolution, tuple((places[start], places[end]) for start, end in spans))


def textacy(path: str, rows: Sequence[Row], python: str | None, model: str) -> dict[str, Any] | None:
    """Return what textacy and spaCy find in the same rows, None without a Python that has both."""
    if python is None:
        return None
    given = "".join(json.dumps({"id": row["id"], "text": row["text"]}) + "\n" for row in rows)
    done = subprocess.run([python, str(_CHILD), model], input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"error": done.stderr.strip().splitlines()[-1]}
    found = {row["id"]: row for row in map(json.loads, done.stdout.splitlines())}
    read = [row for row in rows if found[row["id"]]["error"] is None]
    seconds = sum(row["seconds"] for row in found.values())
    return {
        "file": path,
        "raised": len(rows) - len(read),
        "docs_per_s": round(len(rows) / max(seconds, 1e-9), 1),
        "all": direct_figures(rows, lambda row: found[row["id"]]["quotes"]),
        "where_it_did_not_raise": direct_figures(read, lambda row: found[row["id"]]["quotes"]),
        "evenhand_there": direct_figures(read, _own_quotes),
    }


def _own_quotes(row: Row) -> list[Row]:
    found = attributions(row["text"])
    return [{"content": each.content, "speaker": _speaker(found, each)} for each in found]


def _speaker(found: Sequence[Attribution], each: Attribution) -> list[tuple[int, int]]:
    while each.speaker_span is None and each.resolved_by is not None:
        each = found[each.resolved_by]
    return [span for span in (each.speaker_span, each.relative) if span]


def direct_figures(rows: Sequence[Row], quotes: Callable[[Row], list[Row]]) -> dict[str, float]:
    """Return the figures of direct quotations."""
    direct = Counts()
    for row in rows:
        add_counts(direct, Counts(), row["text"], row["attributions"], quotes(row))
    return {
        "direct_quote_f1": round(direct.f1(direct.paired), 4),
        "direct_quote_speaker_f1": round(direct.f1(direct.right), 4),
        "direct_wrong_named_speaker": round(direct.wrong_named / max(1, direct.paired), 4),
    }


def measured(path: str, python: str | None, model: str) -> dict[str, Any]:
    """Return all figures of a file."""
    rows = list(read_cases([path]))
    whole = [speed(rows, lambda row: read_article(row["text"].encode(), row["id"])) for _ in range(PASSES)]
    result = {
        "file": Path(path).name,
        "figures": run(path, None),
        "attributions": speed(rows, lambda row: attributions(row["text"])),
        "whole_article": whole[0],
        "whole_article_docs_per_s": median(each["docs_per_s"] for each in whole),
        "name_swap": name_swap(rows),
        "textacy": textacy(Path(path).name, rows, python, model),
    }
    if python is None:
        result["textacy_reason"] = "not run: --textacy names a Python that has textacy, spaCy and a model"
    return result


def main() -> None:
    """Measure the file that the command line names and print the figures as the last line."""
    parser = argparse.ArgumentParser(description="Measure quotations and their speakers.")
    parser.add_argument("file")
    parser.add_argument("--textacy", metavar="PYTHON")
    parser.add_argument("--model", default="en_core_web_sm")
    arguments = parser.parse_args()
    print(json.dumps(measured(arguments.file, arguments.textacy, arguments.model)))


if __name__ == "__main__":
    main()

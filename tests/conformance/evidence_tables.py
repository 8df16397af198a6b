"""Run cases of evidence tables: `python -m tests.conformance.evidence_tables FILE.jsonl [--out OUT.jsonl]`.

A row is `{id, kind: count|date|stance|page|origin, …, expect?}`; answers have the keys that `expect` has.
"""

import argparse
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from evenhand.evidence.one_origin import same_origin
from evenhand.evidence.read_document import read_document
from evenhand.evidence.reported_dates import read_said_on
from evenhand.evidence.sentence_stances import sentence_stance
from evenhand.evidence.source_counts import count_sources
from evenhand.model.claims import Article
from tests.conformance.cases import Case, read_cases


def count(case: Case) -> dict[str, Any]:
    found = count_sources(case["text"])
    return {"n": found.n, "parts": list(found.parts), "bound": found.bound}


def said_on(case: Case) -> dict[str, Any]:
    found = read_said_on(case["text"], date.fromisoformat(case["published"]))
    return {"value": found.value, "precision": found.precision} if found else {"value": None, "precision": None}


def stance(case: Case) -> dict[str, Any]:
    return {"stance": sentence_stance(case["text"])}


def page(case: Case) -> dict[str, Any]:
    found, _ = read_document(case["text"].encode("utf-8", "surrogatepass"), case["id"], "text/plain")
    return {"body_lines": list(found.body_lines), "headline_line": found.headline_line}


def origin(case: Case) -> dict[str, Any]:
    one, other = (
        read_document(case[key].encode("utf-8", "surrogatepass"), f"{case['id']}.{key}", "text/plain") for key in "ab"
    )
    return {"same": same_origin(*(Article(document=document, text=text) for document, text in (one, other)))}


ANSWERS: dict[str, Callable[[Case], dict[str, Any]]] = {
    "count": count,
    "date": said_on,
    "stance": stance,
    "page": page,
    "origin": origin,
}


def agrees(kind: str, expect: dict[str, Any], got: dict[str, Any]) -> bool:
    """Return whether an answer is the one that a case states; the precision of no date is not compared."""
    keys = {"value"} if kind == "date" and expect["value"] is None else set(expect) & set(got) or set(expect)
    return all(got.get(key) == expect[key] for key in keys)


def run(cases: list[Case]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the counts that the runner prints and an answer a case."""
    counts: dict[str, Any] = {"cases": len(cases), "agree": 0, "unsupported": 0, "disagree": []}
    answers: list[dict[str, Any]] = []
    for case in cases:
        answer = ANSWERS.get(case["kind"])
        if answer is None:
            counts["unsupported"] += 1
            answers.append({"id": case["id"], "unsupported": True})
            continue
        got = answer(case)
        answers.append({"id": case["id"], "got": got})
        if "expect" in case and agrees(case["kind"], case["expect"], got):
            counts["agree"] += 1
        elif "expect" in case:
            counts["disagree"].append(case["id"])
    return counts, answers


def main() -> None:
    """Answer the cases of a file, write the answers where asked, print the counts as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    counts, answers = run(list(read_cases([options.file])))
    if options.out:
        lines = (json.dumps(answer, ensure_ascii=False) + "\n" for answer in answers)
        options.out.write_text("".join(lines), encoding="utf-8")
    print(json.dumps(counts, ensure_ascii=False))


if __name__ == "__main__":
    main()

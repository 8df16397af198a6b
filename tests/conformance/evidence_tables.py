"""Run cases of evidence tables: `python -m tests.conformance.evidence_tables FILE.jsonl [--out OUT.jsonl]`.

A row is `{id, kind: count|date|stance|page|origin, …, expect?}`; answers have the keys that `expect` has. A row agrees
when each key of its `expect` has the stated value; one that expects nothing is answered and not compared.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import date
from typing import Any, NotRequired, TypedDict

from evenhand.evidence.one_origin import same_origin
from evenhand.evidence.read_document import read_document
from evenhand.evidence.reported_dates import read_said_on
from evenhand.evidence.sentence_stances import sentence_stance
from evenhand.evidence.source_counts import count_sources
from evenhand.model.claims import Article
from tests.conformance.cases import Arguments, Case, count, execute, out_path, read_cases, write_rows


class Row(TypedDict):
    """A case; the other fields depend on its kind."""

    kind: str
    expect: NotRequired[dict[str, Any] | None]


def source_count(case: Case) -> dict[str, Any]:
    found = count_sources(case["text"])
    parts = list(found.parts)
    return {"n": found.n, "parts": parts, "bound": found.bound, "named": found.named, "as_written": found.as_written}


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
    "count": source_count,
    "date": said_on,
    "stance": stance,
    "page": page,
    "origin": origin,
}


NOTES = frozenset({"event", "how"})
"""What rows say of their making: the event that a sentence is of, how the other text was made of the one."""


def stated(case: Case) -> dict[str, Any]:
    """Return what a case expects, without notes."""
    return {key: value for key, value in (case.get("expect") or {}).items() if key not in NOTES}


def is_same(kind: str, expect: dict[str, Any], got: dict[str, Any]) -> bool:
    """Return whether an answer is the one that a case states; the precision of no date is not compared."""
    keys = {"value"} if kind == "date" and expect.get("value", "") is None else expect.keys()
    return all(key in got and got[key] == expect[key] for key in keys)


def run(cases: list[Case]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the counts that the runner prints and an answer a case."""
    answers: list[dict[str, Any]] = []

    def agrees(case: Case) -> bool | None:
        answers.append({"id": case["id"], "got": None})
        if case["kind"] not in ANSWERS:
            answers[-1] = {"id": case["id"], "unsupported": True}
            return None
        answers[-1]["got"] = got = ANSWERS[case["kind"]](case)
        return is_same(case["kind"], stated(case), got)

    counts = count(cases, agrees)
    counts["agree"] -= sum(
        not stated(case) and bool(answer.get("got")) for case, answer in zip(cases, answers, strict=True)
    )
    return counts, answers


def main(argv: list[str] | None = None) -> int:
    """Answer the cases of a file, write the answers where asked, print the counts as the last line."""
    arguments = Arguments(__doc__)
    arguments.add_argument("file")
    arguments.add_argument("--out", type=out_path)
    return execute(arguments, work, argv, measures=True)


def work(chosen: argparse.Namespace) -> dict[str, Any]:
    counts, answers = run(list(read_cases([chosen.file], Row)))
    write_rows(chosen.out, answers)
    return counts


if __name__ == "__main__":
    sys.exit(main())

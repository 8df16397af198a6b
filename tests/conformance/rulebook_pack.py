"""Rule every request and answer every question of a pack: `python -m tests.conformance.rulebook_pack DIR …`.

DIR is a rulebook with `tests/requests.jsonl`, `tests/questions.jsonl` or both. The last line is one JSON object:
`{"requests","agree","routed","proofs","proofs_right","disagree":[id, …]}`.
"""

import argparse
import sys
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import msgspec

from evenhand.model.errors import BadInput
from evenhand.model.ruling import Ruling
from tests.conformance.cases import Arguments, answering, execute, out_path, read_cases, write_rows
from tests.conformance.rulebook_engines import ENGINES
from tests.conformance.rulebook_questions import answers


class Request(TypedDict):
    """Facts, and what is expected of their ruling."""

    principal: Any
    action: Any
    resource: Any
    context: dict[str, Any]
    entities: list[Any]
    expect: NotRequired[dict[str, Any]]


class Question(TypedDict):
    """A question; its other fields depend on the property."""

    property: str
    expect: NotRequired[str]


FACTS = ("principal", "action", "resource", "context", "entities")


def work(chosen: argparse.Namespace) -> dict[str, Any]:
    """Rule and prove what a folder asks, write the answers where asked, return the report."""
    folder = chosen.folder
    requests, questions = read_pack(folder, chosen.only)
    with answering(folder):
        facts = [{name: each[name] for name in FACTS} for each in requests]
        rulings, routed = ENGINES[chosen.engine](folder, facts)
    ruled = [answer_of(each["id"], ruling) for each, ruling in zip(requests, rulings, strict=True)]
    for place in routed:
        ruled[place]["routed"] = True
    proved = list(answers(folder, questions))
    write_rows(chosen.answers, (*ruled, *proved))
    report = compare(requests, ruled) | {"proofs": len(questions)}
    wrong = unproved(questions, proved)
    report |= {"proofs_right": len(expected(questions)) - len(wrong), "disagree": [*report["disagree"], *wrong]}
    return report


def main(argv: list[str] | None = None) -> int:
    """Run the folder that the command line names and print the report as the last line."""
    arguments = Arguments(__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--engine", choices=ENGINES, default="cedar")
    arguments.add_argument("--only", choices=["requests", "questions"])
    arguments.add_argument("--answers", type=out_path)
    return execute(arguments, work, argv)


def read_pack(folder: Path, only: str | None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the requests and the questions of a folder; none of those that are not wanted.

    Raises:
        BadInput: there is nothing to run.
    """
    forms = {"requests": Request, "questions": Question}
    paths = {name: folder / "tests" / f"{name}.jsonl" for name in forms if only in (None, name)}
    found = {name: list(read_cases([path], forms[name])) for name, path in paths.items() if path.is_file()}
    if not found:
        expected = " or ".join(map(str, paths.values()))
        raise BadInput("no tests of a rulebook", where=folder, expected=expected, todo="name the rulebook's folder")
    return found.get("requests", []), found.get("questions", [])


def expected(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the questions that say what their answer must be."""
    return [each for each in questions if "expect" in each]


def unproved(questions: list[dict[str, Any]], proved: list[dict[str, Any]]) -> list[str]:
    """Return the questions whose answer is not the one expected."""
    pairs = zip(questions, proved, strict=True)
    return [each["id"] for each, answer in pairs if answer["result"] != each.get("expect", answer["result"])]


def answer_of(request_id: str, ruling: Ruling) -> dict[str, Any]:
    """Return a ruling as a line of answers."""
    return {"kind": "request", "id": request_id, **msgspec.to_builtins(ruling)}


def compare(requests: list[dict[str, Any]], answers: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the report; a request without `expect` is counted and not compared."""
    pairs = [(each, answer) for each, answer in zip(requests, answers, strict=True) if "expect" in each]
    wrong = [
        each["id"]
        for each, answer in pairs
        if any(list_of(answer.get(k)) != list_of(v) for k, v in each["expect"].items())
    ]
    agree, routed = len(pairs) - len(wrong), sum("routed" in answer for answer in answers)
    counted = {"requests": len(requests), "agree": agree, "routed": routed}
    return {**counted, "proofs": 0, "proofs_right": 0, "disagree": wrong}


def list_of(value: Any) -> Any:
    """Return ids in one order; other values as they are."""
    return sorted(value) if isinstance(value, list | tuple) else value


if __name__ == "__main__":
    sys.exit(main())

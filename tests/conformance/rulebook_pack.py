"""Rule every request and answer every question of a pack: `python -m tests.conformance.rulebook_pack DIR …`.

The last line is one JSON object: `{"requests","agree","routed","proofs","proofs_right","disagree":[id, …]}`.
Exit status 0: all agree; 1: some do not.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from evenhand.model.ruling import Ruling
from tests.conformance.rulebook_engines import ENGINES
from tests.conformance.rulebook_questions import answers

FACTS = ("principal", "action", "resource", "context", "entities")


def main(argv: list[str] | None = None) -> int:
    arguments = _arguments(argv)
    folder, only = arguments.folder, arguments.only
    requests = _lines(folder / "tests" / "requests.jsonl") if only != "questions" else []
    questions = _lines(folder / "tests" / "questions.jsonl") if only != "requests" else []
    rulings, routed = ENGINES[arguments.engine](folder, [{name: each[name] for name in FACTS} for each in requests])
    ruled = [answer_of(each["id"], ruling) for each, ruling in zip(requests, rulings, strict=True)]
    for place in routed:
        ruled[place]["routed"] = True
    proved = list(answers(folder, questions))
    if arguments.answers:
        text = "".join(json.dumps(each) + "\n" for each in (*ruled, *proved))
        arguments.answers.write_text(text, encoding="utf-8")
    report = compare(requests, ruled) | {"proofs": len(questions)}
    wrong = unproved(questions, proved)
    report |= {"proofs_right": len(expected(questions)) - len(wrong), "disagree": [*report["disagree"], *wrong]}
    print(json.dumps(report))
    return 1 if report["disagree"] else 0


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
        each["id"] for each, answer in pairs if any(list_of(answer[k]) != list_of(v) for k, v in each["expect"].items())
    ]
    agree, routed = len(pairs) - len(wrong), sum("routed" in answer for answer in answers)
    counted = {"requests": len(requests), "agree": agree, "routed": routed}
    return {**counted, "proofs": 0, "proofs_right": 0, "disagree": wrong}


def list_of(value: Any) -> Any:
    """Return ids in one order; other values as they are."""
    return sorted(value) if isinstance(value, list | tuple) else value


def _lines(path: Path) -> list[dict[str, Any]]:
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return [json.loads(line) for line in text.splitlines()]


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine", choices=ENGINES, default="cedar")
    parser.add_argument("--only", choices=["requests", "questions"])
    parser.add_argument("--answers", type=Path)
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())

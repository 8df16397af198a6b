"""Rule every request of a rulebook's pack: `python -m tests.conformance.rulebook_pack DIR [--engine E] …`.

The last line is one JSON object: `{"requests","agree","routed","proofs","proofs_right","disagree":[id, …]}`.
Exit status 0: all agree; 1: some do not; 2: asked for what is not there yet (questions).
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from evenhand.model.ruling import Ruling
from tests.conformance.rulebook_engines import ENGINES

FACTS = ("principal", "action", "resource", "context", "entities")


def main(argv: list[str] | None = None) -> int:
    arguments = _arguments(argv)
    questions = (arguments.folder / "tests" / "questions.jsonl").is_file()
    if arguments.only == "questions" or (questions and arguments.only is None):
        print("questions need the prover, which is not here yet; `--only requests` rules the requests", file=sys.stderr)
        if arguments.only == "questions":
            return 2
    requests = _lines(arguments.folder / "tests" / "requests.jsonl")
    rulings = ENGINES[arguments.engine](arguments.folder, [{name: each[name] for name in FACTS} for each in requests])
    answers = [answer_of(each["id"], ruling) for each, ruling in zip(requests, rulings, strict=True)]
    if arguments.answers:
        arguments.answers.write_text("".join(json.dumps(each) + "\n" for each in answers), encoding="utf-8")
    report = compare(requests, answers)
    print(json.dumps(report))
    if questions and arguments.only is None:
        return 2
    return 1 if report["disagree"] else 0


def answer_of(request_id: str, ruling: Ruling) -> dict[str, Any]:
    """Return a ruling as a line of answers."""
    return {"kind": "request", "id": request_id, **msgspec.to_builtins(ruling)}


def compare(requests: list[dict[str, Any]], answers: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the report; a request without `expect` is counted and not compared."""
    pairs = [(each, answer) for each, answer in zip(requests, answers, strict=True) if "expect" in each]
    wrong = [
        each["id"] for each, answer in pairs if any(list_of(answer[k]) != list_of(v) for k, v in each["expect"].items())
    ]
    agree = len(pairs) - len(wrong)
    return {"requests": len(requests), "agree": agree, "routed": 0, "proofs": 0, "proofs_right": 0, "disagree": wrong}


def list_of(value: Any) -> Any:
    """Return ids in one order; other values as they are."""
    return sorted(value) if isinstance(value, list | tuple) else value


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine", choices=ENGINES, default="cedar")
    parser.add_argument("--only", choices=["requests", "questions"])
    parser.add_argument("--answers", type=Path)
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())

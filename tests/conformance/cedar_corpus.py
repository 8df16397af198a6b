"""Run Cedar's own test cases: `python -m tests.conformance.cedar_corpus FILE.jsonl[.gz] --engine cedar`.

The last line is one JSON object: `{"cases","requests","agree","unsupported","disagree":["id#request", …]}`.
Where `shouldValidate` is there, a case whose validation differs counts each of its requests as a disagreement.
Engines beside `cedar` take what is strictly valid; a case that they cannot take is `supported: false`, with `why`.
"""

import argparse
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cedarpy

from evenhand.policy.engine import validation_errors
from tests.conformance.cedar_engines import ENGINES, NotSupported


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--engine", choices=ENGINES, required=True)
    parser.add_argument("--answers", type=Path)
    arguments = parser.parse_args(argv)
    report: dict[str, Any] = {"cases": 0, "requests": 0, "agree": 0, "unsupported": 0, "disagree": []}
    lines = []
    for case in read_cases(arguments.file):
        answer = answer_case(case, arguments.engine)
        count(report, case, answer)
        lines.append(json.dumps(answer) + "\n")
    if arguments.answers:
        arguments.answers.write_text("".join(lines), encoding="utf-8")
    print(json.dumps(report))
    return 1 if report["disagree"] else 0


def read_cases(path: Path) -> Iterator[dict[str, Any]]:
    data = path.read_bytes()
    for line in (gzip.decompress(data) if path.suffix == ".gz" else data).decode().split("\n"):
        if line:
            yield json.loads(line)


def answer_case(case: dict[str, Any], engine: str) -> dict[str, Any]:
    """Return an engine's answers to a case; policies that are linked get the link's id."""
    schema = cedarpy.Schema.from_str(case["schema"]) if case.get("schema") else None
    validates = None if schema is None else not validation_errors(case["policies"], schema)
    try:
        if engine != "cedar" and not (validates and case.get("validateEntities", True)):
            raise NotSupported("not strictly valid, or facts that do not fit the schema")
        answers = ENGINES[engine](case)
    except NotSupported as reason:
        responses: list[Any] = [None] * len(case["requests"])
        return {
            "id": case["id"],
            "validates": validates,
            "supported": False,
            "why": str(reason),
            "responses": responses,
        }
    responses = [
        {"decision": each.decision, "reason": list(each.reasons), "errors": list(each.errors)} for each in answers
    ]
    return {"id": case["id"], "validates": validates, "supported": True, "why": "", "responses": responses}


def count(report: dict[str, Any], case: dict[str, Any], answer: dict[str, Any]) -> None:
    """Add a case to the report."""
    report["cases"] += 1
    same_validation = case.get("shouldValidate") in (None, answer["validates"])
    for place, (request, response) in enumerate(zip(case["requests"], answer["responses"], strict=True)):
        report["requests"] += 1
        if response is None:
            report["unsupported"] += 1
        elif "decision" not in request:
            continue
        elif same_validation and _agrees(request, response):
            report["agree"] += 1
        else:
            report["disagree"].append(f"{case['id']}#{place}")


def _agrees(request: dict[str, Any], response: dict[str, Any]) -> bool:
    return response["decision"] == request["decision"] and all(
        response[name] == sorted(request[name]) for name in ("reason", "errors") if name in request
    )


if __name__ == "__main__":
    sys.exit(main())

"""Run Cedar's own test cases: `python -m tests.conformance.cedar_corpus FILE.jsonl[.gz] --engine cedar`.

The last line is one JSON object: `{"cases","requests","agree","unsupported","disagree":["id#request", …]}`.
Where `shouldValidate` is there, a case whose validation differs counts each of its requests as a disagreement.
"""

import argparse
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cedarpy

from evenhand.policy.engine import NO_DECISION, CedarEngine, EntitiesUnfit, validation_errors


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--engine", choices=["cedar"], required=True)
    parser.add_argument("--answers", type=Path)
    arguments = parser.parse_args(argv)
    report: dict[str, Any] = {"cases": 0, "requests": 0, "agree": 0, "unsupported": 0, "disagree": []}
    lines = []
    for case in read_cases(arguments.file):
        answer = answer_case(case)
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


def answer_case(case: dict[str, Any]) -> dict[str, Any]:
    """Return the engine's answers to a case; policies that are linked get the link's id."""
    schema = cedarpy.Schema.from_str(case["schema"]) if case.get("schema") else None
    validates = None if schema is None else not validation_errors(case["policies"], schema)
    policies = cedarpy.PolicySet.from_str(case["policies"]).with_linked_batch(_links(case))
    fits = case.get("validateEntities", True)
    engine = CedarEngine(policies, schema if fits else None)
    entities = json.dumps(case["entities"]).encode()
    responses = [_response(engine, request, entities) for request in case["requests"]]
    return {"id": case["id"], "validates": validates, "supported": True, "why": "", "responses": responses}


def count(report: dict[str, Any], case: dict[str, Any], answer: dict[str, Any]) -> None:
    """Add a case to the report."""
    report["cases"] += 1
    same_validation = case.get("shouldValidate") in (None, answer["validates"])
    for place, (request, response) in enumerate(zip(case["requests"], answer["responses"], strict=True)):
        report["requests"] += 1
        if "decision" not in request:
            continue
        if same_validation and _agrees(request, response):
            report["agree"] += 1
        else:
            report["disagree"].append(f"{case['id']}#{place}")


def _links(case: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"template_id": link["template"], "new_id": link["id"], "values": link["values"]}
        for link in case.get("links") or []
    ]


def _response(engine: CedarEngine, request: dict[str, Any], entities: bytes) -> dict[str, Any]:
    asked = {name: request[name] for name in ("principal", "action", "resource")}
    try:
        (answer,) = engine.answers([{**asked, "context": json.dumps(request["context"])}], entities)
    except EntitiesUnfit:
        answer = NO_DECISION
    return {"decision": answer.decision, "reason": list(answer.reasons), "errors": list(answer.errors)}


def _agrees(request: dict[str, Any], response: dict[str, Any]) -> bool:
    return response["decision"] == request["decision"] and all(
        response[name] == sorted(request[name]) for name in ("reason", "errors") if name in request
    )


if __name__ == "__main__":
    sys.exit(main())

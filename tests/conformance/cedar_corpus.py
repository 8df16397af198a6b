"""Run Cedar's own test cases: `python -m tests.conformance.cedar_corpus FILE.jsonl[.gz] --engine cedar`.

The last line is one JSON object: `{"cases","requests","agree","unsupported","disagree":["id#request", …]}`.
Where `shouldValidate` is there, a case whose validation differs counts each of its requests as a disagreement, as does
one that ends in an error.
Engines beside `cedar` take what is strictly valid; a case that they cannot take is `supported: false`, with `why`.
"""

import argparse
import sys
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import cedarpy

from evenhand.policy.engine import validation_errors
from tests.conformance.cases import Arguments, execute, one_line, out_path, read_cases, say, write_rows
from tests.conformance.cedar_engines import ENGINES, NotSupported


class Asked(TypedDict):
    """A request of a case, with what is expected of it."""

    principal: Any
    action: Any
    resource: Any
    context: dict[str, Any]
    decision: NotRequired[str | None]
    reason: NotRequired[list[str] | None]
    errors: NotRequired[list[str] | None]


class Row(TypedDict):
    """A case: `schema` and `policies` are Cedar's text."""

    policies: str
    schema: NotRequired[str | None]
    entities: list[Any]
    requests: list[Asked]
    shouldValidate: NotRequired[bool | None]
    validateEntities: NotRequired[bool]
    links: NotRequired[list[dict[str, Any]] | None]


def work(chosen: argparse.Namespace) -> dict[str, Any]:
    """Answer the cases of a file, write the answers where asked, return the counts."""
    report: dict[str, Any] = {"cases": 0, "requests": 0, "agree": 0, "unsupported": 0, "disagree": []}
    answers = []
    for case in list(read_cases([chosen.file], Row)):
        failed = False
        try:
            answer = answer_case(case, chosen.engine)
        except Exception as error:  # noqa: BLE001  whatever it is, the other cases are still to be run
            say(case, f"{one_line(error)}; its requests count as disagreeing")
            failed, answer = True, unanswered(case, None, one_line(error))
        count(report, case, answer, failed=failed)
        answers.append(answer)
    write_rows(chosen.answers, answers)
    return report


def main(argv: list[str] | None = None) -> int:
    """Run the file that the command line names and print the counts as the last line."""
    arguments = Arguments(__doc__)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--engine", choices=ENGINES, required=True)
    arguments.add_argument("--answers", type=out_path)
    return execute(arguments, work, argv)


def answer_case(case: dict[str, Any], engine: str) -> dict[str, Any]:
    """Return an engine's answers to a case; policies that are linked get the link's id."""
    schema = cedarpy.Schema.from_str(case["schema"]) if case.get("schema") else None
    validates = None if schema is None else not validation_errors(case["policies"], schema)
    try:
        if engine != "cedar" and not (validates and case.get("validateEntities", True)):
            raise NotSupported("not strictly valid, or facts that do not fit the schema")
        answers = ENGINES[engine](case)
    except NotSupported as reason:
        return unanswered(case, validates, str(reason))
    responses = [
        {"decision": each.decision, "reason": list(each.reasons), "errors": list(each.errors)} for each in answers
    ]
    return {"id": case["id"], "validates": validates, "supported": True, "why": "", "responses": responses}


def unanswered(case: dict[str, Any], validates: bool | None, why: str) -> dict[str, Any]:
    """Return the line of a case that has no answers."""
    responses = [None] * len(case["requests"])
    return {"id": case["id"], "validates": validates, "supported": False, "why": why, "responses": responses}


def count(report: dict[str, Any], case: dict[str, Any], answer: dict[str, Any], *, failed: bool) -> None:
    """Add a case to the report; where it `failed`, each of its requests disagrees."""
    report["cases"] += 1
    if None not in (stated := case.get("shouldValidate"), answer["validates"]) and stated != answer["validates"]:
        say(case, f"validates is {answer['validates']}, expected {stated}")
        failed = True
    for place, (request, response) in enumerate(zip(case["requests"], answer["responses"], strict=True)):
        report["requests"] += 1
        if not failed and response is None:
            report["unsupported"] += 1
        elif not failed and request.get("decision") is None:
            continue
        elif not failed and _agrees(request, response):
            report["agree"] += 1
        else:
            report["disagree"].append(f"{case['id']}#{place}")


def _agrees(request: dict[str, Any], response: dict[str, Any]) -> bool:
    return response["decision"] == request["decision"] and all(
        response[name] == sorted(request[name]) for name in ("reason", "errors") if request.get(name) is not None
    )


if __name__ == "__main__":
    sys.exit(main())

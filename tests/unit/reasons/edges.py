"""The edge cases of `fixtures/reasons`, each told as what differs from a sound one, unfolded for the runners."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from tests.unit.reasons.made import FIXTURES

Case = dict[str, Any]


def sor_edges() -> Iterator[Case]:
    """Yield the cases of `sor_edges.json` as `tests.conformance.sor` takes them."""
    read = _read("sor_edges.json")
    for case in read["cases"]:
        payload, fields = _changed(read["bases"][case["base"]], case), case["error_fields"]
        yield {"id": case["name"], "payload": payload, "status": 422 if fields else 201, "error_fields": fields}


def lint_edges() -> Iterator[Case]:
    """Yield the cases of `lint_edges.json`, one a form, as `tests.conformance.reasons_lint` takes them."""
    read = _read("lint_edges.json")
    for case in read["cases"]:
        corpus = [{"explanation": explanation, "facts": facts} for explanation, facts in case.get("corpus", ())]
        record = _changed(read["base"], case)
        for form in case["forms"]:
            told = f"{case['note']} ({form})"
            yield {"id": told, "form": form, "record": record, "corpus": corpus, "codes": case["codes"]}


def _read(name: str) -> Case:
    read: Case = json.loads((FIXTURES / name).read_text(encoding="utf-8"))
    return read


def _changed(base: Case, case: Case) -> Case:
    whole = copy.deepcopy(base)
    for path, value in case.get("change", {}).items():
        place, last = _place(whole, path)
        long = isinstance(value, dict) and "times" in value
        place[last] = value["text"] + value["then"] * value["times"] if long else value
    for path in case.get("without", ()):
        place, last = _place(whole, path)
        del place[last]
    return whole


def _place(whole: Case, path: str) -> tuple[Case, str]:
    *parents, last = path.split(".")
    for parent in parents:
        whole = whole[parent]
    return whole, last

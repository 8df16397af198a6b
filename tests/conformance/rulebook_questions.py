"""The questions of a rulebook's pack, answered by the prover with both solvers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from evenhand.model.errors import BadInput
from evenhand.policy.proofs.prover import Prover, prover_rulebook
from evenhand.policy.proofs.questions import Question
from evenhand.policy.rulebook.reading import read_folder
from tests.conformance.cases import one_line

FIELDS = frozenset(field.encode_name for field in msgspec.structs.fields(Question))


def answers(folder: Path, questions: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield a line of answers for each question; one that cannot be asked is `unknown`."""
    provers: dict[str, Prover] = {}
    for each in questions:
        line = {"kind": "question", "id": each["id"], "result": "unknown", "counterexample": None}
        try:
            yield line | _answer(folder, each, provers)
        except (BadInput, msgspec.ValidationError) as error:
            yield line | {"why": one_line(error)}


def _answer(folder: Path, asked: dict[str, Any], provers: dict[str, Prover]) -> dict[str, Any]:
    question = msgspec.convert({name: asked[name] for name in FIELDS & asked.keys()}, Question)
    other = _prover(folder, question.other, provers).rulebook if question.other is not None else None
    certificate = _prover(folder, asked.get("rulebook", ""), provers).prove(question, other)
    found = {"result": certificate.result, "counterexample": msgspec.to_builtins(certificate.counterexample)}
    return found | ({"why": certificate.why} if certificate.why is not None else {})


def _prover(folder: Path, variant: str, provers: dict[str, Prover]) -> Prover:
    if variant not in provers:
        provers[variant] = Prover(prover_rulebook(read_folder(folder, historic=True, variant=variant)), second=True)
    return provers[variant]

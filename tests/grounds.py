"""Invariant 13 as a check: a statement names no law but of the lists that its own findings rest on."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from evenhand.model.decision import Decision
from evenhand.model.statement import StatementOfReasons
from evenhand.workflows.delivery.statements import statement_of
from evenhand.workflows.evaluation.history import decision_of
from tests.networks import payloads_of

_LAW = re.compile(r"Regulation \(E[UC]\)|CFR|OFAC|Security Council Resolution|\(Sanctions\)")
# Whose law a list may bring: the Union implements what the United Nations list.
_REGIMES = {"eu": {"EU"}, "un": {"UN", "EU"}, "uk": {"GB"}, "ofac": {"US"}, "us": {"US"}}


def untrue_grounds(folder: Path, exempt: frozenset[str] = frozenset()) -> list[str]:
    """Return a sentence on each statement of a network that names a law none of its findings rests on.

    `exempt` are rules of law that ask for no list; they name their own.
    """
    decisions = {each.id: each for each in map(decision_of, payloads_of(folder, "decision"))}
    statements = map(statement_of, payloads_of(folder, "statement"))
    return [said for each in statements for said in _untrue(each, decisions[each.decision], exempt)]


def _untrue(statement: StatementOfReasons, decision: Decision, exempt: frozenset[str]) -> Iterator[str]:
    regimes = set().union(*(_regimes(each.list, decision) for each in decision.findings if each.list))
    ground = statement.ground
    said = f"{decision.party.id} {decision.reasons}: {ground.reference}"
    if ground.type == "clause":
        blocking = any(name.startswith("blocking-statute") for name in decision.reasons) and "US" in regimes
        if _LAW.search(f"{ground.reference} {ground.explanation}") and not blocking:
            yield said
    elif not exempt & set(decision.reasons):
        jurisdictions = {law.rpartition(", ")[2] for law in ground.reference.split("; ")}
        if not jurisdictions <= regimes:
            yield said


def _regimes(list_key: str, decision: Decision) -> set[str]:
    publisher, _, name = list_key.partition("-")
    return _REGIMES.get(name if publisher == "sample" else publisher, set())


def laws_of_file(path: Path) -> set[str]:
    """Return every law that a `laws.csv` names, as statements write it."""
    with path.open(encoding="utf-8", newline="") as file:
        return {", ".join(part.strip() for part in row["legal_basis"].split("|")) for row in csv.DictReader(file)}

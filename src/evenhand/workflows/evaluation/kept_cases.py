"""The decisions of a history in `state/`: a table of all cases, and the few that changed since it was written."""

from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
from msgspec.structs import force_setattr

from evenhand.store.tables import write_parquet
from evenhand.workflows.evaluation.history import CaseDecision, History

CASES = "in_force.parquet"
_COLUMNS = {"case": "VARCHAR", "standing": "VARCHAR", "party_kind": "VARCHAR", "party_id": "VARCHAR"}
_ALIKE = ("party_kind", "scope", "reasons", "rulebook", "decided_at", "effective_from", "since")
"""What many decisions have in common, one object for all: else it is over half of what a history takes."""
_MOST_CHANGED = 1_000  # decisions, half a megabyte: they are read with all that is known of a state

_decode = msgspec.json.Decoder(CaseDecision).decode


def write_cases(path: Path, history: History) -> None:
    """Write the table of all cases.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    write_parquet(path, _COLUMNS, (
        (case, msgspec.json.encode(each).decode(), each.party_kind, each.party_id)
        for case, known in history.cases.items()
        for each in known
    ))  # fmt: skip


def changed_decisions(history: History) -> tuple[CaseDecision, ...] | None:
    """Return the decisions of the cases that are not as in the table; None where they are many, or there is none."""
    if history.changed is None:
        return None
    cases = (known for case, known in history.cases.items() if case in history.changed)
    decisions = tuple(each for known in cases for each in known)
    return decisions if len(decisions) <= _MOST_CHANGED else None


def cases_of(
    rows: Iterable[tuple[str, ...]], changed: Iterable[CaseDecision], is_wanted: Callable[[CaseDecision], bool]
) -> dict[str, list[CaseDecision]]:
    """Return the cases of the rows of a table, with those of the changed decisions that are wanted in their place."""
    cases: dict[str, list[CaseDecision]] = {}
    shared: dict[object, object] = {}
    for _, standing, *_ in rows:  # case and party are in columns of their own for those who look for one
        each = _decode(standing)
        for name in _ALIKE:
            value = getattr(each, name)
            force_setattr(each, name, shared.setdefault(value, value))
        if each.case in cases:
            cases[each.case].append(each)
        else:
            cases[each.case] = [each]  # nearly always alone, and then smaller than a list that is added to
    later: dict[str, list[CaseDecision]] = {}
    for each in filter(is_wanted, changed):
        later.setdefault(each.case, []).append(each)
    return cases | later

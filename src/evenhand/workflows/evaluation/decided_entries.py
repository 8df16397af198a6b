"""The listed entries that decisions in force rest on, by list."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from evenhand.ledger import Ledger
from evenhand.model.decision import Decision
from evenhand.model.errors import NotFound
from evenhand.model.outcome import Outcome
from evenhand.workflows.evaluation.history import History, decision_of
from evenhand.workflows.evaluation.recorded_decisions import recorded_decisions

Entries = Mapping[str, frozenset[str]]


def entries_in_force(ledger: Ledger, history: History, at: datetime) -> Entries:
    """Return the ids of entries, by list, that decisions other than allow in force or waiting at `at` rest on."""
    standing = (each for each in (*history.all_in_force(at), *history.waiting(at)) if each.outcome is not Outcome.ALLOW)
    payloads = (ledger.payload(each.seq) for each in standing)
    return _by_list(pair for payload in payloads if payload is not None for pair in _rests_on(decision_of(payload)))


def recorded_entries(ledger: Path, at: datetime) -> Entries:
    """Return the same from a ledger's folder, read beside its writer; none where there is no ledger yet.

    Cost: every decision is read once, about a second for 20,000.

    Raises:
        StorageFailed: the ledger cannot be read.
    """
    history, pairs = History(), dict[int, tuple[tuple[str, str], ...]]()
    try:
        for seq, decision in recorded_decisions(ledger):
            if decision is not None:
                history.add(seq, decision)
                pairs[seq] = _rests_on(decision)
    except NotFound:
        return {}
    standing = (*history.all_in_force(at), *history.waiting(at))
    return _by_list(pair for each in standing for pair in pairs[each.seq])


def _rests_on(decision: Decision) -> tuple[tuple[str, str], ...]:
    if decision.outcome is Outcome.ALLOW:
        return ()
    return tuple((each.list, each.entity_id) for each in decision.findings if each.list and each.entity_id)


def _by_list(pairs: Iterable[tuple[str, str]]) -> Entries:
    found: dict[str, set[str]] = {}
    for key, entity_id in pairs:
        found.setdefault(key, set()).add(entity_id)
    return {key: frozenset(ids) for key, ids in found.items()}

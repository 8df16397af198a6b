"""The facts that people confirmed of a party, or that its decisions rest on, with what came of each."""

from collections.abc import Set
from datetime import datetime

from evenhand.model.confirmed_fact import StatedFact
from evenhand.model.log import Checkpoint
from evenhand.store.network import Network
from evenhand.workflows.evaluation.confirmed_facts import CountedFact, FactKey, RecordedFact, lay_over
from evenhand.workflows.evaluation.history import History
from evenhand.workflows.evaluation.run_state import read_known_inputs, read_memory


def stated_facts(
    network: Network, history: History, checkpoint: Checkpoint, party_id: str, cited: Set[str], at: datetime
) -> tuple[StatedFact, ...]:
    """Return the facts about a party and those among the sources `cited`, by their leaves.

    What came of one is read off the tables of the last run: a younger one, or a lost `state/`, waits for the next run.
    """
    known = {
        key: several
        for key, several in history.confirmed.items()
        if key[1] == party_id or any(each.source in cited for each in several)
    }
    size, came = _came_of(network, known, checkpoint, at) if known else (0, {})
    facts = sorted((each for several in known.values() for each in several), key=lambda each: each.seq)
    return tuple(_stated(each, came.get(each.seq), size) for each in facts)


def _came_of(
    network: Network, known: dict[FactKey, list[RecordedFact]], checkpoint: Checkpoint, at: datetime
) -> tuple[int, dict[int, CountedFact]]:
    """Return the tree size that the last run left, and what came of each fact in it."""
    inputs, (_, size) = read_known_inputs(network.state, checkpoint), read_memory(network.state, checkpoint)
    if inputs is None:
        return 0, {}
    met = {key: kept for key, several in known.items() if (kept := [each for each in several if each.seq < size])}
    _, counted = lay_over(inputs.tables, met, at.astimezone(network.settings.zone).date())
    return size, {each.recorded.seq: each for each in counted}


def _stated(each: RecordedFact, met: CountedFact | None, size: int) -> StatedFact:
    if met is None:
        return StatedFact(seq=each.seq, fact=each.fact, effect="overtaken" if each.seq < size else "next run")
    return StatedFact(seq=each.seq, fact=each.fact, effect=met.state, tables=met.tables)

"""Conditions of the gate made by another process while this one rules and records, which they do not depend on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from evenhand.store.network import Network
from evenhand.workflows.delivery.gate_conditions import begin, make_conditions
from evenhand.workflows.delivery.kept_conditions import ConditionMemory, read_conditions
from evenhand.workflows.evaluation.run_context import RunContext
from evenhand.workflows.evaluation.side_process import SideProcess, can_work_beside

_WORTH_A_PROCESS = 4_000  # advertisers: for fewer another process costs more than it saves


@contextmanager
def known_conditions(
    network: Network, run_context: RunContext, hashes: Mapping[str, bytes]
) -> Iterator[ConditionMemory]:
    """Give conditions of the gate by advertiser; after what happens within, those of all where many had to be made.

    `hashes` are the `facts_hashes` of the run's requests, by key. Like a ruling, conditions follow from facts, rules
    and program alone: what does not differ is not made again.

    Raises:
        ProcessEnded: the other process failed, or was ended.
    """
    facts = {each.id: hashes[f"advertiser:{each.id}"] for each in run_context.tables.advertisers}
    memory = ConditionMemory(facts, read_conditions(network.state))
    begin(run_context, memory)
    if memory.lacking(facts) < _WORTH_A_PROCESS or not can_work_beside():
        yield memory
        return
    process = SideProcess(
        "conditions of the gate", lambda: _packed(run_context, memory), lost="what was recorded before is safe"
    )
    try:
        yield memory
        memory.take(process.result())
    finally:
        process.end()


def _packed(run_context: RunContext, memory: ConditionMemory) -> bytes:
    make_conditions(run_context, memory)
    return memory.packed()

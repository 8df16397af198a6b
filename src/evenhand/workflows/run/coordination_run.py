"""The tests of coordination without decisions, under the same lock and the same guards as a run."""

from datetime import datetime
from functools import partial

from evenhand.model.coordination import InfluenceResult
from evenhand.store.network import Network
from evenhand.store.object_copies import fetch_objects
from evenhand.workflows.influence import run_influence
from evenhand.workflows.operations.ledgers import open_ledger
from evenhand.workflows.run.table_sizes import check_accepted, check_events
from evenhand.workflows.run.tools import Tools


def run_coordination_tests(network: Network, at: datetime, tools: Tools) -> InfluenceResult:
    """Test a network's events and write what was found; nothing is decided, and what was decided stays.

    The guards compare with the last run that decided, so a loss that was accepted here stops the next one again.

    Raises:
        TableShrunk: what counts of a table of acts was lost, and `tools.accept_tables` does not name it.
        BadInput: tables cannot be used, or an accepted name is no table's.
        LedgerError: another run holds the network.
    """
    check_accepted(tools.accept_tables)
    with open_ledger(network.ledger, wait_s=tools.wait_s, draw=tools.draw) as ledger:
        fetch_objects(network, tools.progress)
        check = partial(check_events, network, ledger, accepted=tools.accept_tables)
        return run_influence(network, at, tools.suffixes, tools.progress, check=check, spark=tools.spark)

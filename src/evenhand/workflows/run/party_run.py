"""Some parties decided again, with everybody whose decision depends on them, from what the last run knew."""

from collections.abc import Collection
from datetime import UTC, datetime

from evenhand.model.decision import DecidedBy, Party
from evenhand.model.errors import NotFound
from evenhand.model.run import RunReport
from evenhand.store.network import Network
from evenhand.workflows.evaluation.history import History
from evenhand.workflows.evaluation.run_state import read_known_inputs
from evenhand.workflows.run.network_run import decide, opened_run
from evenhand.workflows.run.run_inputs import known_inputs, read_inputs
from evenhand.workflows.run.run_worker import run_worker
from evenhand.workflows.run.tools import Tools


def decide_again(network: Network, parties: Collection[Party], at: datetime, by: DecidedBy, tools: Tools) -> RunReport:
    """Decide again about parties and all who depend on them, after people said something, and publish at once.

    Return what was done, as of a run. Lists and tables are those of the last run: what changed in them since waits for
    the next one. Everything else is a run's, by the same functions: every request whose facts are no longer the same is
    ruled anew, of any party, so that the result is that of a run at this instant. Where `state/` is lost, it is a run.

    Raises:
        NotFound: no decision is about one of the parties; nothing was decided.
        BadInput, InternalFault, LedgerError: as `run`.
    """
    at = at.astimezone(UTC)
    with run_worker(tools.suffixes) as worker, opened_run(network, at, tools) as (ledger, state):
        _check_known(parties, state.history)
        known = read_known_inputs(network.state, ledger.checkpoint) if state.memory is not None else None
        if known is None:
            inputs = read_inputs(network, ledger, state, at, tools)
        else:
            inputs = known_inputs(network, ledger, state, known, at, tools)
        return decide(network, ledger, state, inputs, at, by=by, tools=tools, worker=worker).report


def _check_known(parties: Collection[Party], history: History) -> None:
    known = {(each[-1].party_kind, each[-1].party_id) for each in history.cases.values()}
    unknown = [f"{each.kind} {each.id}" for each in parties if (each.kind, each.id) not in known]
    if unknown:
        raise NotFound("no decision is about", got=", ".join(unknown), expected="a party that a run has decided about",
                       todo="run `evenhand run` first, or correct the id")  # fmt: skip

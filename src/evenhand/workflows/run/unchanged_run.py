"""A run in which nothing that decides has changed: timed rulings are made again, and the register is fresh again.

Everything else would come out as it stands: a run is a function of its inputs, of the record and of the instant. The
differential test is `tests/differential/test_unchanged_run.py`.
"""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from evenhand.gate.registers.renewed_head import renew_head
from evenhand.ledger import Ledger
from evenhand.model.decision_row import ShownDecision
from evenhand.model.errors import EvenhandError
from evenhand.model.register import RegisterHead
from evenhand.model.run import RunReport
from evenhand.policy import rule_many
from evenhand.store.network import Network
from evenhand.workflows.delivery.kept_register import keep_compiled
from evenhand.workflows.delivery.outbox_queue import queue_all
from evenhand.workflows.delivery.publication import COMPILED, REGISTER, RegisterLeaf, sign_register
from evenhand.workflows.delivery.register_rows import fresh_until
from evenhand.workflows.evaluation.rulings import moved
from evenhand.workflows.evaluation.run_state import mark_seen
from evenhand.workflows.evaluation.unchanged_tables import keep_register
from evenhand.workflows.people.staff_leaf import staff_leaf
from evenhand.workflows.run.run_inputs import load_rulebook
from evenhand.workflows.run.standing import Standing, TimedRuling, keep_standing, read_shown
from evenhand.workflows.run.standing_inputs import inputs_sha256
from evenhand.workflows.run.tools import Tools


def inputs_now(network: Network, at: datetime) -> str:
    """Return the hash of all that decides, ``""`` where something of it is not there: the run itself says what."""
    try:
        return inputs_sha256(network, at)
    except (EvenhandError, OSError, ValueError):
        return ""


def unchanged_run(
    network: Network, ledger: Ledger, standing: Standing | None, inputs: str, at: datetime, tools: Tools
) -> RunReport | None:
    """Make the register fresh again and return the report, if all that decides is as the last run left it.

    None, and nothing is written, where anything is another, a ruling among those that the clock could change comes out
    otherwise: then everything is done as ever. `inputs` is from `inputs_now`.
    """
    if standing is None or not _stands(network, ledger, standing, inputs, at, tools):
        return None
    show, shown = tools.show or _unseen, [] if tools.show is None else read_shown(network.state)
    timed = _same_rulings(network, standing, at)
    if standing.report is None or shown is None or timed is None or not _renew(network, ledger, standing, at, tools):
        return None
    queued = queue_all(ledger, network.folder)
    for each in shown:
        show(each)
    mark_seen(network.state, ledger.checkpoint, at)
    keep_register(network.state, network.out / REGISTER)
    keep_compiled(network.state, network.out / COMPILED)
    keep_standing(network, replace(standing, at=at, timed=timed))
    assert ledger.checkpoint is not None, "a run that left a register has published"
    contested = standing.report.contested + queued
    return replace(standing.report, at=at, checkpoint=ledger.checkpoint, contested=contested)


def _unseen(_: ShownDecision) -> None:
    pass


def _stands(network: Network, ledger: Ledger, standing: Standing, inputs: str, at: datetime, tools: Tools) -> bool:
    """Return whether inputs and record are as the run left them, and no instant has come that counts."""
    return bool(
        inputs
        and inputs == standing.inputs
        and not tools.accepted
        and standing.at <= at
        and (standing.until is None or at < standing.until)
        and standing.is_of(ledger)
        and not staff_leaf(ledger, network)
    )


def _same_rulings(network: Network, standing: Standing, at: datetime) -> tuple[TimedRuling, ...] | None:
    """Return the timed rulings at this instant if all are as they were; Cedar makes each."""
    if not standing.timed:
        return ()
    facts = [moved(each.facts, standing.at, at) for each in standing.timed]
    rulings = rule_many(facts, load_rulebook(network))
    made = tuple(map(TimedRuling, facts, rulings))
    return made if [each.ruling for each in made] == [each.ruling for each in standing.timed] else None


def _renew(network: Network, ledger: Ledger, standing: Standing, at: datetime, tools: Tools) -> bool:
    """Make the register fresh from now on; return whether its files were as they were written."""
    last = ledger.last("register")
    if last is None or last[1] is None or ledger.checkpoint is None:
        return False
    rows, note = msgspec.json.decode(last[1], type=RegisterLeaf).rows_sha256, ledger.checkpoint.note
    hours = network.settings.gate.fresh_for_hours

    def change(head: RegisterHead) -> RegisterHead:
        until = fresh_until(at, tools.now, hours, standing.next_untold)
        return replace(head, fresh_until=until, checkpoint=note, made_at=at)

    if renew_head(network.out / REGISTER, network.out / COMPILED, rows, change) is None:
        return False
    sign_register(ledger, network.out)
    return True

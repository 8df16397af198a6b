"""The middle of a run: from what was read to decisions that are recorded, and what later steps need of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from evenhand.ledger import Ledger
from evenhand.model.decision import DecidedBy
from evenhand.model.outcome import Outcome
from evenhand.model.ruling import Ruling
from evenhand.store.network import Network
from evenhand.workflows.delivery.decision_tables import opened_payloads
from evenhand.workflows.delivery.kept_conditions import ConditionMemory
from evenhand.workflows.delivery.kept_keys import kept_keys
from evenhand.workflows.delivery.party_names import names_of_gone
from evenhand.workflows.evaluation.confirmations import confirm_decided
from evenhand.workflows.evaluation.confirmed_facts import sentences as fact_sentences
from evenhand.workflows.evaluation.decided_matches import row_change_sentences
from evenhand.workflows.evaluation.findings import Lists
from evenhand.workflows.evaluation.history import History
from evenhand.workflows.evaluation.judged_findings import judgement_record, lapses, sentences
from evenhand.workflows.evaluation.known_rulings import rulings_to_write
from evenhand.workflows.evaluation.requests import Request, is_screened
from evenhand.workflows.evaluation.rulings import (
    QuestionMemory,
    facts_hashes,
    rule_requests,
    strictest_of_twins,
)
from evenhand.workflows.evaluation.run_context import RunContext
from evenhand.workflows.evaluation.run_state import RunState
from evenhand.workflows.evaluation.side_process import SideWorker
from evenhand.workflows.evidence_records.quoted_claims import claims_of_history
from evenhand.workflows.rulebooks.kept_rulebooks import keep_rulebook
from evenhand.workflows.run.conditions_beside import known_conditions
from evenhand.workflows.run.decisions import changes, kept_sentences, lifted_sentences
from evenhand.workflows.run.ledger_records import lists_sha256, record
from evenhand.workflows.run.request_rulings import Evaluated, evaluate
from evenhand.workflows.run.run_checks import check_share
from evenhand.workflows.run.run_inputs import Inputs
from evenhand.workflows.run.tools import Tools


class Recorded(NamedTuple):
    """What was ruled and recorded, without requests, rulings and changes: they are a quarter of a large run's memory.

    `rulings` are those that `begin_state` writes, `written` the outcomes of this run's decisions by id. `requests` is
    how many were ruled, and `timed` are those whose ruling the clock could change, with it. `lasting` (what a next run
    with the same inputs says again), `again`, `doubts`, `lost`, `kept` and `lifted` are sentences of the report.
    """

    context: RunContext
    conditions: ConditionMemory
    rulings: bytes | None
    written: Mapping[str, Outcome]
    requests: int
    timed: tuple[tuple[Request, Ruling], ...]
    lasting: tuple[str, ...]
    again: tuple[str, ...]
    doubts: tuple[str, ...]
    lost: tuple[str, ...]
    kept: tuple[str, ...]
    lifted: tuple[str, ...]


def rule_and_record(
    network: Network,
    ledger: Ledger,
    state: RunState,
    inputs: Inputs,
    at: datetime,
    *,
    by: DecidedBy,
    tools: Tools,
    worker: SideWorker | None,
) -> Recorded:
    """Rule every request whose answer could differ, and record what has to be decided.

    `at` is in UTC; `state.history` is brought up to the ledger's end, and `state.ruled` is let go of. The `worker` is
    that of `run_worker`.

    Raises:
        BadInput: too many requests do not fit the rulebook's schema.
        ProposalDisagrees: SQL and Cedar rule a case differently; nothing was decided.
    """
    history, rulebook = state.history, inputs.rulebook
    ledger.know(opened_payloads(network.state))
    evaluated = evaluate(
        network.settings, at, rulebook, inputs.tables, inputs.memory, history,
        stated=inputs.stated, noticed=inputs.known.noticed,
    )  # fmt: skip
    requested, (context, lost) = evaluated.requested, _with_history(network, evaluated.context, history, tools)
    hashes = facts_hashes(requested, at)
    with known_conditions(network, context, hashes) as conditions:
        questions = QuestionMemory()
        ruled, again = rule_requests(
            requested, rulebook, at, state.ruled, tools.progress, questions, hashes=hashes, spark=tools.spark
        )
        screened = [each for each in requested if is_screened(context, each)]
        check_share(network, rulebook, context.tables.unread_content, screened, ruled)
        standing, counting = strictest_of_twins(requested, ruled)
        differing = list(changes(context, standing, counting, history))
        due = [each for each in differing if not each.missing]
        kept_ids = (each.before.id for each in differing if each.missing and each.before is not None)
        context = replace(context, unrelieved=frozenset(kept_ids))
        adopted = [(each.request, each.ruled) for each in due]
        confirm_decided(adopted, rulebook, questions, beside=((each, ruled[each.key]) for each in requested))
        del questions  # the facts of every question: a tenth of a run's memory, which what follows can use
        if inputs.read_anew:
            _end_judgements(ledger, history, inputs.lists, at, by)
        keep_rulebook(network, rulebook)
        lifted = tuple(lifted_sentences(context, due, history))
        written = record(
            context, ledger, history, due, by, progress=tools.progress, release=inputs.released, worker=worker
        )
    rulings = rulings_to_write(ruled, None if state.memory is None else state.ruled)
    state.forget_rulings()
    return Recorded(
        context, conditions, rulings, written, len(requested),
        timed=tuple((each, ruled[each.key].ruling) for each in requested if ruled[each.key].time_bound),
        lasting=_lasting(evaluated, inputs, history),
        again=again, doubts=evaluated.doubts, lost=lost,
        kept=kept_sentences(differing), lifted=lifted,
    )  # fmt: skip


def _lasting(evaluated: Evaluated, inputs: Inputs, history: History) -> tuple[str, ...]:
    """Return the sentences on judgements, changed rows and confirmed facts, which the same inputs bring again."""
    changed = row_change_sentences(inputs.memory, history)
    return (*sentences(evaluated.effects), *changed, *fact_sentences(evaluated.context.confirmed))


def _with_history(
    network: Network, context: RunContext, history: History, tools: Tools
) -> tuple[RunContext, tuple[str, ...]]:
    """Return the context with what earlier records say of parties, and sentences on which keys were not found."""
    kept, lost = kept_keys(network, context, history, tools.suffixes)
    quoted = claims_of_history(network, history.evidence)
    return replace(context, kept=kept, gone=names_of_gone(network, context, history), quoted=quoted), lost


def _end_judgements(ledger: Ledger, history: History, lists: Lists, at: datetime, by: DecidedBy) -> None:
    """Write down which judged entries have left their lists, before one of them may come back."""
    ended = lapses(history.judgements, lists, at, by.id)
    ledger.append([judgement_record(each, lists_sha256(lists.versions)) for each in ended], at)

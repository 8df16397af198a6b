"""What the rules in force would say otherwise if a table were another: nothing is written."""

from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Final

from evenhand.intake import Tables
from evenhand.ledger import LogReader
from evenhand.model.outcome import Outcome
from evenhand.model.upload import OutcomeMoved
from evenhand.store.network import Network
from evenhand.workflows.evaluation.decided_matches import with_decided_matches
from evenhand.workflows.evaluation.findings import screen_parties
from evenhand.workflows.evaluation.judged_pairs import with_judged_pairs
from evenhand.workflows.evaluation.media_ties import with_media_ties
from evenhand.workflows.evaluation.missing_input import with_ended_rows
from evenhand.workflows.evaluation.requests import Request
from evenhand.workflows.evaluation.rulings import RuledRequest, rule_requests, strictest_of_twins
from evenhand.workflows.evaluation.run_context import parties_of
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.review.fact_drafts import KnownFacts, known_facts
from evenhand.workflows.run.request_rulings import Evaluated, evaluate
from evenhand.workflows.run.run_inputs import known_lists, load_rulebook
from evenhand.workflows.run.tools import Tools

_MOST: Final = 200


def moved_outcomes(
    network: Network, tables: Tables, at: datetime, tools: Tools
) -> tuple[int, tuple[OutcomeMoved, ...]]:
    """Return how many parties and campaigns would have another outcome, and the first of them, strictest first.

    Compared are the tables as the last run read them with these, under today's rules, the lists of the last run and
    what people have answered; who acts as one is as the last run found it. A decision that a run would keep because
    input is missing is shown as the rules alone say.

    Raises:
        NotFound: there was no run yet, or what it found is lost.
        BadInput: the rulebook does not hold.
    """
    with read_ledger(network.ledger) as ledger:
        known = known_facts(ledger, network, at, tools)
        before = _ruled(network, ledger, known, known.tables, at, tools)
        after = _ruled(network, ledger, known, tables, at, tools)
    moved = [each for key in (before | after) if (each := _moved(before.get(key), after.get(key))) is not None]
    moved.sort(key=lambda each: (-_severity(each.after), -_severity(each.before), each.party, each.scope))
    return len(moved), tuple(islice(moved, _MOST))


class _Ruled(dict[str, tuple[Request, RuledRequest, str]]):
    """Each request with its ruling, and what its party is called."""


def _ruled(
    network: Network, ledger: LogReader, known: KnownFacts, tables: Tables, at: datetime, tools: Tools
) -> _Ruled:
    lists = known_lists(network, known.memory)
    whole = with_ended_rows(tables, known.history, at)
    memory = known.memory
    if tables is not known.tables:
        parties = parties_of(whole)
        memory, _ = screen_parties(parties, lists, memory, tools.suffixes, tools.progress)
        memory = with_decided_matches(memory, known.history, ledger, lists, tables, parties, suffixes=tools.suffixes)
        memory = with_media_ties(memory, known.history, whole, network.settings, at)
        memory = with_judged_pairs(memory, known.history.judgements, lists, tables, parties, tools.suffixes)
    rulebook = load_rulebook(network)
    evaluated: Evaluated = evaluate(
        network.settings, at, rulebook, whole, memory, known.history, stated=known.inputs.stated(lists),
        noticed=known.inputs.noticed,
    )  # fmt: skip
    ruled, _ = rule_requests(evaluated.requested, rulebook, at, {}, tools.progress)
    standing, counting = strictest_of_twins(evaluated.requested, ruled)
    names = _names(tables)
    return _Ruled({each.key: (each, counting[each.key], names.get(each.party.id, "")) for each in standing})


def _names(tables: Tables) -> Mapping[str, str]:
    return {each.id: each.name for each in (*tables.payers, *tables.advertisers)}


def _moved(
    before: tuple[Request, RuledRequest, str] | None, after: tuple[Request, RuledRequest, str] | None
) -> OutcomeMoved | None:
    was = before[1].ruling.outcome if before else None
    now = after[1].ruling.outcome if after else None
    if was is now or {was, now} <= {None, Outcome.ALLOW}:
        return None
    request, ruled, name = after or before  # type: ignore[misc]  # one of them is there
    rules = ruled.ruling.reasons + ruled.ruling.errors if after else ()
    return OutcomeMoved(
        scope=request.scope, party=request.party.id, name=name, before=was, after=now, rules=rules
    )  # fmt: skip


def _severity(outcome: Outcome | None) -> int:
    return -1 if outcome is None else outcome.severity

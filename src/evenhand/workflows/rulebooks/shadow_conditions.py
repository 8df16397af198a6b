"""Conditions that the gate would have under a second rulebook, of the facts recorded last."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from evenhand.intake import Tables
from evenhand.intake.network_tables import read_votes
from evenhand.model.facts import Facts
from evenhand.model.program import When
from evenhand.policy import Rulebook
from evenhand.store.network import Network
from evenhand.workflows.delivery.gate_conditions import ServeConditions, recorded_serve_facts
from evenhand.workflows.evaluation.facts import vote_record
from evenhand.workflows.evaluation.history import CaseDecision, History
from evenhand.workflows.evaluation.run_context import RunContext


def context_under(network: Network, other: Rulebook, at: datetime) -> RunContext:
    """Return a context without parties: where the network sells under a second rulebook, and which votes it knows.

    Raises:
        TableUnreadable: the table of votes cannot be read.
    """
    votes = read_votes(network.folder, network.settings.intake)
    tables = Tables((), (), (), (), (), votes, (), {}, {})
    return RunContext(at, network.settings, other, tables, {}, {}, {}, {})


def conditions_under(
    run_context: RunContext, at_the_gate: ServeConditions, history: History, facts: Mapping[int, Facts]
) -> Iterator[tuple[CaseDecision, tuple[When, ...]]]:
    """Yield the newest decision about each advertiser and its conditions, by its recorded facts and today's votes."""
    vote = run_context.vote_in(run_context.territories)
    plain = None if vote is None else vote_record(vote)
    for *_, newest in history.cases.values():
        if newest.scope == "advertiser":
            yield newest, at_the_gate.of(recorded_serve_facts(facts[newest.seq], plain))

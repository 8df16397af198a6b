"""From what is known of every party to the rulings of its requests: the middle of a run, without reading or writing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from evenhand.intake import Tables
from evenhand.model.coordination import InfluenceResult
from evenhand.model.network import Settings
from evenhand.policy import Rulebook
from evenhand.policy.time_of_day import serves_alone
from evenhand.workflows.evaluation.findings import FindingsMemory
from evenhand.workflows.evaluation.history import History
from evenhand.workflows.evaluation.judged_findings import JudgedMatch, apply_judgements
from evenhand.workflows.evaluation.list_relations import ListStatements
from evenhand.workflows.evaluation.party_facts import derive_party_facts
from evenhand.workflows.evaluation.requests import Request, requests
from evenhand.workflows.evaluation.run_context import RunContext


@dataclass(frozen=True)
class Evaluated:
    """What requests were made from, the requests, what came of judgements, and sentences on what cannot be right."""

    context: RunContext
    requested: Sequence[Request]
    effects: tuple[JudgedMatch, ...]
    doubts: tuple[str, ...]


def evaluate(
    settings: Settings,
    at: datetime,
    rulebook: Rulebook,
    tables: Tables,
    memory: FindingsMemory,
    history: History,
    *,
    stated: Iterable[ListStatements],
    noticed: InfluenceResult,
) -> Evaluated:
    """Return every request of a run at `at`, from findings, tables, what people said, and who acts as one."""
    counted, effects = apply_judgements(memory, history.judgements)
    context, doubts = derive_party_facts(
        settings, at, rulebook, tables, counted, history, stated=stated, noticed=noticed
    )
    return Evaluated(context, list(requests(context, also_serve=serve_stands_alone(rulebook, at))), effects, doubts)


def serve_stands_alone(rulebook: Rulebook, at: datetime) -> bool:
    """Return whether a rule in force covers `serve` and not `buy`, so that standing requests need both."""
    active = rulebook.active(at.date())  # `at` is UTC here, and so are the days of rules
    return any(serves_alone(each, active.rules[each.id].actions) for each in active.policies)

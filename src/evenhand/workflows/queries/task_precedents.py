"""The precedents of the holds that hang on a task."""

from datetime import datetime

from msgspec.structs import replace

from evenhand.ledger import LogReader
from evenhand.model.party_case import CaseKind
from evenhand.store.network import Network
from evenhand.workflows.audit.precedents import beside_precedents, with_precedents
from evenhand.workflows.queries.explanation import explain
from evenhand.workflows.queries.party_case import MOST_PRECEDENTS, CaseSources, explained_party
from evenhand.workflows.review.task_details import TaskShown


def with_task_precedents(shown: TaskShown, network: Network, at: datetime) -> TaskShown:
    """Return a task with the precedents of the holds of the party that it is first about.

    Cost: up to 40,000 decisions are read.

    Raises:
        NotFound: nothing is decided about the party any more.
    """
    if not shown.holds:
        return shown
    first, decisions = shown.holds[0], set(shown.task.decisions)
    explained = explain(network, f"{first.party_kind}:{first.party_id}", at)
    own = tuple(each for each in explained.in_force if each.decision.id in decisions)
    found = with_precedents(replace(explained, in_force=own, waiting=()), network).precedents
    return replace(shown, precedents=found)


def with_few_task_precedents(shown: TaskShown, sources: CaseSources, ledger: LogReader, at: datetime) -> TaskShown:
    """Return the same with the precedents among the decisions nearest to the holds, as the page of a case has them.

    Raises:
        NotFound: nothing is decided about the party any more.
    """
    if not shown.holds:
        return shown
    first, decisions = shown.holds[0], set(shown.task.decisions)
    kind: CaseKind = "payer" if first.party_kind == "payer" else "advertiser"
    explained = explained_party(sources, ledger, kind, first.party_id, at)
    own = tuple(each for each in explained.in_force if each.decision.id in decisions)
    explained = replace(explained, in_force=own, waiting=())
    found = beside_precedents(explained, ledger, sources.readers, MOST_PRECEDENTS).precedents
    return replace(shown, precedents=found)

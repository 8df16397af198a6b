"""The precedents of the holds that hang on a task."""

from datetime import datetime

from msgspec.structs import replace

from evenhand.store.network import Network
from evenhand.workflows.audit.precedents import with_precedents
from evenhand.workflows.queries.explanation import explain
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

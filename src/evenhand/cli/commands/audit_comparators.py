"""`evenhand audit comparators`: who was in the position of one decided party, and how they were treated."""

from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.common import AsJson, Folder, instant, print_json, progress_bar, say

if TYPE_CHECKING:
    from datetime import datetime

    from evenhand.store.network import Network


def add_to(group: typer.Typer) -> None:
    """Add the verb `comparators` to the group `audit`."""
    group.command("comparators")(comparators)


def comparators(
    folder: Folder,
    case: Annotated[str, typer.Argument(metavar="ADVERTISER", help="Id or name of a party, or id of a decision.")],
    named: Annotated[
        list[str] | None,
        typer.Option("--named", metavar="PARTY", help="Compare this party too, by id or name.", show_default=False),
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", help="Compare decisions made up to then, ISO with offset; default: now.")
    ] = None,
    *,
    closed: Annotated[bool, typer.Option("--closed", help="Show no names, as to a complainant.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show who was in the position of a party, how each was treated, by which rule and what differs."""
    from evenhand.model.errors import BadInput
    from evenhand.render.comparator_rows import comparator_lines
    from evenhand.store.network import read_network
    from evenhand.workflows.audit.comparator_search import find_comparators

    if closed and as_json:
        raise BadInput("--closed is for text", got="--json", todo="leave one of them out")
    network, until = read_network(folder), instant(at)
    with progress_bar(quiet=as_json) as progress:
        decisions = _decisions(network, case, until)
        found = [find_comparators(network, each, named or (), until, progress) for each in decisions]
    if as_json:
        print_json({"cases": found})
        return
    for each in found:
        decided = f"{each.outcome.value} by {', '.join(each.rules)} (leaf {each.case_leaf}, {each.decision})"
        say(f"{each.party.kind} {each.party.id}: {decided}")
        for line in comparator_lines(each, closed=closed):
            say(f"  {line}")


def _decisions(network: "Network", case: str, at: "datetime") -> list[str]:
    """Return the decision of this id, or those about a party that are in force or wait for their day."""
    from evenhand.workflows.audit.comparator_search import is_decision
    from evenhand.workflows.queries.explanation import explain

    if is_decision(network, case):
        return [case]
    explained = explain(network, case, at)
    about = (each.decision for each in (*explained.in_force, *explained.waiting))
    return [decision.id for decision in about if decision.decided_at <= at]

"""`evenhand influence`: which advertisers act as one, undeclared, and the acts that show it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.commands.network import Accepted, EngineName
from evenhand.cli.common import AsJson, Folder, instant, print_json, say, tools
from evenhand.render.technique_lines import technique_lines

if TYPE_CHECKING:
    from evenhand.model.coordination import Community, EdgeEvidence, SharedAct
    from evenhand.model.technique import Technique
    from evenhand.workflows.influence.communities_shown import CommunityShown

MOST_SHOWN = 25
_AGAIN = "Tested again from the tables kept of this decision: its finding is found with the same numbers"
_NOT_AGAIN = (
    "Tested again from the tables kept of this decision: its finding is NOT found with the same numbers; settings or "
    "the version of Evenhand have changed since"
)


def add_to(app: typer.Typer) -> None:
    """Add the group `influence` to the command line."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("run")(run)
    group.command("show")(show)
    group.command("edge")(edge)
    group.callback()(lambda: None)
    app.add_typer(group, name="influence", help="Finds advertisers that act as one, undeclared.")


def run(
    folder: Folder,
    *,
    at: Annotated[str | None, typer.Option("--at", help="As of then, ISO with offset; default: now.")] = None,
    accept_table: Accepted = None,
    engine: EngineName = "duckdb",
    as_json: AsJson = False,
) -> None:
    """Test the network's events and write out/influence; nothing is decided. `evenhand run` does the same."""
    from evenhand.cli.commands.influence_pages import write_pages
    from evenhand.store.network import read_network
    from evenhand.store.spark_engine import chosen_engine
    from evenhand.workflows.run.coordination_run import run_coordination_tests

    network, now = read_network(folder), instant(at)
    with chosen_engine(engine) as spark, tools(quiet=as_json) as handed:
        accepting = replace(handed, accept_tables=frozenset(accept_table or ()), spark=spark)
        result = run_coordination_tests(network, now, accepting)
    write_pages(network, now)
    if as_json:
        print_json(result)
        return
    for line in result.warnings:
        say(f"! {line}")
    if not result.sentences:
        off = "[influence] enabled is false" if not network.settings.influence.enabled else "the network has no events"
        say(f"Nothing was tested: {off} (the page influence of the documentation)")
    for line in result.sentences:
        say(f"{line[:1].upper()}{line[1:]}")
    for line in _communities(result.communities):
        say(line)
    if result.communities:
        say(f"Report: {network.out / 'influence' / 'report.html'}")
        say(f"Next: evenhand influence show {folder} {result.communities[0].id}")


def show(
    folder: Folder,
    group: Annotated[str, typer.Argument(metavar="[GROUP]", help="A community's id, or how it begins.")] = "",
    *,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Show so many.")] = MOST_SHOWN,
    as_json: AsJson = False,
) -> None:
    """List the communities of the last test, or show one: its accounts, its pairs, how sure each is."""
    from evenhand.store.network import read_network
    from evenhand.workflows.influence.communities_shown import (
        shown_communities,
        shown_community,
        standing_techniques,
    )

    network = read_network(folder)
    if not group:
        communities, tested = shown_communities(network)
        techniques = standing_techniques(network)
        if as_json:
            print_json({"communities": communities, "tested": tested, "techniques": techniques})
            return
        say(f"{tested[:1].upper()}{tested[1:]}")
        for line in _communities(communities, limit, techniques):
            say(line)
        return
    shown = shown_community(network, group)
    if as_json:
        print_json(shown)
        return
    community = shown.community
    for line in (*_communities([community]), *_members(community), *technique_lines(shown.techniques)):
        say(line)
    for line in _pairs(shown, limit):
        say(line)
    say(f"Next: evenhand influence edge {folder} {shown.pairs[0].a} {shown.pairs[0].b}")


def edge(
    folder: Folder,
    a: Annotated[str, typer.Argument(metavar="A", help="An account.", show_default=False)],
    b: Annotated[str, typer.Argument(metavar="B", help="Another account.", show_default=False)],
    *,
    decision: Annotated[
        str, typer.Option("--decision", metavar="ID", help="As at this decision, from the tables kept of it.")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Show so many.")] = MOST_SHOWN,
    as_json: AsJson = False,
) -> None:
    """Show the posts, ads or bids behind two accounts, each with both times and how far apart they are."""
    from evenhand.store.network import read_network
    from evenhand.workflows.influence.communities_shown import edge_sentences
    from evenhand.workflows.influence.edge_evidence import edge_evidence
    from evenhand.workflows.queries.decided_coordination import decided_evidence

    network = read_network(folder)
    if decision:
        with tools(quiet=as_json) as handed:
            then = decided_evidence(network, decision, a, b, handed.suffixes, handed.progress)
        if as_json:
            print_json(then)
            return
        say(_AGAIN if then.is_found_again else _NOT_AGAIN)
        _say_edge(then.evidence, then.sentences, limit)
        return
    evidence = edge_evidence(network, a, b)
    sentences = edge_sentences(network, a, b)
    if as_json:
        print_json({"evidence": evidence, "sentences": sentences})
        return
    _say_edge(evidence, sentences, limit)


def _say_edge(evidence: "EdgeEvidence", sentences: "Sequence[str]", limit: int) -> None:
    for line in sentences:
        say(line)
    say(f"{len(evidence.acts):,} shared acts or things, {evidence.closeness}:")
    for act in evidence.acts[:limit]:
        say(_act(act))
    for line in _left_out(len(evidence.acts), limit, "acts"):
        say(line)


def _communities(
    communities: "Sequence[Community]", limit: int = MOST_SHOWN,
    techniques: "Mapping[str, Sequence[Technique]]" = MappingProxyType({}),
) -> Iterator[str]:  # fmt: skip
    for each in communities[:limit]:
        confirmed = f", p = {each.p_confirm:.2g} on the other half of the objects" if each.p_confirm is not None else ""
        yield (
            f"{each.id}: {len(each.members)} accounts, {len(each.named)} named, by {', '.join(each.layers)};"
            f" q = {each.q:.2g}{confirmed}; first found {each.since:%Y-%m-%d}"
            f"{''.join(f'; DISARM {technique.id}' for technique in techniques.get(each.id, ()))}"
        )
    yield from _left_out(len(communities), limit, "communities")


def _pairs(shown: "CommunityShown", limit: int) -> Iterator[str]:
    """Yield the sentences of pairs, those that declared one control below a line of their own."""
    undeclared = sum(not each.declared for each in shown.pairs)
    for place, sentence in enumerate(shown.sentences[:limit]):
        if place == undeclared:
            yield "Pairs that declared one control, evidence of nothing:"
        yield f"- {sentence}"
    yield from (f"- {line}" for line in _left_out(len(shown.sentences), limit, "pairs"))


def _members(community: "Community") -> Iterator[str]:
    """Yield who is named, and who is not and why."""
    yield f"Named: {', '.join(community.named) or 'nobody'}"
    if community.outside:
        yield f"No advertisers of this network, not named: {', '.join(community.outside)}"
    if declared := sorted(set(community.members) - {*community.named, *community.outside}):
        yield f"Control declared with another member, not named: {', '.join(declared)}"


def _left_out(number: int, shown: int, what: str) -> Iterator[str]:
    if number > shown:
        yield f"… {number - shown:,} further {what}: --limit {number}"


def _act(act: "SharedAct") -> str:
    """Return both moments of an act with what was posted, shown or bid, and why it does not count, if so."""
    contents = " and ".join(filter(None, (act.a_content, act.b_content)))
    behind = f"  ({contents})" if contents else ""
    mark = "close" if act.is_close else "     "
    why = f"  does not count: {act.uncounted}" if act.uncounted else ""
    return f"  {mark} {act.time(act.a_at)}  {act.time(act.b_at)}  {act.apart}  {act.object_id}{behind}{why}"

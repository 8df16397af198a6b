"""The pages of `out/influence`: the report with a picture of each community, and the graph that can be moved."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evenhand.store.network import Network

REPORT, GRAPH = "report.html", "influence.html"
_MOST_GROUPS = 50


def write_pages(network: "Network", at: datetime) -> tuple[Path, ...]:
    """Write both pages of what was tested last, unless they are newer than it, and return where; none if nothing was.

    Of many communities the report has those with the lowest q.
    """
    from evenhand.cli.render.influence_page import MOST_PAIRS, render_graph, render_influence
    from evenhand.influence.graph_files import group_pairs
    from evenhand.store.atomic_files import write_whole
    from evenhand.workflows.influence.communities_shown import account_titles
    from evenhand.workflows.influence.edge_evidence import edges_evidence, kept_result

    folder = network.out / "influence"
    tables, pages = folder / "pairs.parquet", (folder / REPORT, folder / GRAPH)
    if not tables.exists() or all(each.exists() and each.stat().st_mtime >= tables.stat().st_mtime for each in pages):
        return ()
    found, names = kept_result(network).coordination, account_titles(network)
    links = {
        (pair.a, pair.b)
        for group in found.groups[:_MOST_GROUPS]
        for pair in [each for each in group_pairs(found, group.members) if not each.declared][:MOST_PAIRS]
    }
    evidence, subject = edges_evidence(network, sorted(links)), network.settings.network.name
    write_whole(pages[0], render_influence(found, evidence, names, subject, at).encode())
    write_whole(pages[1], render_graph(found, names, subject, at).encode())
    return pages

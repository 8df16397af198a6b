"""The pages of `out/influence`: the report with a picture of each community, and the graph that can be moved."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from evenhand.store.network import Network

REPORT, GRAPH = "report.html", "influence.html"
_MOST_GROUPS = 50


def write_pages(network: "Network", at: datetime) -> None:
    """Write both pages of what was tested last, if anything was, unless they are newer than it.

    Who is on hold is said as the last run published it, and which techniques people set as the ledger has it; the
    bundle has the latter too. Of many communities the report has those with the lowest q.
    """
    from evenhand.influence.graph_files import group_pairs
    from evenhand.render.influence_page import MOST_PAIRS, held_mark, render_graph, render_influence
    from evenhand.store.atomic_files import write_whole
    from evenhand.workflows.delivery.publication import REGISTER
    from evenhand.workflows.influence.community_techniques import write_bundle
    from evenhand.workflows.influence.edge_evidence import edges_evidence, kept_result

    folder = network.out / "influence"
    tables, pages = folder / "pairs.parquet", (folder / REPORT, folder / GRAPH)
    if not tables.exists():
        return
    kept = kept_result(network)
    found, names, at = kept.coordination, kept.names, kept.found_at or at
    techniques = write_bundle(network, found, names, at)
    held = _held(network.out / REGISTER, {each for group in found.groups for each in group.members})
    marked = f'data-held="{held_mark(held, techniques)}"'
    if all(_is_newer(each, tables) for each in pages) and marked in pages[0].read_text("utf-8"):
        return
    links = {
        (pair.a, pair.b)
        for group in found.groups[:_MOST_GROUPS]
        for pair in [each for each in group_pairs(found, group.members) if not each.declared][:MOST_PAIRS]
    }
    evidence, subject = edges_evidence(network, sorted(links)), network.settings.network.name
    write_whole(pages[0], render_influence(found, evidence, names, subject, at, held, techniques=techniques).encode())
    write_whole(pages[1], render_graph(found, names, subject, at).encode())


def _is_newer(page: Path, tables: Path) -> bool:
    return page.exists() and page.stat().st_mtime >= tables.stat().st_mtime


def _held(register: Path, members: "Collection[str]") -> tuple[str, ...]:
    """Return which accounts of groups are advertisers on hold; none before the first run."""
    from evenhand.gate.registers.plain_form import decode_register
    from evenhand.model.outcome import Outcome

    if not (members and register.exists()):
        return ()
    _, rows = decode_register(register.read_bytes().split(b"\n"), register)
    return tuple(
        sorted(row.id for row in rows if row.kind == "advertiser" and row.id in members and row.outcome is Outcome.HOLD)
    )

"""Agencies that bear a listed name: no rule is about an agency, so the report of a run names them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec

from evenhand.intake import Tables
from evenhand.intake.events import is_no_control
from evenhand.model.finding import Finding
from evenhand.model.hosts import Suffixes
from evenhand.model.listing import ListVersion
from evenhand.model.party import Payer
from evenhand.model.visible_text import visible
from evenhand.store.atomic_files import write_whole
from evenhand.workflows.evaluation.findings import CountedFinding, FindingsMemory, Lists, PartyKey, screen_parties
from evenhand.workflows.evaluation.known_findings import SeenRow, seen_of, seen_rows
from evenhand.workflows.evaluation.run_context import parties_of

AGENCIES = "agencies.msgpack"
"""The file of `state/` with what was found of agencies."""

_MOST_NAMED: Final = 5
_MOST_SHOWN: Final = 60


class _Kept(msgspec.Struct, frozen=True):
    """What the last run found of agencies: its scorer, the list versions, and a row for each agency."""

    scorer: str
    versions: dict[str, ListVersion]
    rows: tuple[SeenRow, ...]


def agency_sentences(state: Path, tables: Tables, lists: Lists, suffixes: Suffixes) -> tuple[str, ...]:
    """Return a sentence on the agencies of advertisers whose name a list of designations has, or one like it.

    An agency that is in a table by the same id or name is screened there, and left out. What is found is kept in the
    folder `state`: the next run compares new agencies and changed entries alone.
    """
    clients = _clients(tables)
    if not clients:
        (state / AGENCIES).unlink(missing_ok=True)
        return ()
    agencies: dict[PartyKey, Payer] = {("owner", name): Payer(id=name, name=name) for name in clients}
    alone = replace(lists, prefilter=None)  # the prefilter is of the parties of the tables
    memory, _ = screen_parties(agencies, alone, _read(state), suffixes, lambda *_: None)
    state.mkdir(mode=0o750, parents=True, exist_ok=True)
    kept = _Kept(memory.scorer, memory.versions, tuple(seen_rows(memory.seen)))
    write_whole(state / AGENCIES, msgspec.msgpack.encode(kept), mode=0o640)
    found = [(name, each) for (_, name), seen in memory.seen.items() if (each := _strongest(seen.noticed)) is not None]
    return tuple(_sentences(sorted(found, key=lambda pair: (-pair[1].score, pair[0])), clients))


def _clients(tables: Tables) -> dict[str, list[str]]:
    """Return the ids of the advertisers of each agency that no table has a row of, by its name."""
    known = {text.casefold() for each in parties_of(tables).values() for text in (each.id, each.name)}
    clients: dict[str, list[str]] = {}
    for each in tables.advertisers:
        name = " ".join(each.agency.split())
        if name and name.casefold() not in known and not is_no_control(name):
            clients.setdefault(name, []).append(each.id)
    return clients


def _strongest(noticed: tuple[CountedFinding, ...]) -> Finding | None:
    return next((each.finding for each in noticed if each.finding.kind == "listed"), None)


def _sentences(found: list[tuple[str, Finding]], clients: Mapping[str, list[str]]) -> Iterator[str]:
    if not found:
        return
    shown = [
        f"`{visible(name)[:_MOST_SHOWN]}` (of {_several(clients[name])}; {each.list}#{each.entity_id})"
        for name, each in found[:_MOST_NAMED]
    ]
    more = f" and {len(found) - _MOST_NAMED:,} more" if len(found) > _MOST_NAMED else ""
    yield (
        f"{len(found):,} {'agency has' if len(found) == 1 else 'agencies have'} a listed name or one like it:"
        f" {', '.join(shown)}{more}. No rule is about agencies, and their clients were decided without it: look at"
        " each, and enter one that pays or is paid in the table of payers, where it is screened and can be judged"
    )


def _several(ids: list[str]) -> str:
    return f"{visible(ids[0])}{f' and {len(ids) - 1:,} more' if len(ids) > 1 else ''}"


def _read(state: Path) -> FindingsMemory | None:
    """Return what the last run found of agencies, None where it is lost."""
    try:
        kept = msgspec.msgpack.decode((state / AGENCIES).read_bytes(), type=_Kept)
        return FindingsMemory(kept.scorer, kept.versions, dict(map(seen_of, kept.rows)))
    except (OSError, msgspec.MsgspecError):
        return None

"""The keys that decisions in force were made with, so that their parties do not pass when a row is gone or unreadable.

Source: `choices/0018-unreadable-is-never-milder.md`.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import chain

import msgspec

from evenhand.gate.registers.plain_form import decode_register
from evenhand.intake import Tables, is_made_id, read_keys
from evenhand.model.errors import BadInput, EvenhandError
from evenhand.model.hosts import Suffixes
from evenhand.model.outcome import Outcome
from evenhand.model.party import Keys
from evenhand.model.record import canonical_exact
from evenhand.store.network import Network
from evenhand.workflows.evaluation.history import CaseDecision, History
from evenhand.workflows.evaluation.run_context import RunContext

REGISTER = "register.jsonl"
_ID = re.compile(rb'"id":("(?:[^"\\]|\\.)*+")')  # as canonical JSON has it: no text holds a quotation mark and a colon
_TABLES = {"advertiser": "advertisers", "payer": "payers"}


@dataclass(frozen=True)
class _Sources:
    """Where keys are looked for: snapshots of tables by hash, and the register of the last run."""

    network: Network
    suffixes: Suffixes
    day: date
    standings: Sequence[CaseDecision]
    read: dict[tuple[str, str], Mapping[str, Keys]] = field(default_factory=dict)

    @cached_property
    def wanted(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """Return whose keys older decisions have in snapshots: ids of parties by table and its hash."""
        wanted: dict[tuple[str, str], set[str]] = {}
        for each in self.standings:
            if each.table:
                wanted.setdefault((_TABLES[each.party_kind], each.table), set()).add(each.party_id)
        return {place: frozenset(ids) for place, ids in wanted.items()}

    @cached_property
    def published(self) -> Mapping[tuple[str, str], Keys]:
        """Return the keys of the decisions' parties in the register of the last run."""
        return dict(_published(self.network, frozenset(each.party_id for each in self.standings)))

    def in_snapshot(self, standing: CaseDecision) -> Keys | None:
        """Return the keys in the table that an older decision names, None where they cannot be read."""
        place = _TABLES[standing.party_kind], standing.table
        if place not in self.read:
            path = self.network.snapshots / f"{standing.table}.parquet"
            columns = self.network.settings.intake.columns.get(place[0], {})
            try:
                self.read[place] = read_keys(path, place[0], columns, self.wanted[place], self.suffixes, self.day)
            except (EvenhandError, OSError):
                self.read[place] = {}
        return self.read[place].get(standing.party_id)

    def in_register(self, standing: CaseDecision) -> Keys | None:
        """Return the keys that the party has in the register of the last run, None where it has no row there."""
        return self.published.get((standing.party_kind, standing.party_id))


def kept_keys(
    network: Network, run_context: RunContext, history: History, suffixes: Suffixes
) -> tuple[dict[str, Keys], tuple[str, ...]]:
    """Return the keys of each decision about a party that is in force and no allow, by the decision's id.

    They are in the decision's record; those of older records in the snapshot of the table that it names. A party
    without a readable row keeps besides what the last register had. The sentences say which keys were not found.

    Raises:
        BadInput: a party without a readable row would lose all its keys.
    """
    standings = [each for each in _parties(history, run_context) if not _is_over(each, run_context.tables)]
    sources = _Sources(network, suffixes, run_context.day, standings)
    kept: dict[str, Keys] = {}
    lost: list[str] = []
    for standing in standings:
        keys = standing.keys or (sources.in_snapshot(standing) if standing.table else None)
        is_missing = bool(run_context.missing.about(standing.party_id))
        last = sources.in_register(standing) if is_missing or keys is None else None
        if keys is None:
            _check_found(standing, last, run_context, network)
            lost.append(_sentence(standing))
        kept[standing.id] = (keys or Keys()) | (last or Keys())
    return kept, tuple(lost)


def _parties(history: History, run_context: RunContext) -> Iterator[CaseDecision]:
    for each in history.all_in_force(run_context.at):
        if each.outcome is not Outcome.ALLOW and each.scope in _TABLES:
            yield each


def _is_over(standing: CaseDecision, tables: Tables) -> bool:
    """Return whether a decision is about a row without an id that can be read by now, or is gone."""
    return is_made_id(standing.party_id) and standing.party_id not in tables.unscreened


def _published(network: Network, parties: Collection[str]) -> Iterator[tuple[tuple[str, str], Keys]]:
    """Yield the keys of some parties, by their ids; other rows of the register are not decoded."""
    path, ids = network.out / REGISTER, frozenset(map(canonical_exact, parties))
    try:
        head, *lines = path.read_bytes().split(b"\n")
        named = (line for line in lines if (found := _ID.search(line)) is not None and found[1] in ids)
        _, rows = decode_register(chain((head,), named), path, is_whole=False)
        for row in rows:
            keys = Keys(
                names=row.names, domains=row.domains, accounts=row.accounts, seats=row.seats, bundles=row.bundles,
                identifiers=row.identifiers, verification=row.verification,
            )  # fmt: skip
            yield (row.kind, row.id), keys
    except (OSError, EvenhandError, msgspec.MsgspecError):
        return  # no run yet, or a register that nobody can read: the snapshots have to do


def _check_found(standing: CaseDecision, last: Keys | None, run_context: RunContext, network: Network) -> None:
    """Stop before a register without the keys of a party that is neither in the tables nor in the last register."""
    is_there = standing.party_id in run_context.payers and standing.party_id not in run_context.tables.unscreened
    if is_there or (last is not None and any((last.domains, last.accounts, last.seats, last.bundles))):
        return
    raise BadInput(
        f"the keys of {standing.party_kind} {standing.party_id} are not known, whom {standing.id} puts on"
        f" {standing.outcome}; cannot read",
        where=network.snapshots, got=f"{standing.table}.parquet",
        expected=f"the {_TABLES[standing.party_kind]} that the decision was made from",
        todo="restore the file from a backup, or put the party's row back into the table",
    )  # fmt: skip


def _sentence(standing: CaseDecision) -> str:
    return (
        f"{standing.party_kind} {standing.party_id}: the snapshot {standing.table[:12]}… of decision {standing.id}"
        " cannot be read; its keys are those of the tables and of the last register"
    )

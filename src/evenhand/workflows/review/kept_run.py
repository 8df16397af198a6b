"""What the last run left, kept in memory by who shows many of its tasks; each part is read when it is first asked for.

What people record after the run is added as the ledger grows. Nothing that is handed out may be changed.
"""

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TypeVar, cast

import msgspec
from msgspec import structs

from evenhand.ledger import LogReader
from evenhand.lists import Versions
from evenhand.model.decision import Decision
from evenhand.model.errors import NotFound, RulebookInvalid
from evenhand.model.hosts import Suffixes
from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.model.matches import PartyShown
from evenhand.model.party import PartyKind, Payer
from evenhand.model.ruling import Rule
from evenhand.policy import Rulebook
from evenhand.screening import SCORER
from evenhand.store.network import Network
from evenhand.workflows.evaluation.findings import CountedFinding, FindingsMemory, Lists
from evenhand.workflows.evaluation.history import CaseDecision, History, fold
from evenhand.workflows.evaluation.judged_findings import MATCHES, Pair, RecordedJudgement
from evenhand.workflows.evaluation.listed_entries import ListedEntries
from evenhand.workflows.evaluation.matches import party_shown
from evenhand.workflows.evaluation.packed_rows import PackedParties, packed_inputs
from evenhand.workflows.evaluation.run_context import grouped, third_parties
from evenhand.workflows.evaluation.run_state import (
    KnownInputs,
    read_cases,
    read_history,
    read_history_without_cases,
    read_known_inputs,
    read_memory,
)
from evenhand.workflows.review.fact_drafts import KnownFacts, inputs_of_tables
from evenhand.workflows.review.review_queue import pair_of_finding
from evenhand.workflows.review.run_rows import RunRows
from evenhand.workflows.review.tied_parties import TiedParties
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks
from evenhand.workflows.run.run_inputs import load_rulebook

_KINDS: tuple[PartyKind, ...] = ("advertiser", "payer", "owner")
Row = TypeVar("Row")


class KeptRun:
    """One run of a network; made anew after the next run. Safe for several threads."""

    def __init__(self, network: Network, ledger: LogReader, at: datetime, suffixes: Suffixes) -> None:
        """Read what screening found; the rest is read when it is asked for.

        Raises:
            NotFound: there was no run yet, or what it found is lost.
        """
        memory, _ = read_memory(network.state, ledger.checkpoint, keep=PackedParties)
        if memory is None or memory.scorer != SCORER:
            raise NotFound("no findings of a last run", where=network.state, todo="run `evenhand run` first")
        self.memory: FindingsMemory = memory
        self.names = cast("PackedParties", memory.seen).names
        """What every party of the run is called."""
        self.network, self.versions = network, Versions(network.lists)
        self._read_at, self._suffixes, self._lock = at, suffixes, threading.RLock()
        self._checkpoint = ledger.checkpoint
        self._rulebooks = Rulebooks(network)
        self._history: _Looked | _Indexed | None = None
        self._rulebook: tuple[object, Rulebook] | None = None
        self._listed: dict[tuple[str, tuple[date, date] | None], tuple[ListedEntity, ...]] = {}

    @cached_property
    def inputs(self) -> KnownInputs:
        """Return tables and relations as the run read them; rows are made when they are asked for."""
        with self._lock:
            known = read_known_inputs(self.network.state, self._checkpoint, packed_inputs)
            return known if known is not None else inputs_of_tables(self.network, self._read_at, self._suffixes)

    @cached_property
    def entries(self) -> ListedEntries:
        """Return the entries of the kept list versions."""
        return ListedEntries(self.versions, self._entities)

    @cached_property
    def lists(self) -> Lists:
        """Return the list versions of the run, each read at most once."""
        return Lists(self.memory.versions, self._entities, self.versions.relations)

    def match(self, pair: Pair) -> CountedFinding | None:
        """Return a match of the run that a person can judge, None where it found none of this party and entry."""
        seen = self.memory.seen.get((pair[0], pair[1]))
        found = (each for each in (seen.noticed if seen is not None else ()) if each.finding.kind in MATCHES)
        return next((each for each in found if pair_of_finding(each.finding) == pair), None)

    @cached_property
    def _owners(self) -> Mapping[str, Payer]:
        return third_parties(self.inputs.tables.ownership, self.rows)

    @cached_property
    def _ties(self) -> TiedParties:
        return TiedParties(self.inputs, self.memory)

    @cached_property
    def _rows(self) -> RunRows:
        return RunRows(self.inputs.tables)

    @property
    def rows(self) -> RunRows:
        """Return the rows of the tables of the run, by the parties that they are about."""
        with self._lock:
            return self._rows

    def party(self, party_id: str) -> PartyShown | None:
        """Return a party as the tables of the run have it, None where they have none of this id."""
        found: tuple[PartyKind, Payer | None]
        for found in (
            ("advertiser", self.rows.advertiser(party_id)), ("payer", self.rows.payer(party_id)),
            ("owner", self._owners.get(party_id)),
        ):  # fmt: skip
            if found[1] is not None:
                return party_shown(found[0], found[1])
        return None

    def name(self, party_id: str) -> str:
        """Return what a party is called, ``""`` where the run saw none of this id."""
        names = (self.names.get((kind, party_id)) for kind in _KINDS)
        return next((each for each in names if each is not None), "")

    def rulebook(self) -> Rulebook:
        """Return the rulebook of the network's folder, loaded again when a file of it changed.

        Raises:
            RulebookInvalid, BadInput: as `load_rulebook`.
        """
        stamp = _stamp(self.network.rulebook)
        with self._lock:
            if self._rulebook is None or self._rulebook[0] != stamp:
                self._rulebook = stamp, load_rulebook(self.network)
            return self._rulebook[1]

    def rules_of(self, decision: Decision) -> Mapping[str, Rule]:
        """Return the rules that a decision was made by, none where they were not kept or do not load."""
        try:
            with self._lock:
                rulebook = self._rulebooks.by_hash(decision.inputs.rulebook.removeprefix("sha256:"))
        except (RulebookInvalid, msgspec.MsgspecError):
            return {}
        return {} if rulebook is None else rulebook.rules

    def history(self, ledger: LogReader) -> History:
        """Return the decisions and what people said, up to the last record of the ledger; all of it is read."""
        return fold(ledger, read_history(self.network.state, ledger.checkpoint, ledger.root))

    def judgements(self, ledger: LogReader) -> Mapping[Pair, Sequence[RecordedJudgement]]:
        """Return what people said of matches, up to the last record of the ledger."""
        return self._indexed(ledger).history.judgements

    def facts_around(self, ledger: LogReader, parties: Iterable[str], at: datetime) -> KnownFacts:
        """Return what is known of these parties and of all whom their facts can matter to, nothing of any other.

        INVARIANT: a dry run of it about these parties comes to what one of the whole network comes to.
        """
        indexed = self._indexed(ledger)
        known = indexed.history
        tied = self._ties.around(parties, (each for several in known.confirmed.values() for each in several))
        history = History(
            known.size, indexed.cases_of(tied), {key: each for key, each in known.judgements.items() if key[1] in tied},
            {key: each for key, each in known.confirmed.items() if tied.intersection(key[1:])}, known.erasures,
            known.reliefs, known.evidence,
        )  # fmt: skip
        seen = {key: each for party in sorted(tied) for kind in _KINDS
                if (each := self.memory.seen.get(key := (kind, party))) is not None}  # fmt: skip
        inputs = replace(self.inputs, tables=self._rows.of(tied))
        day = at.astimezone(self.network.settings.zone).date()
        return KnownFacts(inputs, structs.replace(self.memory, seen=seen), history, day, self.versions)

    def _indexed(self, ledger: LogReader) -> "_Looked | _Indexed":
        with self._lock:
            known = self._history
            if known is None or known.history.size != ledger.size:
                known = self._moved(ledger, known)
            self._history = known
            return known

    def _moved(self, ledger: LogReader, known: "_Looked | _Indexed | None") -> "_Looked | _Indexed":
        if isinstance(known, _Indexed):
            return _Indexed(fold(ledger, _copied(known.history)))
        return self._begun(ledger, known) or _Indexed(self.history(ledger))

    def _begun(self, ledger: LogReader, known: "_Looked | None") -> "_Looked | None":
        """Return what people said, beside the decisions that the run left; None where others were made since."""
        if known is None:
            history = read_history_without_cases(self.network.state, ledger.checkpoint, ledger.root)
        else:
            history = _copied(known.history)
        if not history.size or any(ledger.places_of(("decision", "erasure"), history.size)):
            return None
        return _Looked(fold(ledger, history), self.network.state)

    def _entities(self, version: ListVersion) -> tuple[ListedEntity, ...]:
        with self._lock:
            known = version.sha256, version.days
            if known not in self._listed:
                self._listed[known] = self.versions.entities(version)
            return self._listed[known]


class _Looked:
    """What people said; the decisions are those that the last run left, looked up by party.

    They would be 130 MB of memory with 100,000 advertisers.
    """

    def __init__(self, history: History, state: Path) -> None:
        self.history, self._state = history, state

    def cases_of(self, parties: Collection[str]) -> dict[str, list[CaseDecision]]:
        return read_cases(self._state, parties)


class _Indexed:
    """A history that is not added to any more, with the cases of each party."""

    def __init__(self, history: History) -> None:
        self.history = history

    @cached_property
    def _by_party(self) -> Mapping[str, list[str]]:
        return grouped((known[0].party_id, case) for case, known in self.history.cases.items() if known)

    def cases_of(self, parties: Collection[str]) -> dict[str, list[CaseDecision]]:
        return {case: self.history.cases[case] for party in parties for case in self._by_party.get(party, ())}


def _copied(history: History) -> History:
    """Return a history that may be added to while others read the first."""
    return replace(
        history, cases=dict(history.cases), evidence=list(history.evidence),
        judgements={key: list(several) for key, several in history.judgements.items()},
        confirmed={key: list(several) for key, several in history.confirmed.items()},
    )  # fmt: skip


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what changes with each file of a folder."""
    found = ((path, path.stat()) for path in folder.rglob("*") if path.is_file())
    return tuple(sorted((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in found))

"""Every recorded ruling derived again from its recorded facts and rulebook: it must come out the same."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Literal

import msgspec

from evenhand.model.decision import Decision
from evenhand.model.errors import NotFound
from evenhand.model.facts import Facts
from evenhand.model.record import Record
from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook, rule_many
from evenhand.store.network import Network
from evenhand.workflows.evaluation.findings import Progress
from evenhand.workflows.evaluation.shared_pile import shared_by_two
from evenhand.workflows.evaluation.side_process import can_work_beside
from evenhand.workflows.operations.ledger_folder import LedgerFolder
from evenhand.workflows.operations.ledger_tables import open_tables
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks
from evenhand.workflows.rulebooks.recorded_rulings import RecordedRuling, entries_in, recorded_rulings

if TYPE_CHECKING:
    from evenhand.policy.sql import Proposer

Engine = Literal["cedar", "sql"]

_AT_ONCE = 20_000
# Entries: for fewer a second process costs more than it saves.
_WORTH_A_PROCESS = 20_000


class Difference(Record, frozen=True, kw_only=True):
    """A decision whose ruling comes out otherwise."""

    seq: int
    recorded: Ruling
    replayed: Ruling


class Replayed(Record, frozen=True, kw_only=True):
    """What came of replaying a ledger; every decision is in one of the four.

    `erased` decisions have no payload any more, those of `rulebook_missing` no rulebook that was kept; `routed` of the
    others were ruled by Cedar because SQL does not say what their rules say.
    """

    engine: Engine
    decisions: int
    same: int
    different: tuple[Difference, ...]
    erased: tuple[int, ...]
    rulebook_missing: tuple[int, ...]
    routed: int = 0


def replay(network: Network, engine: Engine, progress: Progress) -> Replayed:
    """Return how the recorded rulings compare with what the engine makes of the same facts and rulebook today.

    A large ledger is shared by two processes, which take the next few thousand entries each until none are left.

    Raises:
        NotFound: there is no ledger.
        RulebookInvalid: a kept rulebook is damaged.
        ProcessEnded: the second process failed, or was ended.
    """
    where = LedgerFolder(network.ledger)
    if not where.is_whole():
        raise NotFound("no ledger with payloads here", where=network.ledger, todo="run `evenhand run` first")
    with closing(open_tables(where, read_only=True)) as tables:
        entries = entries_in(tables)
    starts = range(0, entries, _AT_ONCE)

    def own(taken: Iterable[int], threads: int = 1) -> Replayed:
        return _Replaying(network, engine, threads).replayed(_shown(taken, entries, progress))

    def other(taken: Iterable[int]) -> bytes:
        return msgspec.msgpack.encode(_Replaying(network, engine, 1).replayed(taken))

    if entries < _WORTH_A_PROCESS or not can_work_beside():
        found = own(starts, threads=2)
    else:
        one, two = shared_by_two("replaying", starts, own, other)
        found = _together(one, _decode(two))
    progress("replaying", entries, entries)
    return found


def facts_of(decision: Decision) -> Facts:
    """Return the facts that a decision was ruled on."""
    return msgspec.convert(decision.facts, Facts)


def ruling_of(decision: Decision) -> Ruling:
    """Return the ruling that a decision adopted."""
    return Ruling(
        outcome=decision.outcome, decision=decision.decision, reasons=decision.reasons, errors=decision.errors
    )


class _Replaying:
    """Replays parts of a ledger in one process; what rules them is made once."""

    def __init__(self, network: Network, engine: Engine, threads: int) -> None:
        self._ledger, self._engine, self._threads = LedgerFolder(network.ledger), engine, threads
        self._rulebooks, self._proposers = Rulebooks(network), dict[str, "Proposer"]()
        self._different: list[Difference] = []
        self._erased: list[int] = []
        self._missing: list[int] = []
        self._done = self._same = self._routed = 0

    def replayed(self, starts: Iterable[int]) -> Replayed:
        """Return what came of the parts of the ledger that begin at these entries."""
        with closing(open_tables(self._ledger, read_only=True)) as tables:
            for start in starts:
                self._replay(list(recorded_rulings(tables, start, start + _AT_ONCE)))
        return Replayed(
            engine=self._engine,
            decisions=self._done,
            same=self._same,
            different=tuple(sorted(self._different, key=lambda each: each.seq)),
            erased=tuple(sorted(self._erased)),
            rulebook_missing=tuple(sorted(self._missing)),
            routed=self._routed,
        )

    def _replay(self, part: Sequence[tuple[int, RecordedRuling | None]]) -> None:
        self._done += len(part)
        by_rulebook: dict[str, list[tuple[int, RecordedRuling]]] = {}
        for seq, recorded in part:
            if recorded is None:
                self._erased.append(seq)
            else:
                by_rulebook.setdefault(recorded.rulebook, []).append((seq, recorded))
        for sha256, several in by_rulebook.items():
            rulebook = self._rulebooks.by_hash(sha256)
            if rulebook is None:
                self._missing += [seq for seq, _ in several]
                continue
            differing = list(_differences(several, self._ruled([bytes(each.facts) for _, each in several], rulebook)))
            self._different += differing
            self._same += len(several) - len(differing)

    def _ruled(self, facts: Sequence[bytes], rulebook: Rulebook) -> Sequence[Ruling]:
        if self._engine == "cedar":
            return rule_many(facts, rulebook)
        if rulebook.sha256 not in self._proposers:
            from evenhand.policy.sql import Proposer  # noqa: PLC0415  sqlglot: 15 MB that a console seldom needs

            self._proposers[rulebook.sha256] = Proposer(rulebook, self._threads)
        proposed = self._proposers[rulebook.sha256].propose(facts)
        self._routed += len(proposed.routed)
        return proposed.rulings


def _differences(several: Iterable[tuple[int, RecordedRuling]], rulings: Sequence[Ruling]) -> Iterator[Difference]:
    for (seq, recorded), ruling in zip(several, rulings, strict=True):
        if recorded.ruling != ruling:
            yield Difference(seq=seq, recorded=recorded.ruling, replayed=ruling)


def _shown(starts: Iterable[int], entries: int, progress: Progress) -> Iterator[int]:
    for start in starts:
        progress("replaying", start, entries)
        yield start


def _together(one: Replayed, two: Replayed) -> Replayed:
    return Replayed(
        engine=one.engine,
        decisions=one.decisions + two.decisions,
        same=one.same + two.same,
        different=tuple(sorted((*one.different, *two.different), key=lambda each: each.seq)),
        erased=tuple(sorted((*one.erased, *two.erased))),
        rulebook_missing=tuple(sorted((*one.rulebook_missing, *two.rulebook_missing))),
        routed=one.routed + two.routed,
    )


_decode = msgspec.msgpack.Decoder(Replayed).decode

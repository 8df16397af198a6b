"""What a register would have stopped in a network's own log: the shadow report (`gate.md` §10)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeVar

import msgspec

from evenhand.gate.blocking.drift import has_own_list
from evenhand.gate.filter import find_removals
from evenhand.gate.gate import Gate
from evenhand.gate.shadow_report.offered_bids import read_offered
from evenhand.gate.shadow_report.suspects import WHY, Suspicion
from evenhand.gate.shadow_report.tally import RowTally, SuspectTally, Tally
from evenhand.gate.shadow_report.traffic_log import Fault, Line
from evenhand.gate.wire.openrtb import read_request
from evenhand.model.errors import RequestUnreadable
from evenhand.model.record import Record

T = TypeVar("T")

MOST_UNRESOLVED: Final = 20
MOST_FAULTS: Final = 20
"""Faults told by their line; all are counted."""
_UNKNOWN: Final = {"missing": "adomain-missing", "malformed": "adomain-malformed", "unlisted": "adomain-unknown"}
_UNREADABLE = (
    "the response is no OpenRTB object; it passes or goes as `policy.malformed` says, its bids are not counted"
)


class ToldFault(Record, frozen=True, kw_only=True):
    """A line that could not be judged, from 1, and why."""

    line: int
    what: str


class StoppedRow(Record, frozen=True, kw_only=True):
    """An advertiser, payer or seat whose row removed bids. Money: see `ShadowReport.spend_at_risk`.

    `name` is there where the caller knows it: a compiled register has no names as written.
    """

    kind: str
    id: str
    name: str | msgspec.UnsetType = msgspec.UNSET
    outcomes: dict[str, int]
    decision: str | None
    reason: str | None
    bids: int
    spend_at_risk: dict[str, float]
    codes: dict[str, int]


class Suspect(Record, frozen=True, kw_only=True):
    """Removed bids that look like one kind of mistake; `line`, `seatbid` and `bid` lead to the first, 0 if to all.

    `about` is a row as `advertiser a1`, or a code.
    """

    kind: str
    about: str
    why: str
    bids: int
    spend_at_risk: dict[str, float]
    line: int
    seatbid: int
    bid: int


class ShadowReport(Record, frozen=True, kw_only=True):
    """What would have been removed; up to `unresolved` the keys of `gate.md` §10, then what else a reader asks.

    `lines` are all but blank ones: malformed, left out by `--days`, and `responses`, which were judged; `bids` are
    those of readable responses. `unresolved` are the twenty hosts that most bids name and that lead to nobody, each
    count too low by `unresolved_error` at most. `spend_at_risk` is the sum of removed prices / 1000 by currency
    (`???`: not three capitals); a price that cannot be read is in no sum. `first` and `last` are instants of lines.
    `own_badv` are requests with a `badv` of their own, `own_badv_removed` the removed bids in the replies to them: a
    Prebid Server in Go lets these pass, whatever its own list says.
    """

    lines: int
    malformed_lines: int
    responses: int
    bids: int
    removed: int
    by_loss: dict[int, int]
    by_outcome: dict[str, int]
    by_row: dict[str, int]
    by_code: dict[str, int]
    emptied: int
    unknown: dict[str, int]
    spend_at_risk: dict[str, float]
    unresolved: dict[str, int]
    unresolved_error: int
    left_out: int
    malformed_responses: int
    unread_prices: int
    stale_lines: int
    own_badv: int
    own_badv_removed: int
    first: datetime | None
    last: datetime | None
    checkpoint: str
    by_reason: dict[str, int]
    rows: tuple[StoppedRow, ...]
    suspects: tuple[Suspect, ...]
    faults: tuple[ToldFault, ...]


def with_names(report: ShadowReport, names: Mapping[tuple[str, str], str]) -> ShadowReport:
    """Return a report whose parties have names, by kind and id, as far as they are known."""
    rows = tuple(
        msgspec.structs.replace(row, name=names.get((row.kind, row.id)) or msgspec.UNSET) for row in report.rows
    )
    return msgspec.structs.replace(report, rows=rows)


def shadow(lines: Iterable[Line | Fault], gate: Gate, at: datetime, days: int | None = None) -> ShadowReport:
    """Return what the gate's register would have removed from a log, each line at its own instant, else at `at`.

    With `days` only lines of that many days up to `at` are judged. Memory does not grow with the log.

    Raises:
        RegisterInvalid: the register is stale at a line's instant and nobody chose what that means.
    """
    walk = _Walk(gate, at, None if days is None else at - timedelta(days=days))
    for line in lines:
        walk.take(line)
    return walk.report()


class _Walk:
    """One walk through a log with one register."""

    def __init__(self, gate: Gate, at: datetime, since: datetime | None) -> None:
        self._gate, self._at, self._since = gate, at, since
        self._tally = Tally(gate.opened.resolver)
        self._lines = self._malformed = self._responses = self._left_out = self._unreadable = self._stale = 0
        self._own_badv = self._own_badv_removed = 0
        self._first: datetime | None = None
        self._last: datetime | None = None
        self._faults: list[ToldFault] = []

    def take(self, line: Line | Fault) -> None:
        """Count a line and judge it, if it can be."""
        self._lines += 1
        if isinstance(line, Fault):
            self._fault(line.number, line.what)
            return
        at = line.at or self._at
        if self._since is not None and not self._since < at <= self._at:
            self._left_out += 1
            return
        try:
            request = read_request(line.request)
        except RequestUnreadable as error:
            self._fault(line.number, str(error))
            return
        self._responses += 1
        self._span(line.at)
        offered = read_offered(line.response)
        if offered is None:
            self._unreadable += 1
            self._tell(line.number, _UNREADABLE)
            return
        judged = find_removals(request, line.request, offered, self._gate, at)
        self._stale += judged.stale
        if _has_own_list(line.request):
            self._own_badv += 1
            self._own_badv_removed += len(judged.removed)
        self._tally.add(line.number, offered, judged)

    def report(self) -> ShadowReport:
        """Return what the lines taken so far add up to."""
        tally = self._tally
        codes = tally.codes()
        rows = sorted(tally.rows.values(), key=lambda each: (-each.bids, each.row.kind, each.row.id))
        return ShadowReport(
            lines=self._lines,
            malformed_lines=self._malformed,
            responses=self._responses,
            bids=tally.bids,
            removed=tally.removed,
            by_loss=_counted((loss, bids) for (loss, *_), bids in tally.losses.items()),
            by_outcome=_counted((outcome, bids) for (_, outcome, _), bids in tally.losses.items()),
            by_row=_counted((tally.row.id, tally.bids) for tally in rows),
            by_code=dict(codes.most_common()),
            emptied=tally.emptied,
            unknown={word: codes[code] for word, code in _UNKNOWN.items()},
            spend_at_risk=tally.money.for_one,
            unresolved=tally.unresolved.top(MOST_UNRESOLVED),
            unresolved_error=tally.unresolved.error,
            left_out=self._left_out,
            malformed_responses=self._unreadable,
            unread_prices=tally.unread_prices,
            stale_lines=self._stale,
            own_badv=self._own_badv,
            own_badv_removed=self._own_badv_removed,
            first=self._first,
            last=self._last,
            checkpoint=self._gate.opened.checkpoint,
            by_reason=_counted(pair for tally in rows for pair in _reasons(tally)),
            rows=tuple(map(_row, rows)),
            suspects=tuple(_suspect(*each) for each in sorted(tally.looked_at(), key=_told_first)),
            faults=tuple(self._faults),
        )

    def _fault(self, line: int, what: str) -> None:
        self._malformed += 1
        self._tell(line, what)

    def _tell(self, line: int, what: str) -> None:
        if len(self._faults) < MOST_FAULTS:
            self._faults.append(ToldFault(line=line, what=what))

    def _span(self, at: datetime | None) -> None:
        if at is not None:
            self._first = at if self._first is None else min(self._first, at)
            self._last = at if self._last is None else max(self._last, at)


def _has_own_list(request: bytes) -> bool:
    """Return whether a request carries a `badv` of its own; one that is no list is none."""
    if b"badv" not in request and b"\\u" not in request:
        return False
    try:
        return has_own_list(request)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False


def _counted(pairs: Iterable[tuple[T, int]]) -> dict[T, int]:
    """Return the sums by key, the largest first."""
    found: Counter[T] = Counter()
    for key, bids in pairs:
        found[key] += bids
    return dict(found.most_common())


def _reasons(tally: RowTally) -> Iterator[tuple[str, int]]:
    """Yield the reasons by which a row removed bids: its statement, or `rule:` and a condition."""
    return ((reason, bids) for (*_, reason), bids in tally.ways.items() if reason is not None)


def _row(tally: RowTally) -> StoppedRow:
    row = tally.row
    return StoppedRow(
        kind=row.kind,
        id=row.id,
        outcomes=_counted((outcome, bids) for (outcome, *_), bids in tally.ways.items()),
        decision=row.decision,
        reason=next(iter(_counted(_reasons(tally))), None),
        bids=tally.bids,
        spend_at_risk=tally.money.for_one,
        codes=_counted((code, bids) for (_, codes, _), bids in tally.ways.items() for code in codes),
    )


def _told_first(each: tuple[Suspicion, SuspectTally]) -> tuple[int, int, str]:
    suspicion, tally = each
    return list(WHY).index(suspicion.kind), -tally.bids, suspicion.about


def _suspect(suspicion: Suspicion, tally: SuspectTally) -> Suspect:
    line, seatbid, bid = tally.first
    return Suspect(
        kind=suspicion.kind, about=suspicion.about, why=WHY[suspicion.kind], bids=tally.bids,
        spend_at_risk=tally.money.for_one, line=line, seatbid=seatbid, bid=bid,
    )  # fmt: skip

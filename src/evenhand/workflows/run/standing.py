"""What a run leaves so that the next one, where nothing that decides has changed, need not do everything again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from evenhand.ledger import Ledger
from evenhand.model.decision_row import ShownDecision
from evenhand.model.ruling import Ruling
from evenhand.model.run import RunReport
from evenhand.store.atomic_files import write_whole
from evenhand.store.network import Network
from evenhand.workflows.evaluation.decision_stages import next_untold
from evenhand.workflows.evaluation.history import History
from evenhand.workflows.evaluation.rulings import again_by_date
from evenhand.workflows.influence.influence_run import UNCHANGED, UNVERIFIED, read_kept
from evenhand.workflows.run.recorded_rulings import Recorded
from evenhand.workflows.run.run_inputs import Inputs
from evenhand.workflows.run.standing_inputs import outputs_stamp

_FILE: Final = "standing.msgpack"
_SHOWN: Final = "shown.msgpack"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class TimedRuling(msgspec.Struct, frozen=True):
    """Facts whose ruling the clock could change, and the ruling."""

    facts: bytes
    ruling: Ruling


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What a run decided from and left, and the report of a next one in which nothing changes.

    `inputs` is the hash of what was there when the run began, `outputs` the stamp of what it left; size and root are
    the ledger's at its end. `until` is the first instant from which something else could be written though every
    ruling is the same, `next_untold` the first until which a register can be fresh; None where there is none. `timed`
    are the rulings to be made again. `report` is None where the run is no pattern for the next.
    """

    inputs: str
    outputs: str = ""
    size: int
    root: bytes
    at: datetime
    until: datetime | None
    next_untold: datetime | None
    timed: tuple[TimedRuling, ...]
    report: RunReport | None

    def is_of(self, ledger: Ledger) -> bool:
        """Return whether the ledger is as the run left it."""
        return self.size == ledger.size and self.root == ledger.root(ledger.size)


@dataclass(frozen=True)
class Decided:
    """The report of a run, and what it came from.

    `reliefs` are sentences of the report that a next run with the same inputs says again; `passing` those that it need
    not, or finds out anew.
    """

    report: RunReport
    inputs: Inputs
    recorded: Recorded
    history: History
    reliefs: tuple[str, ...]
    passing: tuple[str, ...]


def standing_of(network: Network, ledger: Ledger, decided: Decided, before: str, earlier: Standing | None) -> Standing:
    """Return what a next run can stand on; `before` is the hash of the inputs when this one began.

    `earlier` is what the run before left.
    """
    at = decided.recorded.context.at
    timed = tuple(TimedRuling(request.facts, ruling) for request, ruling in decided.recorded.timed)
    following = decided.history.next_change(at)
    is_again = (
        earlier is not None
        and earlier.inputs == before
        and earlier.is_of(ledger)
        and (earlier.until is None or at < earlier.until)  # or acts that were ahead have been tested now
    )
    return Standing(
        inputs=before,
        size=ledger.size,
        root=ledger.root(ledger.size),
        at=at,
        until=_until(network, decided, following),
        next_untold=next_untold(decided.history, at, decided.recorded.context.payers),
        timed=timed,
        report=_without_passing(decided) if is_again else _report_of_next(network, decided, len(timed)),
    )


def _without_passing(decided: Decided) -> RunReport:
    """Return the report without what is said once: of letters that were written, and of what could not be queued."""
    passing = set(decided.passing)
    return replace(decided.report, contested=tuple(each for each in decided.report.contested if each not in passing))


def _until(network: Network, decided: Decided, following: datetime | None) -> datetime | None:
    """Return the first instant at which decisions, conditions of the gate or acts come to count, or cease to.

    What begins and ends with a day (rules, votes, campaigns) needs none: the day is one of the inputs.
    """
    kept = read_kept(network.state)
    in_ms, next_act = decided.recorded.conditions.next_ms(), None if kept is None else kept.next_at
    ahead = [
        None if in_ms is None else _EPOCH + timedelta(milliseconds=in_ms),
        None if next_act is None else _EPOCH + timedelta(seconds=next_act),
        following,
    ]
    return min(filter(None, ahead), default=None)


def _report_of_next(network: Network, decided: Decided, timed: int) -> RunReport | None:
    """Return what a next run with the same inputs reports; None where that does not follow from this one's report.

    Warnings on what was otherwise before, parties that are in no table any more: what becomes of them shows the next
    whole run. What the tests of acts warn of is said again with what they found, and they are not made again.
    """
    report, inputs, tested = _without_passing(decided), decided.inputs, read_kept(network.state)
    read, counted = inputs.known.tables, inputs.tables
    said_again = (UNVERIFIED, *tested.result.warnings) if tested is not None else ()
    nothing_tested = (UNCHANGED,) if tested is not None else ()
    is_plain = (
        set(inputs.warnings).issubset(said_again)
        and not any(each.problem for each in inputs.news)
        and (len(read.advertisers), len(read.payers)) == (len(counted.advertisers), len(counted.payers))
    )
    if not is_plain:
        return None
    return replace(
        report, decisions=0, statements=0, lifted=decided.reliefs,
        lists=tuple(replace(each, status="unchanged", reader_changes=0) for each in report.lists),
        cases=tuple(replace(each, is_new=False) for each in report.cases),
        again=(*nothing_tested, *decided.recorded.lasting, *again_by_date(timed, decided.recorded.requests)),
    )  # fmt: skip


def read_standing(network: Network) -> Standing | None:
    """Return what the last run left, None where it is lost or of another form, or a file of that run was touched."""
    try:
        standing = msgspec.msgpack.decode((network.state / _FILE).read_bytes(), type=Standing)
    except (OSError, ValueError, msgspec.MsgspecError):  # no UTF-8 is a ValueError
        return None
    return standing if standing.outputs == outputs_stamp(network) else None


def keep_standing(network: Network, standing: Standing) -> None:
    """Write it down when everything else of the run is written.

    Raises:
        OSError: the folder cannot be written.
    """
    kept = replace(standing, outputs=outputs_stamp(network))
    write_whole(network.state / _FILE, msgspec.msgpack.encode(kept), mode=0o640)


def keep_shown(folder: Path, shown: Sequence[ShownDecision]) -> None:
    """Write down the decisions that the report page showed, for the next page.

    Raises:
        OSError: the folder cannot be written.
    """
    write_whole(folder / _SHOWN, msgspec.msgpack.encode(shown), mode=0o640)


def read_shown(folder: Path) -> list[ShownDecision] | None:
    """Return the decisions that the last page showed, none of them new; None where they are lost."""
    try:
        shown = msgspec.msgpack.decode((folder / _SHOWN).read_bytes(), type=list[ShownDecision])
    except (OSError, ValueError, msgspec.MsgspecError):  # no UTF-8 is a ValueError
        return None
    return [each if each.case is None else replace(each, case=replace(each.case, is_new=False)) for each in shown]

"""What the last run did, in `state/`: for those who look at a network between two runs."""

from datetime import datetime
from pathlib import Path

import msgspec

from evenhand.model.record import Record
from evenhand.model.run import RunReport
from evenhand.store.atomic_files import write_whole

LAST_REPORT = "report.json"


class LastRun(Record, frozen=True, kw_only=True):
    """A run in numbers and sentences; the file is derived and may be deleted.

    `decisions` and `notices` are of the run, `letters_waiting` and `outcomes_in_force` what stands after it;
    `rejected_rows` and `rejected_values` are what intake left out. `lists_kept` are the keys of lists that were not
    updated. `warnings`, `held_at_gate` and `lifted` are sentences, as in the report.
    """

    at: datetime
    rulebook: str
    advertisers: int
    payers: int
    campaigns: int
    decisions: int
    notices: int
    letters_waiting: int
    rejected_rows: int
    rejected_values: int
    outcomes_in_force: dict[str, dict[str, int]]
    lists_kept: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    held_at_gate: tuple[str, ...] = ()
    lifted: tuple[str, ...] = ()


def last_run_of(report: RunReport) -> LastRun:
    """Return what is kept of a report."""
    rows = {(each.file, each.line) for each in report.refused if each.what == "row"}
    return LastRun(
        at=report.at, rulebook=report.rulebook_name, advertisers=report.advertisers, payers=report.payers,
        campaigns=report.campaigns, decisions=report.decisions, notices=report.statements,
        letters_waiting=report.letters_waiting, rejected_rows=len(rows),
        rejected_values=sum(each.what == "value" for each in report.refused),
        outcomes_in_force=report.outcomes_in_force,
        lists_kept=tuple(each.key for each in report.lists if each.status == "kept"),
        warnings=report.warnings, held_at_gate=report.held_at_gate, lifted=report.lifted,
    )  # fmt: skip


def keep_last_run(folder: Path, report: RunReport) -> None:
    """Write down what a run did, whole or not at all."""
    write_whole(folder / LAST_REPORT, msgspec.json.encode(last_run_of(report)), mode=0o600)


def read_last_run(folder: Path) -> LastRun | None:
    """Return what the last run wrote down, None where there was no run or the file is lost."""
    try:
        return msgspec.json.decode((folder / LAST_REPORT).read_bytes(), type=LastRun)
    except (OSError, msgspec.MsgspecError):
        return None

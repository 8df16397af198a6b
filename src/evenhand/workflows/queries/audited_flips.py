"""What the last audit found of single decisions: rulings that a protected attribute alone would have changed."""

from pathlib import Path

import msgspec

from evenhand.model.audit import FlipFound, FlipResult
from evenhand.workflows.audit.audit_run import FOLDER, REPORT


class _Ledger(msgspec.Struct):
    """Up to which entry an audit looked."""

    size: int


class _Report(msgspec.Struct):
    """What is read of an audit's report."""

    ledger: _Ledger | None = None
    flips: FlipResult | None = None


class AuditedFlips:
    """The flips of the last audit that tried any, by the leaf of the decision."""

    def __init__(self, out: Path) -> None:
        report = _read(audit_report(out))
        tried = report.flips if report.ledger is not None else None
        self._size = report.ledger.size if report.ledger is not None and tried is not None else 0
        self._found = tried.found if tried is not None else ()

    def covers(self, seqs: tuple[int, ...]) -> bool:
        """Return whether decisions were there when the audit looked."""
        return bool(seqs) and max(seqs) < self._size

    def of(self, seqs: tuple[int, ...]) -> tuple[FlipFound, ...]:
        """Return what was found of decisions."""
        return tuple(each for each in self._found if each.seq in seqs)


def audit_report(out: Path) -> Path:
    """Return where the report of the last audit is."""
    return out / FOLDER / REPORT


def _read(path: Path) -> _Report:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Report)
    except (OSError, msgspec.MsgspecError):
        return _Report()

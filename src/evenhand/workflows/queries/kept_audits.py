"""The audits of a network as they were recorded: plans, reports, and the last report whole; nothing is tested anew."""

from bisect import bisect_left
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from evenhand.ledger import LogReader
from evenhand.model.audit import AuditPlan, AuditReport
from evenhand.model.errors import BadInput, NotFound
from evenhand.model.judgement import Judgement
from evenhand.model.log import Leaf
from evenhand.model.record import sha256_hex
from evenhand.workflows.audit.decision_table import AUDIT_KINDS
from evenhand.workflows.evaluation.history import decision_of
from evenhand.workflows.queries.audited_flips import audit_report

_leaf = msgspec.json.Decoder(Leaf).decode
_plan = msgspec.json.Decoder(AuditPlan).decode


class PlanRecord(NamedTuple):
    """A plan that was registered: its leaf, when, and what it says; None where that is gone."""

    seq: int
    at: datetime
    plan: AuditPlan | None


class ReportRecord(NamedTuple):
    """An audit that was recorded: its leaf, when, its plan's leaf (None: there was no plan), and what it counts."""

    seq: int
    at: datetime
    plan: int | None
    sha256: str
    found: bool
    decisions: int
    inconsistent: int
    untestable: int


class _Counted(msgspec.Struct):
    """What the record of a report says."""

    report_sha256: str
    found: bool
    decisions: int
    inconsistent: int
    untestable: int
    plan: int | None = None


_counted = msgspec.json.Decoder(_Counted).decode


class AuditRecords:
    """The plans and reports in one ledger; who keeps this object reads only what was added since."""

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._read, self._decisions = 0, list[int]()
        self.plans, self.reports = list[PlanRecord](), list[ReportRecord]()

    def read_on(self, ledger: LogReader) -> None:
        """Read what the ledger has since the last call; all of it where it has become shorter.

        Raises:
            HistoryConflict: a payload is not the one that its leaf commits to.
        """
        if ledger.size < self._read:
            self._forget()
        for seq, data, _ in ledger.storage.leaves(self._read):
            leaf = _leaf(data)
            if leaf.kind == "decision":
                self._decisions.append(seq)
            elif leaf.kind in AUDIT_KINDS:
                self._add(seq, leaf, ledger.payload(seq))
            self._read = seq + 1

    @property
    def plan(self) -> PlanRecord | None:
        """Return the plan that was registered last and can be read, None if there is none."""
        return next((each for each in reversed(self.plans) if each.plan is not None), None)

    @property
    def decisions(self) -> int:
        """Return how many decisions the ledger has."""
        return len(self._decisions)

    def decided_since(self, size: int) -> int:
        """Return how many decisions came after the first `size` leaves."""
        return len(self._decisions) - bisect_left(self._decisions, size)

    def of(self, sha256: str) -> ReportRecord | None:
        """Return the record of a report by its hash, None where the ledger has none."""
        return next((each for each in reversed(self.reports) if each.sha256 == sha256), None)

    def _add(self, seq: int, leaf: Leaf, payload: bytes | None) -> None:
        at = datetime.fromisoformat(leaf.at).astimezone(UTC)
        if leaf.kind == "audit_plan":
            self.plans.append(PlanRecord(seq, at, None if payload is None else _plan(payload)))
        elif payload is not None:
            record = _counted(payload)
            counts = record.found, record.decisions, record.inconsistent, record.untestable
            self.reports.append(ReportRecord(seq, at, record.plan, record.report_sha256, *counts))


class LastAudit(NamedTuple):
    """The report of the last audit as it is in `out/audit`, with the SHA-256 of its bytes."""

    report: AuditReport
    sha256: str


def read_last_audit(out: Path) -> LastAudit | None:
    """Return the last audit, None where there was none.

    Raises:
        BadInput: the file is no report.
    """
    path = audit_report(out)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        return LastAudit(msgspec.json.decode(data, type=AuditReport), sha256_hex(data))
    except msgspec.MsgspecError as error:
        raise BadInput("is no report of an audit", where=path, got=str(error), todo="audit again") from None


class FindingCase(NamedTuple):
    """Whom a finding is about: kind and id of the party, the decision with its rules, or who judged the match."""

    kind: str
    party: str
    decision: str = ""
    rules: tuple[str, ...] = ()
    judged_by: str = ""


def case_at(ledger: LogReader, seq: int) -> FindingCase:
    """Return whom the decision or judgement at a leaf is about.

    Raises:
        NotFound: the leaf is neither, or its content was erased.
    """
    payload = ledger.payload(seq)
    kind = _leaf(next(iter(ledger.storage.leaves(seq)))[1]).kind
    if payload is not None and kind == "decision":
        decision = decision_of(payload)
        return FindingCase(decision.party.kind, decision.party.id, decision.id, decision.reasons)
    if payload is not None and kind == "judgement":
        judged = msgspec.json.decode(payload, type=Judgement)
        return FindingCase(judged.party_kind, judged.party_id, judged_by=judged.by)
    raise NotFound("no decision or judgement at this leaf, or it was erased", where=ledger.origin, got=seq)

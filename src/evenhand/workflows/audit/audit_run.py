"""The audit of a network's own ledger: the decisions, people's part, and proof beside replay, in one report."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from evenhand.audit import FLIPS_NOT_REPLAYED, audit_table
from evenhand.ledger import LogReader
from evenhand.model.audit import AuditPlan, AuditReport, LedgerState
from evenhand.model.audit_proof import ProofAndReplay
from evenhand.model.errors import BadInput, PlanInvalid
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical_exact, sha256_hex
from evenhand.store.atomic_files import write_whole
from evenhand.store.network import Network
from evenhand.workflows.audit.audit_plan import (
    LedgerContents,
    RegisteredPlan,
    last_plan,
    ledger_contents,
    make_plan,
    plan_record,
)
from evenhand.workflows.audit.decision_table import Columns, LedgerTables, read_tables
from evenhand.workflows.audit.flips import Flips, find_flips
from evenhand.workflows.audit.proof_and_replay import check_agreement, neutrality_proofs
from evenhand.workflows.evaluation.findings import Progress
from evenhand.workflows.operations.ledgers import open_ledger, read_ledger
from evenhand.workflows.people.staff_overview import unverified
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks
from evenhand.workflows.rulebooks.replay import Replayed, replay
from evenhand.workflows.run.network_run import Tools

FOLDER, REPORT, PLAN = "audit", "report.json", "plan.json"


class AuditRun(NamedTuple):
    """A report, the plan that it was made by, and the index of its record; None where nothing was recorded."""

    report: AuditReport
    plan: RegisteredPlan | None
    seq: int | None


def run_audit(network: Network, at: datetime, tools: Tools, *, exploratory: bool) -> AuditRun:
    """Audit the ledger by the plan that was registered last, record the report and write it to `out/audit`.

    An exploratory audit makes its plan as it goes, and its first line says so. The same ledger and plan give the same
    report, and that is the same record.

    Raises:
        BadInput: no plan is registered, or rules have changed since it was; nothing was recorded.
        ProofDisagrees: proof and replay disagree; nothing was recorded.
        LedgerError: another process holds the ledger, or its history was changed.
    """
    with read_ledger(network.ledger) as ledger:
        registered = None if exploratory else _registered(network, ledger)
        plan = make_plan(network, ledger) if registered is None else registered.plan
        report = _report(network, ledger, plan, registered, tools.progress)
    seq = _record(network, report, registered, at, tools)
    write_audit(network, report)
    return AuditRun(report, registered, seq)


def audit_by_plan(network: Network, plan: AuditPlan, progress: Progress) -> AuditRun:
    """Audit the ledger by a plan from a file; nothing is recorded or written.

    Raises:
        PlanInvalid: it is no plan of this network's ledger.
        ProofDisagrees: proof and replay disagree.
    """
    with read_ledger(network.ledger) as ledger:
        seq = ledger.seq_of(plan_record(plan).key)
        registered = None if seq is None else RegisteredPlan(seq, plan)
        return AuditRun(_report(network, ledger, plan, registered, progress), registered, None)


def decision_columns(network: Network) -> Columns:
    """Return the table of decisions that an audit of the network compares, by column.

    Raises:
        BadInput: there is no decision yet.
    """
    with read_ledger(network.ledger) as ledger:
        facts = make_plan(network, ledger).facts
        return read_tables(ledger, ledger.size, Rulebooks(network), facts, lambda *_: None).columns


def write_audit(network: Network, report: AuditReport) -> None:
    """Write the report and its plan to `out/audit`."""
    path = write_plan(network, report.plan)
    write_whole(path.with_name(REPORT), _bytes(report))


def write_plan(network: Network, plan: AuditPlan) -> Path:
    """Write a plan to `out/audit` and return where it is."""
    folder = network.out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / PLAN, _bytes(plan))
    return folder / PLAN


def _registered(network: Network, ledger: LogReader) -> RegisteredPlan:
    found = last_plan(ledger)
    if found is None:
        raise BadInput(
            "no plan of an audit is registered", where=network.ledger,
            todo="register one first with `evenhand audit plan`, or pass --exploratory, which the report then says",
        )  # fmt: skip
    return found


def _report(
    network: Network, ledger: LogReader, plan: AuditPlan, registered: RegisteredPlan | None, progress: Progress
) -> AuditReport:
    contents = ledger_contents(ledger)
    if not contents.decisions:
        raise BadInput("no decision to audit", where=network.ledger, todo="run `evenhand run` first")
    tables = read_tables(ledger, contents.size, Rulebooks(network), plan.facts, progress)
    _check_plan(plan, tables, registered)
    flips = find_flips(list(tables.equals.values()), tables.values, progress)
    proof = _proof(tables, flips, replay(network, "sql", progress))
    state = LedgerState(origin=ledger.origin, size=contents.size, root=b64encode(ledger.root(contents.size)).decode())
    first_line = _first_line(ledger.origin, registered, contents, tables.columns["seq"])
    decisions = audit_table(tables.columns, plan, may_be_empty=True)
    about_decisions = {
        "first_line": first_line, "exploratory": registered is None, "ledger": state, "flips": flips.result,
        "matches": _matches(plan, tables, first_line, registered), "proof": proof,
        "unchanged": tables.unchanged,
        "one_group": tuple(each for each in tables.one_group if each.attribute in plan.groups),
        "naming_rules": tables.exceptions.naming_rules(), "freed_matches": tables.exceptions.freed_matches(),
        "renewed_notices": tables.exceptions.renewed_notices(),
        "limits": (
            *_unchanged(tables.unchanged), *_own_limits(decisions), *_limits(tables, decisions),
            *_unverified(network, ledger, contents.size),
        ),
    }  # fmt: skip
    return msgspec.structs.replace(decisions, **about_decisions)


def _check_plan(plan: AuditPlan, tables: LedgerTables, registered: RegisteredPlan | None) -> None:
    """Refuse a plan that lacks a fact which rules have read: those who differ in it would count as equals.

    Raises:
        PlanInvalid: it does.
    """
    lacking = sorted(tables.facts - {*plan.facts})
    if lacking:
        raise PlanInvalid(
            "the plan lacks facts that rules read",
            where="plan" if registered is None else f"plan of leaf {registered.seq}",
            got=", ".join(lacking), expected="every fact that a rulebook of the ledger reads",
            todo="the rulebook has changed since: register a new plan with `evenhand audit plan`",
        )  # fmt: skip


def _proof(tables: LedgerTables, flips: Flips, replayed: Replayed) -> ProofAndReplay | None:
    """Return what is proved of the rules of the last decision, and what replay shows of all decisions.

    Raises:
        ProofDisagrees: they contradict each other.
    """
    last = tables.last
    if last is None:
        return None
    proofs = neutrality_proofs(last.rulebook, last.decided_at)
    check_agreement(last.rulebook_name, proofs, flips)
    return ProofAndReplay(
        rulebook=f"sha256:{last.rulebook.sha256}",
        at=f"{last.decided_at:%Y-%m-%d}",
        proofs=proofs,
        replayed=replayed.same + len(replayed.different),
        different=tuple(each.seq for each in replayed.different),
        rulebook_missing=len(replayed.rulebook_missing),
        strata=len(tables.equals),
        flips=flips.result.tested,
        by_law=flips.by_law,
    )


def _own_limits(report: AuditReport) -> list[str]:
    """Return what a table of decisions leaves open, without the flips: a network's were replayed."""
    return [limit for limit in report.limits if not limit.startswith(FLIPS_NOT_REPLAYED)]


def _matches(
    plan: AuditPlan, tables: LedgerTables, first_line: str, registered: RegisteredPlan | None
) -> AuditReport | None:
    """Return the report on what people made of possible matches; None where the plan has none, or nobody matched."""
    if plan.matches is None or not tables.matches.matches:
        return None
    report = audit_table(tables.matches.columns(plan.matches.groups), plan.matches, may_be_empty=True)
    limits = _own_limits(report)
    if tables.matches.erased:
        limits.append(f"{tables.matches.erased} judgements were erased and cannot be tested.")
    if tables.matches.unseen:
        limits.append(f"{tables.matches.unseen} judgements are about no match that a decision of the ledger names.")
    return msgspec.structs.replace(report, first_line=first_line, exploratory=registered is None, limits=tuple(limits))


def _first_line(
    origin: str, registered: RegisteredPlan | None, contents: LedgerContents, decisions: Sequence[Any]
) -> str:
    """Return what the log shows of the plan: who read its decisions before, elsewhere, nobody can see in it."""
    if registered is None:
        return "Exploratory audit: no plan was registered before the decisions were read."
    earlier = next((seq for seq in contents.reports if seq < registered.seq), None)
    planned = registered.plan.ledger.size if registered.plan.ledger is not None else 0
    younger = contents.size - planned
    there = sum(int(seq) < registered.seq for seq in decisions)
    line = (
        f"Audit by the plan at leaf {registered.seq} of {origin}, registered before any audit that this log records;"
        f" {there} of these {len(decisions)} decisions were already there"
    )
    if earlier is not None:
        line = (
            f"Audit by the plan at leaf {registered.seq} of {origin}, which was registered after an audit"
            f" of decisions of this ledger (leaf {earlier})"
        )
    return f"{line}; {younger} leaves are younger than the plan." if younger > 0 else f"{line}."


def _unverified(network: Network, ledger: LogReader, size: int) -> list[str]:
    """Return that nothing shows who judged and approved, where the network has no staff.

    As of the last record that is audited, so that the same ledger gives the same report on any day.
    """
    last = next(iter(ledger.entries(start=size - 1)))[1]
    sentence = unverified(network, datetime.fromisoformat(last.at))
    return [f"{sentence.capitalize()}."] if sentence else []


def _unchanged(number: int) -> list[str]:
    """Return that a decision is recorded only where something changed, if that keeps somebody from being compared."""
    if not number:
        return []
    who, what = ("1 advertiser has", "it") if number == 1 else (f"{number} advertisers have", "them")
    return [
        f"{who} no decision under the rulebook in force: what was decided about {what} before still stands, so nobody"
        f" decided under it can be compared with {what}."
    ]


def _limits(tables: LedgerTables, report: AuditReport) -> list[str]:
    """Return what the audit cannot say of this ledger, a sentence each."""
    limits = []
    if report.decisions and not report.inconsistent:
        limits.append(
            "All decisions with equal facts and rules came out the same: there is no difference among equals that a"
            " test of groups could weigh, and `untestable` says no more than that."
        )
    if tables.erased:
        limits.append(f"{tables.erased} decisions erased, cannot be tested: their facts are gone.")
    for rulebook, count in sorted(tables.rulebook_missing.items()):
        limits.append(
            f"{count} decisions are by rulebook {rulebook[:19]}…, which the network has not kept: not compared."
        )
    if tables.other_scopes:
        limits.append(
            f"{tables.other_scopes} decisions about payers and campaigns are replayed, and compared with no other:"
            " a campaign has a decision of its own only where it is decided more strictly than its advertiser."
        )
    if tables.repeated:
        limits.append(
            f"{tables.repeated} decisions repeat an earlier one of the same advertiser, with the same facts, rulebook"
            " and outcome: they are counted once, because they are not independent."
        )
    limits.append(
        "Answers to complaints are not tested, and a judgement that a reversal left counts as any other: how complaints"
        " ended, group by group, is what `evenhand complaints DIR --numbers` counts."
    )
    limits.append("The kind of organisation is known only as far as the recorded facts tell it: news outlet or other.")
    return limits


def _record(
    network: Network, report: AuditReport, registered: RegisteredPlan | None, at: datetime, tools: Tools
) -> int:
    """Append the record of a report and return its index: its hash and what it counts, not the report itself."""
    payload = canonical_exact({
        "v": 1,
        "plan": None if registered is None else registered.seq,
        "plan_sha256": report.plan_sha256,
        "report_sha256": sha256_hex(_bytes(report)),
        "ledger": msgspec.to_builtins(report.ledger),
        "exploratory": report.exploratory,
        "found": report.found,
        "decisions": report.decisions,
        "inconsistent": len(report.inconsistent),
        "untestable": len(report.untestable),
        "erased": report.erased,
    })  # fmt: skip
    record = LogRecord(kind="audit_report", payload=payload, key=f"audit_report:{sha256_hex(payload)}")
    with open_ledger(network.ledger, wait_s=tools.wait_s, draw=tools.draw, ask=tools.ask, tell=tools.tell) as ledger:
        (receipt,) = ledger.append([record], at)
        ledger.publish(at)
    return receipt.seq


def _bytes(value: AuditReport | AuditPlan) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1) + b"\n"

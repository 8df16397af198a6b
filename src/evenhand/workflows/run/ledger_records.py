"""The leaves of a run, written in their order (`pipeline.md` §8); the only place where a decision is appended."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain

from msgspec.structs import replace

from evenhand.ledger import Ledger
from evenhand.model.decision import DecidedBy, Decision
from evenhand.model.errors import HistoryConflict
from evenhand.model.listing import ListVersion
from evenhand.model.log import LogRecord, Receipt
from evenhand.model.outcome import Outcome
from evenhand.model.record import canonical, sha256_hex
from evenhand.model.release import Release
from evenhand.workflows.delivery.notices import lifting_record, told_by
from evenhand.workflows.delivery.statements import statement_record
from evenhand.workflows.evaluation.findings import Progress
from evenhand.workflows.evaluation.history import CaseDecision, History, fold
from evenhand.workflows.evaluation.restriction_ends import RestrictionEnds
from evenhand.workflows.evaluation.run_context import RunContext
from evenhand.workflows.evaluation.side_process import SideWorker
from evenhand.workflows.rulebooks.release import release_key
from evenhand.workflows.run.decisions import Change, decisions, inputs_of
from evenhand.workflows.run.record_writer import write_records


def record(
    run_context: RunContext,
    ledger: Ledger,
    history: History,
    due: Sequence[Change],
    by: DecidedBy,
    *,
    progress: Progress,
    release: Release,
    worker: SideWorker | None = None,
) -> dict[str, Outcome]:
    """Write lists, rulebook, then each change's decision with its statement; return the decisions' outcomes by id.

    The `worker` is that of `write_records`.
    """
    ledger.append([*_list_leaves(run_context), _rulebook_leaf(run_context, release)], run_context.at)
    lists = {key: version.sha256 for key, version in run_context.versions.items()}
    inputs = inputs_of(run_context.rulebook, lists, run_context.tables.hashes)
    in_force = {
        "rulebook": f"sha256:{run_context.rulebook.sha256}",
        "lists": lists_sha256(run_context.versions),
    }
    written: dict[str, Outcome] = {}
    ends = RestrictionEnds(run_context.rulebook, run_context.at)
    fold(ledger, history)
    # INVARIANT: what is decided here counts only when all is: decisions are made from what was known before.
    standing: list[CaseDecision] = []
    kept: dict[str, CaseDecision] = {}  # of decisions whose payload need not be read again for it

    def leaves() -> Iterator[tuple[LogRecord, ...]]:
        for change, made in zip(due, decisions(run_context, due, history, inputs, by), strict=True):
            written[made.id] = made.outcome
            if made.kept is not None:
                kept[made.id] = made.kept
            leaf = LogRecord(
                kind="decision", payload=made.payload, subject=made.party_id, key=made.id,
                rulebook=in_force["rulebook"], lists=in_force["lists"],
            )  # fmt: skip
            known = {} if made.whole is None else ends.of(made.whole, change.ruled.time_bound)
            yield (leaf, *(() if made.whole is None else _beside(run_context, ledger, made.whole, in_force, known)))

    def keep(receipts: Sequence[Receipt], chunk: Sequence[LogRecord]) -> None:
        progress("recording", len(written), len(due))
        _check_new(receipts, chunk)
        standing.extend(chain.from_iterable(
            (replace(kept.pop(each.key), seq=receipt.seq),)
            if each.key in kept
            else history.standing(receipt.seq, each.payload)
            for receipt, each in zip(receipts, chunk, strict=True)
            if each.kind == "decision"
        ))  # fmt: skip

    write_records(ledger, leaves(), run_context.at, keep, expected=len(due), worker=worker)
    for each in standing:
        history.take(each)
    history.size = ledger.size
    history.settle(run_context.at)
    progress("recording", len(due), len(due))
    return written


def _check_new(receipts: Sequence[Receipt], chunk: Sequence[LogRecord]) -> None:
    """Raise if the ledger took a decision or statement for one that it has: then this one was not written."""
    for receipt, each in zip(receipts, chunk, strict=True):
        if receipt.duplicate:
            raise HistoryConflict(
                f"{each.kind} `{each.key}` was not written: the ledger has another record of this id",
                where=f"entry {receipt.seq}", todo="run `evenhand ledger verify` and report this as a fault",
            )  # fmt: skip


def _beside(
    run_context: RunContext,
    ledger: Ledger,
    decision: Decision,
    in_force: Mapping[str, str],
    ends: Mapping[Outcome, datetime],
) -> Iterator[LogRecord]:
    """Yield what is appended with a decision: its statement of reasons, or that it lifts what its party was told of."""
    if decision.outcome is not Outcome.ALLOW:
        told_day = told_by(ledger, decision.supersedes)
        yield statement_record(run_context, decision, told_by=told_day, ends=ends, **in_force)
    elif (lifting := lifting_record(run_context, ledger, decision, **in_force)) is not None:
        yield lifting


def lists_sha256(versions: Mapping[str, ListVersion]) -> str:
    """Return the hash of the list versions in force as a leaf names it, over lines `key SP hex LF` by key."""
    lines = "".join(f"{key} {versions[key].sha256}\n" for key in sorted(versions))
    return f"sha256:{sha256_hex(lines.encode())}"


def _list_leaves(run_context: RunContext) -> Iterator[LogRecord]:
    for key, version in sorted(run_context.versions.items()):
        published = replace(version, days=None)
        yield LogRecord(kind="list_version", payload=canonical(published), key=f"list:{key}:{version.sha256}")


def _rulebook_leaf(run_context: RunContext, release: Release) -> LogRecord:
    """Return the leaf that names a rulebook; the ledger keeps the first of each, with what its release rests on.

    INVARIANT: of rules that are not historic the last leaf has the mapping that was released with them last. So every
    mapping that a decision names by its hash is in a leaf.
    """
    rulebook = run_context.rulebook
    payload = {
        "sha256": rulebook.sha256, "engine": rulebook.engine, "files": dict(rulebook.files),
        "historic": rulebook.historic, "lint": list(rulebook.lint),
        "certificates": release.certificates, "approval": release.approval,
        "sealing": 1,  # an auditor sees the certificates, not who approved
    }  # fmt: skip
    named = f"sha256:{rulebook.sha256}"
    if rulebook.historic:
        return LogRecord(kind="rulebook", payload=canonical(payload), key=release_key(rulebook))
    payload |= {"mapping": f"sha256:{rulebook.mapping_sha256}", "mapping_files": dict(rulebook.source.mapping_files)}
    key = release_key(rulebook, release.number)
    return LogRecord(kind="rulebook", payload=canonical(payload), key=key, rulebook=named)

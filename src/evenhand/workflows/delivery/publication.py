"""What leaves after a run: head, register and the table of decisions in force."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from evenhand.gate.registers.both_forms import write_registers
from evenhand.gate.registers.files import replace_file
from evenhand.gate.registers.signature import MOST_CHECKPOINTS, signature_path, signed_text
from evenhand.ledger import Ledger
from evenhand.ledger.commit_queue import BATCH_BYTES, BATCH_RECORDS
from evenhand.ledger.encodings import to_base64
from evenhand.model.hosts import Suffixes
from evenhand.model.log import Checkpoint, LogRecord
from evenhand.model.record import canonical_exact
from evenhand.model.register import RegisterHead, RegisterRow
from evenhand.store.network import STATE
from evenhand.store.tables import write_parquet
from evenhand.workflows.delivery.gate_conditions import GateSentences
from evenhand.workflows.delivery.kept_conditions import ConditionMemory
from evenhand.workflows.delivery.kept_register import kept_digest
from evenhand.workflows.delivery.register_rows import register_head, register_rows
from evenhand.workflows.delivery.settled_keys import settle_keys
from evenhand.workflows.evaluation.history import CaseDecision, History
from evenhand.workflows.evaluation.run_context import RunContext

REGISTER = "register.jsonl"
COMPILED = "register.evh"
DECISIONS = "decisions.parquet"

DECISION_COLUMNS = {
    "decision": "VARCHAR", "seq": "BIGINT", "party_kind": "VARCHAR", "party_id": "VARCHAR", "name": "VARCHAR",
    "scope": "VARCHAR", "outcome": "VARCHAR", "reasons": "VARCHAR[]", "errors": "VARCHAR[]",
    "effective_from": "TIMESTAMPTZ", "until": "TIMESTAMPTZ", "decided_at": "TIMESTAMPTZ", "rulebook": "VARCHAR",
}  # fmt: skip


class RegisterLeaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Payload of a `register` leaf: the rows without the head line, how many, and the head's tree size."""

    rows_sha256: str
    rows: int
    size: int


class MadeRegister(msgspec.Struct, frozen=True):
    """A register whose two files are written: the SHA-256 of its rows, how many, and sentences for the report.

    `held` says for which rules the gate holds bids since they do not tell, `doubts` what keys are doubtful.
    """

    rows_sha256: str
    rows: int
    doubts: tuple[str, ...]
    held: tuple[str, ...]


def published_head(ledger: Ledger, at: datetime) -> Checkpoint:
    """Return the checkpoint over all that is recorded, which is published where none is yet."""
    current = ledger.checkpoint
    return current if current is not None and current.size == ledger.size else ledger.publish(at)


def make_register(
    run_context: RunContext,
    history: History,
    out: Path,
    suffixes: Suffixes,
    seed: bytes,
    checkpoint: str,
    *,
    now: datetime | None = None,
    memory: ConditionMemory | None = None,
) -> MadeRegister:
    """Write the register made at a checkpoint, which is given as its note; the ledger is not asked.

    The plain form is written first, then the compiled one that gates read, whose keys are hashed by `seed` (16 bytes
    by chance). It is fresh by the clock `now`, where that is earlier than the run's instant. Conditions that the
    `memory` knows are not made again.

    Raises:
        RegisterInvalid: a row breaks a rule of registers; the old files stay.
        OSError: the folder cannot be written.
    """
    rows, sentences = register_rows(run_context, history, memory or ConditionMemory({}))
    head = register_head(run_context, history, checkpoint, now)
    return write_rows(list(rows), sentences, head, out, suffixes, seed)


def write_rows(
    rows: Sequence[RegisterRow], sentences: GateSentences, head: RegisterHead, out: Path, suffixes: Suffixes,
    seed: bytes,
) -> MadeRegister:  # fmt: skip
    """Write the register of the rows that `register_rows` gave with these sentences, as `make_register` does.

    Where they are those of the last run in `out`, only the head is new.

    Raises:
        RegisterInvalid, OSError: as there.
    """
    out.mkdir(mode=0o750, parents=True, exist_ok=True)
    settled, contested = settle_keys(rows)
    last = kept_digest(out.with_name(STATE))
    warnings, rows_sha256 = write_registers(settled, head, out / REGISTER, out / COMPILED, suffixes, seed, last=last)
    return MadeRegister(rows_sha256, len(settled), contested + sentences.beside + warnings, sentences.held)


def record_register(ledger: Ledger, made: MadeRegister, head: Checkpoint, at: datetime) -> Checkpoint:
    """Record a register made at a head, unless the last one has the same rows; return the head that is last now."""
    last = ledger.last("register")
    if last is not None and _rows_sha256(last[1]) == made.rows_sha256:
        return head
    leaf = RegisterLeaf(made.rows_sha256, made.rows, head.size)
    key = f"register:{made.rows_sha256}:{head.size}"
    ledger.append([LogRecord(kind="register", payload=canonical_exact(leaf), key=key)], at)
    return published_head(ledger, at)


def sign_register(ledger: Ledger, out: Path) -> None:
    """Let the log's key sign both forms of the register in `out` as they are, in a file beside them.

    With them it signs its last checkpoints, by which a gate tells a log of another history.

    Raises:
        OSError: one of them cannot be read, or the folder not be written.
    """
    files = (out / COMPILED, out / REGISTER)
    checkpoints = {each.size: to_base64(each.root) for each in ledger.last_checkpoints(MOST_CHECKPOINTS)}
    replace_file(signature_path(files[0]), [ledger.sign(signed_text(files, checkpoints)).encode()])


def write_decisions(run_context: RunContext, history: History, path: Path) -> None:
    """Write `decisions.parquet`: one row a decision in force, in the order the cases were opened."""
    write_parquet(path, DECISION_COLUMNS, (
        (
            each.id, each.seq, each.party_kind, each.party_id, name_of(run_context, each), each.scope,
            each.outcome, each.reasons, each.errors, each.effective_from, each.until,
            each.decided_at, each.rulebook,
        )
        for each in history.all_in_force(run_context.at)
    ))  # fmt: skip


def name_of(run_context: RunContext, standing: CaseDecision) -> str:
    """Return the name of a decision's party in today's tables; if it left them the one it had, else its id."""
    party = run_context.payers.get(standing.party_id)
    if party is not None:
        return party.name
    keys = run_context.kept.get(standing.id) or standing.keys
    # An allow keeps no keys, and neither does a decision about a campaign.
    last = run_context.gone.get((standing.party_kind, standing.party_id), standing.party_id)
    return next(iter(keys.names if keys is not None else ()), last)


def in_chunks(
    pairs: Iterable[tuple[LogRecord, ...]], take: Callable[[list[LogRecord]], None], most: int = BATCH_RECORDS
) -> None:
    """Hand records over in lists of at most so many for one transaction, never parting those of one tuple.

    `Ledger.append` takes no more in one than it is by default.
    """
    chunk: list[LogRecord] = []
    held = 0
    for pair in pairs:
        more = sum(len(record.payload) for record in pair)
        # INVARIANT: a decision and its statement are durable together, or a killed run would lose the statement.
        if chunk and (len(chunk) + len(pair) > most or held + more >= BATCH_BYTES):
            take(chunk)
            chunk, held = [], 0
        chunk.extend(pair)
        held += more
    if chunk:
        take(chunk)


def _rows_sha256(payload: bytes | None) -> str:
    return msgspec.json.decode(payload, type=RegisterLeaf).rows_sha256 if payload is not None else ""

"""What the ledger takes and gives: records in, receipts and signed tree heads out."""

from typing import Literal

from evenhand.model.record import Record

LeafKind = Literal[
    "decision", "statement", "complaint", "review", "correction", "judgement", "claim", "list_version", "rulebook",
    "register", "gate_mode", "audit_plan", "audit_report", "erasure",
]  # fmt: skip

NO_HASH = "sha256:" + "0" * 64


class LogRecord(Record, frozen=True, kw_only=True):
    """One record to append. `payload` is canonical JSON; `key` is the idempotency key or ``""``.

    `rulebook` and `lists` are `sha256:<hex>` of what was in force, 64 zeros where none applies;
    `subject` is the party the payload is about, ``""`` where none.
    """

    kind: LeafKind
    payload: bytes
    subject: str = ""
    key: str = ""
    rulebook: str = NO_HASH
    lists: str = NO_HASH


class Leaf(Record, frozen=True, kw_only=True):
    """The public entry: no name, no outcome; `c` commits to salt and payload (`ledger.md` §3)."""

    at: str
    c: str
    kind: LeafKind
    lists: str
    rulebook: str
    seq: int
    v: Literal[1] = 1


class Receipt(Record, frozen=True, kw_only=True):
    """Where an appended record stands: its index and leaf hash; `duplicate` if its key was known before."""

    seq: int
    leaf_hash: bytes
    duplicate: bool = False


class Checkpoint(Record, frozen=True, kw_only=True):
    """A signed tree head: the whole note as published, and what it says."""

    origin: str
    size: int
    root: bytes
    note: str

"""What the ledger takes and gives: its settings and records in, receipts and checkpoints out."""

from typing import Annotated, Literal

import msgspec

from evenhand.model.record import Record

LeafKind = Literal[
    "decision", "statement", "complaint", "review", "correction", "judgement", "claim", "list_version", "rulebook",
    "register", "gate_mode", "audit_plan", "audit_report", "erasure", "notice", "lifting", "staff", "task",
    "confirmed_fact",
]  # fmt: skip

NO_HASH = "sha256:" + "0" * 64


class LogRecord(Record, frozen=True, kw_only=True):
    """One record to append. `payload` is canonical JSON; `key` is the idempotency key or ``""``.

    `rulebook` and `lists` are `sha256:<hex>` of what was in force, 64 zeros where none applies;
    `subject` is the party the payload is about, ``""`` where none; `sealed` are values that the payload only
    commits to. An erasure says in `erases` of which entries payload and salt go in the same transaction, or, where
    `erases_fields` names paths, only the values sealed there.
    """

    kind: LeafKind
    payload: bytes
    subject: str = ""
    key: str = ""
    rulebook: str = NO_HASH
    lists: str = NO_HASH
    sealed: tuple["SealedField", ...] = ()
    erases: tuple[int, ...] = ()
    erases_fields: tuple[str, ...] = ()


class SealedField(Record, frozen=True, kw_only=True):
    """A value (canonical JSON) kept outside its payload: its place as a JSON Pointer, and its salt."""

    path: str
    salt: bytes
    value: bytes


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
    """The place of an appended record: its index and leaf hash; `duplicate` if its key was known before."""

    seq: int
    leaf_hash: bytes
    duplicate: bool = False


class Checkpoint(Record, frozen=True, kw_only=True):
    """A signed tree head: the whole note as published, and what it says."""

    origin: str
    size: int
    root: bytes
    note: str


class StoredEntry(Record, frozen=True, kw_only=True):
    """One row as kept: the public leaf and, beside the tree, payload and salt (None: not there any more).

    A salt is empty where it comes from `subject_key`. What follows `subject_key` is handed in when a row is added;
    rows read back leave it out.
    """

    seq: int
    leaf: bytes
    leaf_hash: bytes
    body: bytes | None
    salt: bytes | None
    subject: str = ""
    subject_key: bytes | None = None
    key: str = ""
    sealed: tuple[SealedField, ...] = ()
    erases: tuple[int, ...] = ()
    erases_fields: tuple[str, ...] = ()


class StoredCheckpoint(Record, frozen=True, kw_only=True):
    """A checkpoint that is committed before it is signed; `at` in Unix seconds, `note` once signed."""

    size: int
    root: bytes
    at: int
    note: str | None = None


class SeenCheckpoint(Record, frozen=True, kw_only=True):
    """A checkpoint of this log that a file beside the ledger was made at: which file, and its size and root."""

    where: str
    size: int
    root: bytes


class WitnessReply(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What came of asking one witness: a line that verified, or why there is none.

    `witness` is `name+hex(id)` of its key; `alarm`: it says that it has seen another history of this log.
    """

    witness: str
    line: str = ""
    problem: str = ""
    alarm: bool = False


class Problem(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that does not hold: what kind, in which file or row, and of which entry."""

    kind: str
    where: str
    index: int | None = None


class ErasedEntry(Record, frozen=True, kw_only=True):
    """An entry whose payload is gone, the leaf that says so, and the basis that this leaf names."""

    index: int
    leaf: int
    basis: str


class DatedBack(Record, frozen=True, kw_only=True):
    """How many records bear an earlier time than one before them: the first, and the latest time that precedes it."""

    records: int
    first: int
    at: str
    preceded_by: str

    @property
    def sentence(self) -> str:
        """Return in one sentence which records are dated back.

        >>> DatedBack(records=1, first=7, at="2026-11-02T12:00Z", preceded_by="2026-11-03T12:00Z").sentence
        '1 record is dated before one that precedes it: entry 7 is of 2026-11-02T12:00Z, after one of 2026-11-03T12:00Z'
        """
        what = (
            "1 record is dated before one that precedes it"
            if self.records == 1
            else f"{self.records:,} records are dated before one that precedes them"
        )
        return f"{what}: entry {self.first} is of {self.at}, after one of {self.preceded_by}"


class LogReport(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What `verify` found; `root` in base64, `payloads` and `erased` None where only the public side was there.

    `signatures` counts those of people that hold. `dated_back` is no problem: a run or an act may bear an earlier time,
    and what counts is the order. Nor is `repaired`, one sentence: the log holds, its public files were others; nor
    `behind`, one sentence: another host wrote to the same tables since.
    """

    ok: bool
    origin: str
    size: int
    root: str
    entries: int
    payloads: int | None
    erased: int | None
    problems: tuple[Problem, ...]
    erasures: tuple[ErasedEntry, ...] = ()
    signatures: int = 0
    dated_back: DatedBack | None = None
    repaired: str = ""
    behind: str = ""


class ReceiptReport(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What a receipt proves: `leaf` and `payload` as text where the receipt discloses them, `problem` if it fails."""

    ok: bool
    index: int | None
    size: int | None
    leaf: str | None
    payload: str | None
    problem: str = ""


Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=3_600_000)]
Days = Annotated[int, msgspec.Meta(ge=1, le=36_600)]
PayloadBytes = Annotated[int, msgspec.Meta(ge=1, le=1 << 20)]


class LedgerSettings(Record, frozen=True, kw_only=True):
    """Every key of `ledger.toml`; a file names at least `origin`, what it leaves out is as here.

    `batch_records` and `batch_wait_ms` bound one transaction, `publish_every_ms` the time between two checkpoints;
    `fsync`: one `syncfs` for all new files, or an fsync each; `salts`: random, or of a key for each subject;
    `policy` and `key` are paths from the ledger's folder, `policy` ``""`` where no witness is asked;
    `postgres` is an address of libpq, ``""`` where the tables are the file `private/ledger.sqlite`; `replica` is that
    of a hot standby of its server, which those who only read are answered by, ``""`` where there is none;
    `backup_days`: how long a backup may be kept, since it holds payloads that were erased here since.
    """

    origin: str
    batch_records: Count = 1000
    batch_wait_ms: Milliseconds = 5
    publish_every_ms: Milliseconds = 1000
    fsync: Literal["syncfs", "file"] = "syncfs"
    salts: Literal["random", "subject"] = "random"
    witness_deadline_ms: Milliseconds = 2000
    policy: str = ""
    key: str = "private/signing.key"
    postgres: str = ""
    replica: str = ""
    max_payload_bytes: PayloadBytes = 1 << 20
    backup_days: Days = 30

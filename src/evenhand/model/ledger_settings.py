"""The settings of one ledger, as `ledger.toml` states them."""

from typing import Annotated, Literal

import msgspec

from evenhand.model.record import Record

Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=3_600_000)]
Days = Annotated[int, msgspec.Meta(ge=1, le=36_600)]
PayloadBytes = Annotated[int, msgspec.Meta(ge=1, le=1 << 20)]


class LedgerSettings(Record, frozen=True, kw_only=True):
    """Every key of `ledger.toml`; a file names at least `origin`, what it leaves out is as here.

    `batch_records` and `batch_wait_ms` bound one transaction, `publish_every_ms` the time between two checkpoints;
    `fsync`: one `syncfs` for all new files, or an fsync each; `salts`: random, or of a key for each subject;
    `policy` and `key` are paths from the ledger's folder, `policy` ``""`` where no witness is asked;
    `postgres` is an address of libpq, ``""`` where the tables are the file `private/ledger.sqlite`;
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
    max_payload_bytes: PayloadBytes = 1 << 20
    backup_days: Days = 30

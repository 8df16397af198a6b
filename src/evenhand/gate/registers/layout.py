"""The layout of `register.evh`, byte for byte (`docs/spec/register.md`): what writer and reader share."""

import hashlib
import struct
from datetime import UTC, datetime
from typing import Final

import msgspec

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MAGIC: Final = b"EVHREG"
VERSION: Final = 1
CAMPAIGNS_VERSION: Final = 2
"""The version of a file in which a row has decisions about campaigns: readers of the first refuse it."""

# magic, version; then P, K, slots, keys, rows; then where each part begins: table, keys, rows, conditions, head, end
HEADER: Final = struct.Struct("<6sH5Q6Q")
DIGEST_BYTES: Final = 32

# A slot of the table: the key's hash (30 bits) and the key's place among the keys (34); 0 is empty.
SLOT_BYTES: Final = 8
PLACE_BITS: Final = 34
PLACE: Final = (1 << PLACE_BITS) - 1
LOAD: Final = 0.6

# A key ends with a byte that UTF-8 never has, so that none is the beginning of another; then comes what it leads to.
END: Final = b"\xff"
LONGEST_KEY: Final = 255
REF: Final = struct.Struct("<Q")
MANY: Final = 1 << 63  # the key leads to several rows: the rest is the place of their list among the keys
COUNT: Final = struct.Struct("<I")


class StoredCampaign(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A decision about a campaign as the array in its row has it; reason and times as the row's own."""

    id: str
    outcome: int
    decision: str
    reason: str
    instruct: tuple[str, ...]
    begins_us: int
    until_us: int


class StoredRow(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A row as its MessagePack array has it; fields at the end that say nothing are left out.

    `reason` is empty where it is the decision's id with `r-` for `d-`; `until_us` counts from 1970, 0 for none;
    `when` is one more than the place of its conditions in that part, 0 for none.
    """

    kind: int
    outcome: int
    id: str
    decision: str | None = None
    reason: str | None = None
    verification: int = 0
    payers: tuple[str, ...] = ()
    until_us: int = 0
    instruct: tuple[str, ...] = ()
    when: int = 0
    political_campaigns: tuple[str, ...] = ()
    campaigns: tuple[StoredCampaign, ...] = ()


def key_bytes(kind: bytes, text: str) -> bytes:
    """Return a key as the file has it: kind, UTF-8, end; of a longer one than 255 bytes the SHA-256 in hex."""
    encoded = text.encode("utf-8", "surrogatepass")
    if len(encoded) > LONGEST_KEY:
        return b"%b%b%b" % (kind.upper(), hashlib.sha256(encoded).hexdigest().encode(), END)
    return b"%b%b%b" % (kind, encoded, END)


def slots_for(keys: int) -> int:
    """Return the number of slots: a power of two of which at most six in ten are used, so one is always empty."""
    return max(8, 1 << int(keys / LOAD).bit_length())


class Header(msgspec.Struct, frozen=True):
    """The fixed part at the beginning: version, how keys are hashed, how many there are, where each part begins."""

    version: int
    prime: int
    factor: int
    slots: int
    keys: int
    rows: int
    table_at: int
    keys_at: int
    rows_at: int
    conditions_at: int
    head_at: int
    end_at: int

    def pack(self) -> bytes:
        """Return the header's bytes."""
        return HEADER.pack(MAGIC, *msgspec.structs.astuple(self))

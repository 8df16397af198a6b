"""Protocols of what the ledger needs from outside: storage, files, keys, HTTP; `store` and the tests implement them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from evenhand.model.log import SealedField, StoredCheckpoint, StoredEntry


class Storage(Protocol):
    """The tables of a ledger: the one truth. A method that writes returns when its rows are durable.

    Called from the writer's thread and from that of its publisher. Each raises `StorageFailed` where the disk
    fails; then nothing of that call is kept.
    """

    @property
    def where(self) -> str:
        """Return what messages call the tables: their file in the ledger's folder, or their server."""
        ...

    def name(self) -> tuple[str, str]:
        """Return origin and vkey of the log that the tables belong to."""
        ...

    def leaves(self, start: int = 0) -> Iterator[tuple[int, bytes, bytes]]:
        """Yield seq, leaf and leaf hash from `start` in order of seq, payloads unread."""
        ...

    def entries(self, start: int = 0) -> Iterator[StoredEntry]:
        """Yield whole rows from `start` in order of seq; body and salt are None where they are gone."""
        ...

    def last_leaves(self) -> Iterator[tuple[int, bytes]]:
        """Yield seq and leaf from the last backward."""
        ...

    def entry(self, seq: int) -> StoredEntry | None:
        """Return one whole row."""
        ...

    def known(self, keys: Sequence[str]) -> Mapping[str, tuple[int, bytes]]:
        """Return seq and leaf hash of those idempotency keys whose record is there, its payload too."""
        ...

    def append(self, entries: Sequence[StoredEntry]) -> None:
        """Add rows with the next seqs, and erase what they say, all or nothing of it."""
        ...

    def sealed(self, start: int = 0) -> Iterator[tuple[int, SealedField]]:
        """Yield every sealed value of the entries from `start`, in order of seq and path."""
        ...

    def subject_keys(self, subjects: Collection[str]) -> Mapping[str, bytes]:
        """Return the keys of those subjects that have one."""
        ...

    def add_subject_keys(self, keys: Mapping[str, bytes]) -> None:
        """Keep the keys of subjects that have none."""
        ...

    def of_subject(self, subject: str) -> Sequence[int]:
        """Return which entries have a payload about `subject`."""
        ...

    def purge(self) -> None:
        """Return when nothing of deleted rows is left in any file."""
        ...

    def settle(self) -> None:
        """Do what tables need done from time to time; appends go on meanwhile."""
        ...

    def checkpoints(self, start: int = 0) -> Iterator[StoredCheckpoint]:
        """Yield every checkpoint from size `start` on, in order of size."""
        ...

    def add_checkpoint(self, checkpoint: StoredCheckpoint, after: int | None = None) -> None:
        """Keep a checkpoint, if the last one there is of size `after` (None: there is none).

        Raises:
            HistoryConflict: it is not, so another process wrote; the checkpoint must not be signed.
        """
        ...

    def add_note(self, size: int, note: str) -> None:
        """Keep the signed note beside its checkpoint."""
        ...

    def cosigned_sizes(self) -> Mapping[str, int]:
        """Return the size of the largest checkpoint that each witness cosigned, by the label of its key."""
        ...

    def cosignatures(self, size: int) -> Mapping[str, str]:
        """Return the witnesses' lines below the checkpoint of `size`, by the label of their keys."""
        ...

    def add_cosignature(self, size: int, witness: str, line: str) -> None:
        """Keep a witness's line; a later one of the same witness for the same checkpoint takes its place."""
        ...

    def damage(self) -> Iterator[str]:
        """Yield what is structurally wrong with the tables, one line each; nothing if they are sound."""
        ...


class Files(Protocol):
    """The public folder: tiles and checkpoint, by path below it. They can be rebuilt from `Storage`."""

    def get(self, path: str) -> bytes | None:
        """Return a file's bytes, None where there is no such file."""
        ...

    def put(self, path: str, data: bytes) -> None:
        """Write a file whole or not at all; durable only after `sync`."""
        ...

    def mend(self, path: str, found: bytes | None, data: bytes) -> None:
        """Put `data` where a published file is lost (`found` is None) or was changed; what was found is kept."""
        ...

    def sync(self) -> None:
        """Return when everything put so far is durable."""
        ...

    def swap_checkpoint(self, old: bytes | None, new: bytes) -> None:
        """Put `new`, durably, where `old` is now.

        Raises:
            HistoryConflict: something else than `old` is there.
        """
        ...

    def clear(self) -> None:
        """Remove temporary files that a dead process left."""
        ...


class Verifier(Protocol):
    """Ed25519 (RFC 8032), as `store` provides it."""

    def verify(self, public: bytes, signature: bytes, message: bytes) -> bool:
        """Tell whether `signature` (64 bytes) is that of `message` under `public` (32 bytes)."""
        ...


class Signer(Verifier, Protocol):
    """The log's own key."""

    @property
    def vkey(self) -> str:
        """Return the public half as text."""
        ...

    @property
    def also(self) -> "Sequence[Signer]":
        """Return the keys that sign beside this one, none but for a time after a rotation."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of `message`."""
        ...


class HttpResponse(NamedTuple):
    """The response of an HTTP server: status, media type without parameters, and body."""

    status: int
    media_type: str
    body: bytes


class HttpPost(Protocol):
    """One POST to a witness, sent by the interface above. Called from several threads at once."""

    def __call__(self, url: str, body: bytes, timeout_s: float) -> HttpResponse:
        """Return the answer to a POST; redirects are answers too.

        Raises:
            OSError: no whole answer within `timeout_s`.
        """
        ...

"""Checkpoints: signed notes that say how large a log is and what its root is (C2SP tlog-checkpoint 1.0.0)."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from evenhand.ledger.encodings import read_hash, read_number, to_base64
from evenhand.ledger.protocols import Signer, Verifier
from evenhand.ledger.signed_notes import open_note, sign_note
from evenhand.ledger.tree import EMPTY_ROOT
from evenhand.model.errors import HistoryConflict, NotVerified
from evenhand.model.log import Checkpoint, SeenCheckpoint
from evenhand.model.verifier_key import COSIGNATURE, VerifierKey

CHECKPOINT = "checkpoint"


def sign_checkpoint(origin: str, size: int, root: bytes, signer: Signer) -> Checkpoint:
    """Return the signed checkpoint of a log."""
    note = sign_note(f"{origin}\n{size}\n{to_base64(root)}\n", signer)
    return Checkpoint(origin=origin, size=size, root=root, note=note)


def open_checkpoint(note: bytes, keys: Sequence[VerifierKey], verifier: Verifier) -> Checkpoint:
    """Return what a checkpoint says, if a key among `keys` that bears the origin's name signed it.

    Raises:
        NotVerified: signature, origin or syntax does not hold.
    """
    text, signed = open_note(note, keys, verifier)
    origin, size, root = parse_checkpoint(text)
    names = [key.name for key in signed if key.kind != COSIGNATURE]
    if origin not in names:
        raise NotVerified("checkpoint of another log", got=origin, expected=" or ".join(names) or "a log's signature")
    return Checkpoint(origin=origin, size=size, root=root, note=note.decode())


def parse_checkpoint(text: str) -> tuple[str, int, bytes]:
    """Return origin, size and root of a checkpoint's text; extension lines are allowed and not read."""
    lines = text[:-1].split("\n")
    if len(lines) < 3 or "" in lines:
        raise NotVerified("not a checkpoint", got=text, expected="three or more lines, none empty")
    size, root = read_number(lines[1]), read_hash(lines[2])
    if size == 0 and root != EMPTY_ROOT:
        raise NotVerified("not the root of an empty log", got=lines[2])
    return lines[0], size, root


GO_ON = (
    "put back the newest copy of the ledger; if it is lost, the page back-up of the documentation says how to go on "
    "(A ledger older than its checkpoints)"
)


def check_seen_checkpoints(seen: Iterable[SeenCheckpoint], size: int, root_of: Callable[[int], bytes]) -> None:
    """Raise if a ledger of `size` entries does not continue every checkpoint that was seen; `root_of` is its tree's.

    Raises:
        HistoryConflict: the ledger is older than such a checkpoint, or has another root at its size.
    """
    for what, checkpoint in seen_checkpoint_problems(seen, size, root_of):
        raise HistoryConflict(what, where=checkpoint.where, todo=GO_ON)


def seen_checkpoint_problems(
    seen: Iterable[SeenCheckpoint], size: int, root_of: Callable[[int], bytes]
) -> Iterator[tuple[str, SeenCheckpoint]]:
    """Yield each seen checkpoint that a ledger of `size` entries does not continue, and why; the largest first."""
    for checkpoint in sorted(seen, key=lambda known: -known.size):
        if checkpoint.size > size:
            yield (
                f"made at the checkpoint of size {checkpoint.size}, but the ledger is older and has {size} entries",
                checkpoint,
            )
        elif checkpoint.root != root_of(checkpoint.size):
            yield (
                f"made at another checkpoint of size {checkpoint.size} than the ledger's: two histories were signed",
                checkpoint,
            )

"""Checking that a log's key signed a register, or its head; the one part of the service that needs `cryptography`.

It is loaded only for a service that was given a key: without one the service carries the gate and nothing else.
"""

from collections.abc import Callable, Sequence

from evenhand.ledger.checkpoint import open_checkpoint
from evenhand.ledger.signed_notes import open_note, read_vkey
from evenhand.model.errors import BadInput

try:
    from evenhand.store.keys import Ed25519Verifier
except ImportError as error:
    raise BadInput(
        "a log's key cannot be checked without the package `cryptography`",
        where="--vkey",
        todo="install requirements/gate-signed.txt",
    ) from error


def note_check(vkeys: Sequence[str]) -> Callable[[str], None]:
    """Return what raises `NotVerified` for a checkpoint that none of these keys signed under its origin's name.

    Raises:
        BadInput: a text is no verifier key.
    """
    keys, verifier = [read_vkey(vkey) for vkey in vkeys], Ed25519Verifier()

    def check(note: str) -> None:
        open_checkpoint(note.encode(), keys, verifier)

    return check


def text_check(vkeys: Sequence[str]) -> Callable[[bytes], str]:
    """Return what gives the text of a signed note, and raises `NotVerified` where none of these keys signed it.

    Raises:
        BadInput: a text is no verifier key.
    """
    keys, verifier = [read_vkey(vkey) for vkey in vkeys], Ed25519Verifier()
    return lambda note: open_note(note, keys, verifier).text

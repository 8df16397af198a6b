"""Letters as a run wrote them, for people to read."""

from datetime import date
from pathlib import Path

import msgspec

from evenhand.model.party_case import LetterShown
from evenhand.model.statement import StatementOfReasons
from evenhand.store.network import Network
from evenhand.workflows.delivery.letter_files import WAITING


def letter_shown(network: Network, letter_id: str) -> LetterShown:
    """Return a letter by the id that the ledger has of it, with the text that `out/reasons` has.

    INVARIANT: the id is one that a record holds, never a text that somebody sent: it names a file.
    """
    folder = network.out / "reasons"
    try:
        return LetterShown(id=letter_id, text=(folder / f"{letter_id}.txt").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return LetterShown(id=letter_id, waits_until=_waits_until(folder / f"{letter_id}{WAITING}"))


def _waits_until(path: Path) -> date | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=StatementOfReasons).waits_until
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None

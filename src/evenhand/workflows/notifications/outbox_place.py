"""Where the outbox of a network's events is, and how it is opened."""

from pathlib import Path

from evenhand.store.event_outbox import EventOutbox

WAIT_S = 10.0
_FOLDER = "notifications"


def outbox_path(folder: Path) -> Path:
    """Return the file of the outbox of the network in `folder`; it need not be there."""
    return folder / _FOLDER / "outbox.sqlite"


def lock_path(folder: Path) -> Path:
    """Return the file that who delivers holds, so that two processes do not send the same."""
    return folder / _FOLDER / "delivery.lock"


def open_outbox(folder: Path, origin: str) -> EventOutbox:
    """Return the outbox of the network in `folder` for the log `origin`, made if it is not there.

    Raises:
        BadInput: it is another log's.
        LedgerBusy: another process holds it.
        StorageFailed: it cannot be used.
    """
    return EventOutbox(outbox_path(folder), origin, wait_s=WAIT_S)

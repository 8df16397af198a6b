"""What `/readyz` says: which register is served, how old it is, and why the file on disk is another."""

from datetime import datetime

import msgspec

from evenhand.gate import Gate
from evenhand.web.gate.register_source import Behind


class Served(msgspec.Struct, frozen=True):
    """The register in use; `root` is base64, as in its checkpoint, `made_at` its file's time if its head has none."""

    origin: str
    tree_size: int
    root: str
    made_at: datetime
    fresh_until: datetime
    age_s: int
    stale: bool


class NotTaken(msgspec.Struct, frozen=True):
    """The file on disk that is not served: why, since when, and how often it was tried."""

    why: str
    since: datetime
    tries: int


class Readiness(msgspec.Struct, frozen=True):
    """Whether there is a register to answer from; `refused` is null while the file on disk is the one served."""

    status: str
    register: Served
    refused: NotTaken | None


class Unready(msgspec.Struct, frozen=True):
    """Why there is none."""

    error: str
    refused: NotTaken | None


def served_at(gate: Gate | None, made_at: datetime, at: datetime) -> Served | None:
    """Return what is served at an instant, None if nothing is; `made_at` is when its register was made."""
    if gate is None:
        return None
    opened = gate.opened
    log, fresh_until = opened.log, opened.fresh_until
    age_s = int((at - made_at).total_seconds())
    return Served(log.origin, log.size, log.root, made_at, fresh_until, age_s, at >= fresh_until)


def not_taken(behind: Behind | None) -> NotTaken | None:
    """Return the file on disk that is not served, None if it is."""
    return None if behind is None else NotTaken(behind.why, behind.since.replace(microsecond=0), behind.tries)

"""Problems of a network, and how to fix each."""

from typing import Literal

from evenhand.model.record import Record

Area = Literal["settings", "lists", "tables", "rulebook", "ledger", "register", "clock", "disk", "versions"]


class Advice(Record, frozen=True):
    """One finding: `what` is wrong in one sentence, `todo` the command or edit that fixes it.

    An `error` stops a run or the gate, or puts the record in doubt; a `warning` should be looked at.
    """

    level: Literal["error", "warning"]
    area: Area
    what: str
    todo: str

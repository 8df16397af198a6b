"""Codes of the gate, what each costs a bid, and which of several is reported (`gate.md` §5)."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from evenhand.model.outcome import Outcome

NOTE: Final = 0
HOLD: Final = Outcome.HOLD.severity
REFUSE: Final = Outcome.REFUSE.severity
UNKNOWN_ID: Final = "advertiser-unknown"
"""The code of a question that names an id which is not on file; no bid has it."""
_CHOICES: Final = {"allow": NOTE, "note": NOTE, "hold": HOLD, "refuse": REFUSE}

# Loss reason and seat-non-bid status of each code, in the order in which equal effects are reported. Below 500: OpenRTB
# 2.6, lists "Loss Reason Codes" and "Seat Non-Bid Status Codes" of AdCOM 1.0; from 501 on our own.
REPORTED: Final = {
    "seat-blocked": (104, 300),
    "advertiser-blocked": (202, 356),
    "bundle-blocked": (215, 356),
    "behalf-blocked": (202, 356),
    "paid-blocked": (202, 356),
    "dchain-blocked": (202, 356),
    "adomain-malformed": (6, 350),
    "adomain-missing": (10, 350),
    "adomain-unknown": (201, 350),
    "bid-malformed": (3, 300),
    "dsa-missing": (501, 350),
    "dsa-behalf-missing": (502, 350),
    "dsa-paid-missing": (503, 350),
    "dsa-behalf-length": (504, 350),
    "dsa-paid-length": (505, 350),
    "dsa-neither-renders": (506, 350),
    "dsa-both-render": (507, 350),
    "behalf-mismatch": (508, 350),
    "paid-mismatch": (509, 350),
    "adomain-conflict": (510, 350),
    "seat-mismatch": (511, 350),
    "dchain-conflict": (512, 350),
    "group-incomplete": (513, 350),
    "dchain-invalid": (0, 0),
    "name-ambiguous": (0, 0),
}
_HELD: Final = (201, 350)  # "pending processing"
_RANK: Final = {code: rank for rank, code in enumerate(REPORTED)}


class Effect(NamedTuple):
    """A code, how severe it is (0 a note, 3 hold, 4 refuse), and the row it comes from, if it comes from one."""

    code: str
    severity: int
    ref: int | None = None


def chosen(code: str, choice: Literal["allow", "note", "hold", "refuse"]) -> Effect:
    """Return the effect that the operator chose for a code."""
    return Effect(code, _CHOICES[choice])


def codes_of(effects: Sequence[Effect]) -> tuple[str, ...]:
    """Return the codes, each once, in the order of the table."""
    return tuple(sorted({effect.code for effect in effects}, key=_RANK.__getitem__))


def deciding(effects: Sequence[Effect]) -> Effect | None:
    """Return the strictest effect, of equal ones the first of the table; None where none blocks."""
    blocking = [effect for effect in effects if effect.severity >= HOLD]
    return min(blocking, key=lambda effect: (-effect.severity, _RANK[effect.code]), default=None)


def reported(effect: Effect) -> tuple[int, int]:
    """Return loss reason and seat-non-bid status of a deciding effect; every hold is "pending processing"."""
    return REPORTED[effect.code] if effect.severity >= REFUSE else _HELD

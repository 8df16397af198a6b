"""Was a decision right? The states, clocks and rules of a complaint; no input, no output."""

from evenhand.appeals.admissibility import admissibility
from evenhand.appeals.answers import answer_problems
from evenhand.appeals.folding import apply, fold
from evenhand.appeals.four_eyes import four_eyes, needs_confirmation
from evenhand.appeals.transitions import check_event

__all__ = [
    "admissibility",
    "answer_problems",
    "apply",
    "check_event",
    "fold",
    "four_eyes",
    "needs_confirmation",
]

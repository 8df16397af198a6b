"""Records and errors that packages hand to each other; no input, no output."""

from evenhand.model.errors import EvenhandError
from evenhand.model.outcome import Outcome
from evenhand.model.record import Record, canonical

__all__ = ["EvenhandError", "Outcome", "Record", "canonical"]

"""A case before an out-of-court body, as events of the complaint that it is about."""

from datetime import date
from typing import Literal

from evenhand.model.record import Record


class ExternalOpenBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="external_open"):
    """An out-of-court body has the case: since the day on which the complaint there was complete."""

    body: str
    number: str
    complete_on: date
    due_on: date
    complex: bool = False


class ExternalCloseBody(Record, frozen=True, kw_only=True, tag_field="kind", tag="external_close"):
    """What the out-of-court body said, and whether the network followed it."""

    number: str
    outcome: Literal["upheld", "varied", "reversed", "withdrawn", "no_answer"]
    closed_on: date
    followed: bool | None = None
    words: str = ""

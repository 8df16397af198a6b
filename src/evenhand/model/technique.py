"""DISARM techniques that people set on a community: which stand, by whom and since when; no program sets one."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from evenhand.model.errors import BadInput
from evenhand.model.record import Record
from evenhand.model.task import TaskEvent

TechniqueActs = tuple[Sequence[str], Sequence[str]]
"""The techniques to set, and those to take back, as typed."""

_FORM: Final = re.compile(r"T[0-9]{4}(?:\.[0-9]{3})?")


class Technique(Record, frozen=True, kw_only=True):
    """A technique of the DISARM framework, set by a person."""

    id: str
    by: str
    at: datetime


class SetTechniques(Record, frozen=True, kw_only=True):
    """The techniques of a community, by id; `changed_at` is when a person last set one or took one back."""

    standing: tuple[Technique, ...] = ()
    changed_at: datetime | None = None


def checked_technique(text: str, option: str = "--technique") -> str:
    """Return the id of a technique, in upper case.

    >>> checked_technique(" t0049.002 ")
    'T0049.002'

    Raises:
        BadInput: it has not the form of one.
    """
    name = text.strip().upper()
    if _FORM.fullmatch(name) is None:
        raise BadInput(
            "no id of a DISARM technique", where=option, got=text, expected="T and four digits, such as T0049, or a"
            " part of one with a point and three more, such as T0049.002",
        )  # fmt: skip
    return name


def set_techniques(history: Iterable[TaskEvent]) -> SetTechniques:
    """Return which techniques stand after what people did with a task; the first who set one has set it.

    Those of an answer that waits for a second person stand once that person has confirmed it.
    """
    standing: dict[str, Technique] = {}
    changed_at, waiting = None, None
    for event in history:
        if event.kind == "object":
            waiting = None
        act = waiting if event.kind == "confirm" else event
        if event.kind == "answer":
            waiting, act = (event, None) if event.waits else (None, event)
        if act is None or not (act.techniques or act.removed_techniques):
            continue
        for name in act.techniques:
            standing.setdefault(name, Technique(id=name, by=act.by, at=act.at))
        for name in act.removed_techniques:
            standing.pop(name, None)
        changed_at = event.at
    return SetTechniques(standing=tuple(standing[name] for name in sorted(standing)), changed_at=changed_at)

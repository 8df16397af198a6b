"""The formats in which lists leave for systems that do not ask the gate, and the report that goes with each."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol

from evenhand.gate.blocking.block_lists import BlockLists
from evenhand.gate.blocking.coverage import Says
from evenhand.gate.blocking.csv_list import CSV
from evenhand.gate.blocking.drift import Listed
from evenhand.gate.blocking.gam import GAM
from evenhand.gate.blocking.prebid import GO, JAVA, JAVA_BEFORE_4, JS, JS_BEFORE_11_22
from evenhand.gate.blocking.traffic import Traffic
from evenhand.model.errors import BadInput
from evenhand.model.record import Record


class Format(Protocol):
    """One format: what it can say, how it is written, how a host's file is read."""

    @property
    def says(self) -> Says:
        """Return what the format can say."""
        ...

    def document(self, lists: BlockLists) -> dict[str, Any]:
        """Return the lists as plain values."""
        ...

    def text(self, lists: BlockLists) -> bytes:
        """Return the lists as the file that the host takes."""
        ...

    def due(self, lists: BlockLists) -> Listed:
        """Return what the host should have."""
        ...

    def read(self, data: bytes, where: Path) -> Listed:
        """Return what a host's file has."""
        ...


FORMATS: Final[dict[str, Format]] = {
    "prebid-go": GO, "prebid-java": JAVA, "prebid-js": JS, "gam": GAM, "csv": CSV,
}  # fmt: skip
"""The formats by name, for the newest versions of the programs that read them."""

_BEFORE: Final[dict[str, tuple[tuple[int, ...], Format]]] = {
    "prebid-java": ((4, 0), JAVA_BEFORE_4),
    "prebid-js": ((11, 22), JS_BEFORE_11_22),
}
_LONGEST = 10  # digits of a version's number
_PASSING = {"unknown": "allow", "missing": "allow", "malformed": "allow", "mismatch": "note"}


def format_of(name: str, version: str | None = None) -> Format:
    """Return a format by name, as the version of Prebid reads it that a host has; None is the newest.

    >>> format_of("prebid-java", "3.27") is FORMATS["prebid-java"]
    False

    Raises:
        BadInput: an unknown format, no version, or a version of a format that reads alike in all.
    """
    if name not in FORMATS:
        raise BadInput("unknown format", where="--format", got=name, expected=", ".join(FORMATS))
    if version is None:
        return FORMATS[name]
    if name not in _BEFORE:
        raise BadInput(f"{name} has no versions", where="--prebid-version", got=version, todo="leave the option out")
    numbers = version.removeprefix("v").split(".")
    if not all(number.isascii() and number.isdecimal() and len(number) < _LONGEST for number in numbers):
        raise BadInput("invalid version", where="--prebid-version", got=version, expected="numbers and dots, as 11.20")
    bound, older = _BEFORE[name]
    return older if (*map(int, numbers), 0) < bound else FORMATS[name]


class Report(Record, frozen=True, kw_only=True):
    """What a list covers, and what it cannot say.

    `rows` are refused or held outright at `at`, `covered` those of them with a key on the list, `entries` the list's
    values. `not_expressed` counts the rows of which it cannot say something, by what that is; `choices` are the
    operator's that it cannot follow. `above_allowed` are domains on it below which an allowed party has its own.
    `renew_before`: the next decision begins or ends then. `observed` is null where no traffic was handed in.
    """

    checkpoint: str
    at: datetime
    stale: bool
    rows: int
    covered: int
    entries: int
    not_expressed: dict[str, int]
    choices: tuple[str, ...]
    above_allowed: tuple[str, ...]
    renew_before: datetime | None
    observed: Traffic | None
    notes: tuple[str, ...]


def report_on(lists: BlockLists, form: Format) -> Report:
    """Return what some lists cover in a format."""
    policy, entries = lists.policy, len(form.due(lists).values)
    chosen = {name: getattr(policy, name) for name in _PASSING}
    return Report(
        checkpoint=lists.checkpoint,
        at=lists.at,
        stale=lists.stale,
        rows=len(lists.coverage.rows),
        covered=lists.coverage.covered(form.says),
        entries=entries,
        not_expressed=lists.coverage.lacking(form.says),
        choices=tuple(
            f"{name}: {choice}" for name, choice in chosen.items()
            if choice != _PASSING[name] and name not in form.says.choices
        ),
        above_allowed=lists.above,
        renew_before=lists.renew_before,
        observed=lists.observed,
        notes=(*_too_many(entries, form.says.most), *form.says.notes),
    )  # fmt: skip


def _too_many(entries: int, most: int | None) -> tuple[str, ...]:
    if most is None or entries <= most:
        return ()
    return (f"the host takes {most:,} entries in one list, these are {entries:,}: make a list of each {most:,} lines",)

"""A register as the gate asks it, and its plain form in memory: what the mapped file is held to."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from evenhand.gate.conditions.programs import only_political
from evenhand.gate.registers.row_keys import SHARED, check_conditions, checked_keys, double_key
from evenhand.gate.registers.row_references import PLACE_SHIFT, RowContent, flags_of, row_content
from evenhand.model.hosts import Suffixes
from evenhand.model.register import RegisterHead, RegisterRow


class Register(Protocol):
    """Decisions in force by key. A reference is a whole number (`row_references.py`); equal ones are of the same row.

    `keys` counts keys, `rows` rows.
    """

    head: RegisterHead
    keys: int
    rows: int

    def find(self, kind: bytes, text: str) -> tuple[int, ...]:
        """Return references to the rows that a key leads to, in the order of the rows; () if none does."""
        ...

    def row(self, ref: int) -> RowContent:
        """Return the row of a reference that this register gave."""
        ...

    def entries(self) -> Iterator[tuple[bytes, str, tuple[int, ...]]]:
        """Yield every key once with what it leads to, in any order."""
        ...


class PlainRegister:
    """The plain form, held in memory; fits `Register`.

    Raises:
        RegisterInvalid: a row breaks a rule of `gate.md` §4; names file, row and key.
    """

    def __init__(
        self, head: RegisterHead, rows: Iterable[RegisterRow], where: Path, suffixes: Suffixes | None = None
    ) -> None:
        self.head = head
        self._rows: list[RowContent] = []
        self._refs: dict[tuple[bytes, str], tuple[int, ...]] = {}
        for row in rows:
            self._add(row, where, suffixes)
        self.keys, self.rows = len(self._refs), len(self._rows)

    def find(self, kind: bytes, text: str) -> tuple[int, ...]:
        """Return references to the rows that a key leads to, in the order of the rows; () if none does."""
        return self._refs.get((kind, text), ())

    def row(self, ref: int) -> RowContent:
        """Return the row of a reference that this register gave."""
        return self._rows[ref >> PLACE_SHIFT]

    def entries(self) -> Iterator[tuple[bytes, str, tuple[int, ...]]]:
        """Yield every key once with what it leads to, in the order it was first named."""
        for (kind, text), refs in self._refs.items():
            yield kind, text, refs

    def _add(self, row: RegisterRow, where: Path, suffixes: Suffixes | None) -> None:
        check_conditions(row, where)
        ref = len(self._rows) << PLACE_SHIFT | flags_of(row, only_political=only_political(row.when or ()))
        self._rows.append(row_content(row))
        for kind, text in checked_keys(row, where, suffixes):
            others = self._refs.get((kind, text), ())
            if others and kind not in SHARED:
                raise double_key(row, where, kind, text, self._named(others[0]))
            self._refs[kind, text] = (*others, ref)

    def _named(self, ref: int) -> str:
        row = self.row(ref)
        return f"{row.kind} {row.id}"

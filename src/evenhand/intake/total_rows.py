"""Rows of sums at the foot of a table: `Summe`, `Total`, `Итого`. They are no party, and they are listed.

A company may be called Total, so a word alone decides nothing: see `RowsAboveTotals`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from evenhand.intake.columns import NAMES, REQUIRED
from evenhand.intake.values.notations import amount_readings
from evenhand.model.text_matching import plain
from evenhand.store.tables import Line, Table

_WRITTEN = (
    "total", "totals", "grand total", "sum", "sums", "average", "Summe", "Summen", "Gesamt", "Gesamtsumme",
    "Gesamtbetrag", "Gesamtergebnis", "insgesamt", "Endsumme", "Anzahl", "Durchschnitt", "somme", "total général",
    "totaux", "moyenne", "suma", "sumas", "total general", "promedio", "totale", "totali", "totale generale", "somma",
    "razem", "łącznie", "ogółem", "suma końcowa", "średnia", "итого", "всего", "сумма", "общий итог", "итог", "среднее",
)  # fmt: skip
_WORDS = frozenset(map(plain, _WRITTEN))
_FIRST_LETTERS = frozenset(form[:3] for word in _WRITTEN for form in (word.casefold(), plain(word)))
_LONGEST = 40
_UNIT = re.compile(r"\s*[(\[]?(?:EUR|USD|GBP|CHF|PLN|RUB|€|£|\$|zł|₽)[)\]]?\s*:?\s*$", re.IGNORECASE)
_NEAR = Decimal("0.01")  # sums that a spreadsheet rounds


class RowsAboveTotals:
    """The rows of a table without the rows of sums at its foot; these are `totals` when all rows were read.

    A row of sums is among the last rows with a value, its first text is a word such as `Summe`, it has no id or no
    name, and all its other cells are numbers. Where the word stands under the name, which a client without an id
    could have, one number must be the sum of its column above, and not nought.
    """

    def __init__(self, name: str, table: Table, places: Mapping[str, int]) -> None:
        self._name, self._table, self._places = name, table, places
        self.totals: list[Line] = []

    def __iter__(self) -> Iterator[Line]:
        """Yield the rows in order, those that may be sums when it is known whether another row follows."""
        held: list[Line] = []
        for line in self._table.lines:
            if _word_at(line) is not None or not any(map(str.strip, line.cells)):
                held.append(line)
                continue
            yield from held
            held.clear()
            yield line
        first = next((line.number for line in held if _word_at(line) is not None), 0)
        for line in held:
            if self._is_total(line, first):
                self.totals.append(line)
            else:
                yield line

    @property
    def notes(self) -> Iterator[str]:
        """Yield what is said of each row of sums."""
        for line in self.totals:
            word = line.cells[_word_at(line) or 0].strip()
            yield f"Line {line.number} is a row of sums (`{word}`), no client, and is not read"

    def _is_total(self, line: Line, first: int) -> bool:
        at = _word_at(line)
        if at is None or not self._lacks_id_or_name(line, at):
            return False
        others = [place for place, text in enumerate(line.cells) if place != at and text.strip()]
        numbers = [place for place in others if amount_readings(line.cells[place])]
        if at not in self._named_at and numbers and numbers == others:
            return True
        return self._is_a_sum(line, numbers, first)

    def _lacks_id_or_name(self, line: Line, at: int) -> bool:
        """Return whether a row has no id, or no name or other value that its table requires."""
        if self._name == NAMES and at in self._named_at:
            return "id" not in self._places or not line.cells[self._places["id"]].strip()
        required = ([self._places[each]] for each in REQUIRED[self._name] if each in self._places and each != "name")
        return any(
            not any(line.cells[place].strip() for place in places)
            for places in (*required, self._named_at) if places
        )  # fmt: skip

    @property
    def _named_at(self) -> list[int]:
        """Return where a name may stand; a person's last name is one."""
        return [self._places[each] for each in ("name", "last_name") if each in self._places]

    def _is_a_sum(self, line: Line, numbers: Sequence[int], first: int) -> bool:
        """Return whether a number of a row is the sum of the rows above `first`, by a decimal comma or point."""
        sums: dict[tuple[int, str], Decimal] = {}
        for above in self._table.again() if numbers else ():
            if above.number >= first:
                break
            for place in () if above.problem else numbers:
                for mark, amount in amount_readings(above.cells[place]).items():
                    sums[place, mark] = sums.get((place, mark), Decimal()) + amount
        return any(
            amount and (place, mark) in sums and abs(sums[place, mark] - amount) <= _NEAR
            for place in numbers
            for mark, amount in amount_readings(line.cells[place]).items()
        )


def _word_at(line: Line) -> int | None:
    """Return where a word for a sum stands, if it is the first text of a row and the row is whole."""
    if line.problem:
        return None
    for place, cell in enumerate(line.cells):
        text = cell.strip()
        if text and not text.isdigit() and not amount_readings(text):
            may_be = len(text) <= _LONGEST and text[:3].casefold() in _FIRST_LETTERS  # first the cheap question
            return place if may_be and plain(_UNIT.sub("", text)) in _WORDS else None
    return None

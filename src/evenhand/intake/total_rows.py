"""Rows of sums at the foot of a table: `Summe`, `Total`, `Итого`. They are no party, and they are listed.

A company may be called Total, so a word alone decides nothing: see `RowsAboveTotals`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from evenhand.intake.columns import NAMES, REQUIRED
from evenhand.intake.headed_table import is_heading
from evenhand.intake.values.notations import amount_readings
from evenhand.model.text_matching import plain
from evenhand.store.table_rows import batches
from evenhand.store.tables import Line, Table

_WRITTEN = (
    "total", "totals", "grand total", "sum", "sums", "average", "Summe", "Summen", "Gesamt", "Gesamtsumme",
    "Gesamtbetrag", "Gesamtergebnis", "insgesamt", "Endsumme", "Anzahl", "Durchschnitt", "somme", "total général",
    "totaux", "moyenne", "suma", "sumas", "total general", "promedio", "totale", "totali", "totale generale", "somma",
    "totale complessivo", "razem", "łącznie", "ogółem", "suma końcowa", "suma całkowita", "średnia", "итого", "всего",
    "сумма", "общий итог", "итог", "среднее", "total geral", "soma", "média", "toplam", "genel toplam", "ortalama",
)  # fmt: skip
_WORDS = frozenset(map(plain, _WRITTEN))
_FIRST_LETTERS = frozenset(form[:3] for word in _WRITTEN for form in (word.casefold(), plain(word)))
_LONGEST = 40
_MOST_LINES = 5  # in one sentence
_UNIT = re.compile(r"\s*[(\[]?(?:EUR|USD|GBP|CHF|PLN|RUB|BRL|R\$|TRY|TL|€|£|\$|zł|₽)[)\]]?\s*:?\s*$", re.IGNORECASE)
_NEAR = Decimal("0.01")  # sums that a spreadsheet rounds


class RowsAboveTotals:
    """The rows of a table without the rows of sums at its foot; these are `totals` when all rows were read.

    Rows that repeat the headings are left out as well, as `headings`.

    A row of sums is among the last rows with more than a remark, its first text is a word such as `Summe`, it has no
    id or no name, and all its other cells are numbers. Where the word stands under the name, which a client without an
    id could have, one number must be the sum of its column above, and not nought. Where one column is id and name,
    every other cell must be a number, and two rows above must add up. `doubtful` are rows that are read as clients
    although they could be sums.
    """

    def __init__(self, name: str, table: Table, places: Mapping[str, int]) -> None:
        self._name, self._table, self._places = name, table, places
        self.totals: list[Line] = []
        self.doubtful: list[Line] = []
        self.headings: list[Line] = []

    def __iter__(self) -> Iterator[Line]:
        """Yield the rows in order, those that may be sums when it is known whether another row follows."""
        held: list[Line] = []
        for batch in batches(self._table.lines):
            several = [line for line in batch if not is_heading(line, self._table.header)]
            self.headings += [] if len(several) == len(batch) else (line for line in batch if line not in several)
            others = (at for at in range(len(several), 0, -1) if _is_no_sum(several[at - 1]))
            if last := next(others, 0):  # what follows it tells, however many rows are above
                yield from held
                yield from several[:last]
                held.clear()
            for line in several[last:]:
                if _word_at(line) is not None or len(_filled(line)) <= (1 if held else 0):
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
                if self._could_be_total(line):
                    self.doubtful.append(line)
                yield line

    @property
    def width(self) -> int:
        """Return how many columns the table has."""
        return len(self._table.header)

    @property
    def notes(self) -> Iterator[str]:
        """Yield what is said of each row of sums, of each that could be one, and of repeated headings."""
        if self.headings:
            numbers = ", ".join(str(line.number) for line in self.headings[:_MOST_LINES])
            more = f" and {len(self.headings) - _MOST_LINES:,} more" if len(self.headings) > _MOST_LINES else ""
            is_one = len(self.headings) == 1
            where = f"line {numbers}: it is" if is_one else f"lines {numbers}{more}: they are"
            yield f"The headings are repeated in {where} not read"
        for line in self.totals:
            yield f"Line {line.number} is a row of sums (`{_word_of(line)}`), no client, and is not read"
        for line in self.doubtful:
            yield (
                f"Line {line.number} (`{_word_of(line)}`) may be a row of sums and is read as a client; delete"
                " the row if it is no client"
            )

    def _is_total(self, line: Line, first: int) -> bool:
        at = _word_at(line)
        if at is None:
            return False
        others = [place for place in _filled(line) if place != at]
        numbers = [place for place in others if amount_readings(line.cells[place])]
        if at in self._named_at and self._id_is_name:
            return numbers == others and self._is_a_sum(line, numbers, first, least=2)
        if not self._lacks_id_or_name(line, at):
            return False
        if at not in self._named_at and numbers and numbers == others:
            return True
        return self._is_a_sum(line, numbers, first)

    def _could_be_total(self, line: Line) -> bool:
        """Return whether a row that counts as a client has nothing but numbers beside its id and name, if anything."""
        at = _word_at(line)
        if at is None:
            return False
        own = {at, *self._named_at, self._places.get("id", at)}
        others = [place for place in _filled(line) if place not in own]
        return all(amount_readings(line.cells[place]) for place in others)

    @property
    def _id_is_name(self) -> bool:
        """Return whether one column is both, as where a table of clients has no numbers of them."""
        return self._places.get("id") in self._named_at

    def _lacks_id_or_name(self, line: Line, at: int) -> bool:
        """Return whether a row has no id, or no name or other value that its table requires; a number is no name."""
        if self._name == NAMES and at in self._named_at:
            return "id" not in self._places or not line.cells[self._places["id"]].strip()
        required = ([self._places[each]] for each in REQUIRED[self._name] if each in self._places and each != "name")
        return any(
            not any(line.cells[place].strip() for place in places)
            for places in (*required, self._named_at) if places
        ) or (at not in self._named_at and _are_numbers(line, self._named_at))  # fmt: skip

    @property
    def _named_at(self) -> list[int]:
        """Return where a name may stand; a person's last name is one."""
        return [self._places[each] for each in ("name", "last_name") if each in self._places]

    def _is_a_sum(self, line: Line, numbers: Sequence[int], first: int, least: int = 1) -> bool:
        """Return whether a number of a row is the sum of the rows above `first`, by a decimal comma or point.

        At least `least` of these rows have a number that is not nought.
        """
        sums: dict[tuple[int, str], Decimal] = {}
        counts: Counter[tuple[int, str]] = Counter()
        for above in self._table.again() if numbers else ():
            if above.number >= first:
                break
            for place in () if above.problem else numbers:
                for mark, amount in amount_readings(above.cells[place]).items():
                    sums[place, mark] = sums.get((place, mark), Decimal()) + amount
                    counts[place, mark] += bool(amount)
        return any(
            amount and counts[place, mark] >= least and abs(sums[place, mark] - amount) <= _NEAR
            for place in numbers
            for mark, amount in amount_readings(line.cells[place]).items()
        )


def _filled(line: Line) -> list[int]:
    """Return the places of a row with a value."""
    return [place for place, text in enumerate(line.cells) if text.strip()]


def _are_numbers(line: Line, places: Sequence[int]) -> bool:
    """Return whether the cells of these places with a value are numbers, and one has one."""
    cells = [line.cells[place] for place in places if line.cells[place].strip()]
    return bool(cells) and all(map(amount_readings, cells))


def _word_of(line: Line) -> str:
    return line.cells[_word_at(line) or 0].strip()


def _is_no_sum(line: Line) -> bool:
    """Return whether a row, and all above it, are no sums at the foot of a table."""
    return len(_filled(line)) > 1 and _word_at(line) is None


def _word_at(line: Line) -> int | None:
    """Return where a word for a sum stands, if it is the first text of a row and the row is whole."""
    if line.problem:
        return None
    for place, cell in enumerate(line.cells):
        text = cell.strip()
        if text and not text.isdigit() and not amount_readings(text):
            may_be = len(text) <= _LONGEST and text[:3].casefold() in _FIRST_LETTERS  # first the cheap question
            return place if may_be and all(plain(_UNIT.sub("", each)) in _WORDS for each in text.split("/")) else None
    return None

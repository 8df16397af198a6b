"""Where a table of a network is and how it is to be read, as the settings say."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evenhand.intake.headings import count_known
from evenhand.intake.values.notations import DayOrder, Decimals
from evenhand.model.errors import TableUnreadable
from evenhand.store.tables import Table, read_rows

_SHEET = ", sheet "


@dataclass(frozen=True)
class Source:
    """Where a table is, beside `folder`, and how it is read: mapping of columns, sheet, settings of notation."""

    folder: Path
    file: str
    name: str
    mapping: Mapping[str, str]
    sheet: str = ""
    dates: DayOrder = ""
    decimals: Decimals = ""

    @property
    def place(self) -> str:
        """Return the file, with its sheet where one is named: several tables may be in one workbook."""
        return f"{self.file}{_SHEET}{self.sheet}" if self.sheet else self.file

    def read(self) -> Table:
        """Return the rows of the table; errors name the file as the settings do.

        Raises:
            TableUnreadable: there is no such file, or it is no table.
        """
        with errors_of(self.file):
            return read_rows(self.folder / self.file, self.sheet, self.known)

    def known(self, cells: Sequence[str]) -> int:
        """Return how many cells of a row are headings of this table."""
        return count_known(self.name, self.mapping, cells)


def file_of(place: str) -> str:
    """Return the file of the place of a source.

    >>> file_of("../clients.xlsx, sheet Owners")
    '../clients.xlsx'
    """
    return place.partition(_SHEET)[0]


@contextmanager
def errors_of(file: str) -> Iterator[None]:
    """Name the file of an error as the settings do, `data/payers.csv`, and not by its last part alone.

    Raises:
        TableUnreadable: as it was raised within.
    """
    try:
        yield
    except TableUnreadable as error:
        raise TableUnreadable(
            error.what, where=file, line=error.line, column=error.column, got=error.got, expected=error.expected,
            todo=error.todo,
        ) from error  # fmt: skip

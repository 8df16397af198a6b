"""Options that say how somebody's own table is read; `init` and `screen` have them."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

from evenhand.model.errors import BadInput

if TYPE_CHECKING:
    from evenhand.intake.table_source import Source
    from evenhand.intake.values.notations import DayOrder


Column = Annotated[
    list[str] | None,
    typer.Option("--column", metavar="OURS=THEIRS", help="name=Firma; first_seen= reads none."),
]
Sheet = Annotated[str, typer.Option("--sheet", metavar="NAME", help="The sheet of a workbook.")]


def _day_order(text: str) -> str:
    if text not in ("", "dmy", "mdy"):
        raise BadInput(
            "unknown order of day and month", where="--dates", got=text,
            expected="dmy (03/04/2019 is 3 April) or mdy (it is 4 March)",
            todo="leave the option out for days that begin with the year, such as 2019-04-03",
        )  # fmt: skip
    return text


def _decimal_mark(text: str) -> str:
    if text not in ("", "comma", "point"):
        raise BadInput(
            "unknown decimal mark", where="--decimals", got=text,
            expected="comma (1,234 is a little more than 1) or point (it is more than a thousand)",
        )  # fmt: skip
    return text


Dates = Annotated[
    Literal["", "dmy", "mdy"],
    typer.Option("--dates", metavar="dmy|mdy", parser=_day_order, help="How to read 03/04/2019."),
]
Decimals = Annotated[
    Literal["", "comma", "point"],
    typer.Option("--decimals", metavar="comma|point", parser=_decimal_mark, help="How to read 1,234."),
]

MaxRefused = Annotated[
    str, typer.Option("--max-refused-share", metavar="SHARE", help="Rows that may be unreadable, of 1.")
]


Currency = Annotated[
    str, typer.Option("--currency", metavar="CODE", help="Of amounts that do not say another, such as PLN.")
]


class TableOptions(NamedTuple):
    """A table of names and what the command line says of it."""

    table: Path
    sheet: str = ""
    columns: tuple[str, ...] = ()
    dates: "DayOrder" = ""

    def source(self, network: Path | None) -> "Source":
        """Return how the table is read; with a network as its advertisers are, as far as the headings are there.

        Raises:
            BadInput: a mapping names no column of ours.
        """
        from evenhand.intake.columns import NAMES
        from evenhand.intake.names import names_source

        mapping = chosen_columns(self.columns, NAMES)
        source = names_source(self.table, mapping, self.sheet, self.dates)
        if network is None or mapping or self.table.suffix.lower() == ".txt":
            return source
        return _as_in(network, source)


def chosen_columns(given: tuple[str, ...], table: str) -> dict[str, str]:
    """Return the mapping that `--column ours=theirs` gives; `ours=` leaves a column unread.

    `ours` is a column or one of its usual headings: `website` are the `domains` of advertisers.

    Raises:
        BadInput: no equals sign, or no column of ours before it.
    """
    from evenhand.intake.headings import column_called, expected_columns

    found: dict[str, str] = {}
    for text in given:
        named, equals, theirs = text.partition("=")
        ours = column_called(table, named)
        if ours in found:
            raise BadInput(f"says {ours} twice", where="--column", got=text, expected=f"{ours}={found[ours]} alone")
        if not equals:
            raise BadInput(
                "is no mapping", where="--column", got=text, expected="ours=theirs, such as name=Firma",
                todo="`ours=` leaves a column unread",
            )  # fmt: skip
        if not ours:
            raise BadInput("unknown column", where="--column", got=named, expected=expected_columns(table, named))
        found[ours] = theirs
    return found


def _as_in(network: Path, source: "Source") -> "Source":
    from dataclasses import replace

    from evenhand.intake.columns import NAMES
    from evenhand.intake.headings import column_called, places_of
    from evenhand.store.network import read_network
    from evenhand.store.tables import read_rows

    settings = read_network(network).settings.intake
    known: Mapping[str, str] = {
        column_called(NAMES, ours): theirs for ours, theirs in settings.columns.get("advertisers", {}).items()
    }
    source = replace(source, mapping=known, dates=source.dates or settings.dates)
    header = read_rows(source.folder / source.file, source.sheet, source.known).header
    mapping = {
        ours: theirs for ours, theirs in known.items() if ours and (not theirs or places_of(NAMES, theirs, header))
    }
    return replace(source, mapping=mapping)

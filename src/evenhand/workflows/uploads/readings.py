"""How a file that somebody hands in is read: as the table is today, as far as that fits a file of its kind."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from evenhand.intake.headings import column_called
from evenhand.model.errors import TableUnreadable
from evenhand.model.network import IntakeSection
from evenhand.model.text_matching import plain
from evenhand.model.upload import Reading
from evenhand.store.network import Network
from evenhand.store.workbook_parts import sheet_names

_CALLED: Final[Mapping[str, tuple[str, ...]]] = {
    "advertisers": (
        "advertiser", "clients", "customers", "accounts", "Kunden", "Werbekunden", "Werbetreibende",
        "clientes", "anunciantes", "clienti", "inserzionisti", "klienci", "reklamodawcy", "клиенты", "рекламодатели",
    ),
    "payers": (
        "payer", "Zahler", "Rechnungsempfänger", "payeurs", "pagadores", "pagatori", "płatnicy", "плательщики",
    ),
    "ownership": ("owners", "holdings", "Eigentümer", "Beteiligungen", "actionnaires", "właściciele", "владельцы"),
    "campaigns": (
        "campaign", "orders", "Kampagnen", "Aufträge", "campagnes", "campañas", "campagne", "kampanie", "кампании",
    ),
    "creatives": ("creative", "ads", "Werbemittel", "Anzeigen", "créations", "creatividades", "kreacje", "креативы"),
    "votes": ("vote", "elections", "Wahlen", "élections", "elecciones", "elezioni", "wybory", "выборы"),
    "events": ("event", "Ereignisse", "événements", "eventos", "eventi", "zdarzenia", "события"),
}  # fmt: skip
"""What people call a sheet with the rows of a table, besides its own name."""


def present_reading(network: Network, table: str) -> Reading:
    """Return how a table of the network is read today."""
    intake = network.settings.intake
    columns = {column_called(table, ours) or ours: theirs for ours, theirs in intake.columns.get(table, {}).items()}
    return Reading(
        columns=columns, sheet=intake.sheets.get(table, ""), dates=intake.dates,
        decimals=intake.decimals,
    )  # fmt: skip


def reading_of(network: Network, table: str, path: Path) -> Reading:
    """Return how a file is read as a table, if nobody says more: as the table today, its sheet by what the file has.

    A file that is no workbook has no sheet. Of a workbook it is the sheet that the settings name, where it has it;
    else the one that is called as the table is; else ``""``, the first with headings, if only one is not hidden or the
    settings name none. Otherwise it stays the one that is missing: a person has to choose.
    """
    reading = present_reading(network, table)
    try:
        sheets = sheet_names(path)
    except (TableUnreadable, OSError):
        return reading  # to read it says why
    if reading.sheet in [each.name for each in sheets]:
        return reading
    shown = [each.name for each in sheets if not each.is_hidden]
    if len(shown) <= 1:
        return replace(reading, sheet="")
    return replace(reading, sheet=_called(table, shown) or reading.sheet)


def sheets_of(path: Path) -> tuple[str, ...]:
    """Return the names of a workbook's sheets, hidden ones too; none where it is no workbook, or not whole."""
    try:
        return tuple(each.name for each in sheet_names(path))
    except (TableUnreadable, OSError):
        return ()


def with_reading(intake: IntakeSection, table: str, file: str, reading: Reading) -> IntakeSection:
    """Return the settings of intake with another file for a table, read in another way."""
    columns = {name: each for name, each in intake.columns.items() if name != table}
    sheets = {name: each for name, each in intake.sheets.items() if name != table}
    if reading.columns:
        columns[table] = dict(reading.columns)
    if reading.sheet:
        sheets[table] = reading.sheet
    return replace(
        intake, columns=columns, sheets=sheets, dates=reading.dates, decimals=reading.decimals, **{table: file}
    )  # fmt: skip


def _called(table: str, sheets: list[str]) -> str:
    """Return the one sheet that is called as a table is, its own name before others; ``""`` for none or several."""
    for names in ((table,), _CALLED.get(table, ())):
        wanted = set(map(plain, names))
        found = [each for each in sheets if plain(each) in wanted]
        if found:
            return found[0] if len(found) == 1 else ""
    return ""

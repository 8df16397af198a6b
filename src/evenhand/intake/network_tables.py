"""All tables of a network in one go: each read, tied to the others, and measured against what may be refused."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from evenhand.intake import orders, parties
from evenhand.intake.columns import COLUMNS
from evenhand.intake.content import Kinds, unread_content
from evenhand.intake.known_rows import KeptSheet, LastSheet
from evenhand.intake.owners import (
    StatedIn,
    rows_without_owner,
    stated_owners,
    tell_namesakes,
    tell_unknown_companies,
    unidentified_owners,
    unknown_owned,
)
from evenhand.intake.ownership_table import OwnershipRows
from evenhand.intake.payer_ids import tell_unknown_payers
from evenhand.intake.sheet import Reader, Sheet, Unread, read_sheet, reader_of
from evenhand.intake.table_source import Source
from evenhand.intake.values import cells
from evenhand.model.campaign import Campaign, Creative, Vote
from evenhand.model.errors import NetworkUnreadable, TooManyRefused
from evenhand.model.hosts import Suffixes
from evenhand.model.network import IntakeSection
from evenhand.model.party import Advertiser, Ownership, Payer
from evenhand.model.run import Refused, TableRead
from evenhand.store.tables import table_sha256

_NAMES = ("advertisers", "payers", "ownership", "campaigns", "creatives", "votes")
_VOTES = Reader(orders.vote)
_MEND = "all are in out/rejected-input.csv; mend them, or raise max_refused_share above {most} in evenhand.toml"


@dataclass(frozen=True)
class Tables:
    """A network's tables as records, in file order, and everything that was left out of them.

    `hashes` names each table read by the SHA-256 of its file's bytes, `rows` counts its rows, refused ones too, and
    `places` says where those of our columns stand that it has, `filled` which have a value in some row,
    `often` in at least three. Advertisers and payers whose rows were rejected are among the others, with what can be
    read of them; `unscreened` says by id why. `ownerless` are parties with an owner whom nobody can screen, and why.
    `unread_content` has by id the words of campaigns that no kind of content is.
    `unread` are all rejected cells, `understood` says how each table was read.
    """

    advertisers: tuple[Advertiser, ...]
    payers: tuple[Payer, ...]
    ownership: tuple[Ownership, ...]
    campaigns: tuple[Campaign, ...]
    creatives: tuple[Creative, ...]
    votes: tuple[Vote, ...]
    refused: tuple[Refused, ...]
    hashes: dict[str, str]
    rows: dict[str, int]
    places: dict[str, dict[str, int]] = field(default_factory=dict)
    filled: dict[str, tuple[str, ...]] = field(default_factory=dict)
    often: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unscreened: dict[str, Refused] = field(default_factory=dict)
    ownerless: dict[str, Refused] = field(default_factory=dict)
    unread_content: dict[str, tuple[Refused, ...]] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    understood: tuple[TableRead, ...] = ()


@dataclass(frozen=True)
class LastTables:
    """How the last run read the tables, by the same code under the same settings; `kept` and `data` are by table.

    `data` are the bytes that a table was read from.
    """

    tables: Tables
    kept: Mapping[str, KeptSheet]
    data: Mapping[str, bytes]

    def sheet(self, name: str, still: Callable[[Any], bool] | None = None) -> LastSheet[Any] | None:
        """Return how one table was read, None where that was not kept; `still` as for `LastSheet`."""
        items, kept, data = getattr(self.tables, name), self.kept.get(name), self.data.get(name)
        if kept is None or data is None or (kept.sha256, len(kept.lines)) != (self.tables.hashes[name], len(items)):
            return None
        return LastSheet(data, kept, items, self.tables.filled[name], still)


class Reread(NamedTuple):
    """Tables, and what is kept of their reading for the next one, by table; None where nothing was read."""

    tables: Tables
    kept: Mapping[str, KeptSheet] | None


def read_tables(
    folder: Path, settings: IntakeSection, fx: Mapping[str, str], currency: str, suffixes: Suffixes,
    *, kinds: Kinds = None,
) -> Tables:  # fmt: skip
    """Return a network's tables; a bad row or value is left out and listed, never lost silently.

    Paths are relative to `folder`; a table without a path is absent. `fx` gives the rate of one unit of a
    currency in `currency`; `kinds` are the kinds of content that the rulebook names.
    Cost: 100,000 advertisers and 100,000 campaigns take about 3 s and 250 MB.

    Raises:
        TableUnreadable: a table cannot be read at all, or a required column is missing.
        NetworkUnreadable: a setting of `[intake]` or `[fx]` is unusable.
        TooManyRefused: more rows were refused than `max_refused_share`; it carries them as `refused`.
    """
    return reread_tables(folder, settings, fx, currency, suffixes, None, kinds=kinds).tables


def reread_tables(
    folder: Path, settings: IntakeSection, fx: Mapping[str, str], currency: str, suffixes: Suffixes,
    last: LastTables | None, *, kinds: Kinds,
) -> Reread:  # fmt: skip
    """Return a network's tables as `read_tables` does; of rows that are as in the `last` reading, the records of then.

    Raises:
        As `read_tables`.
    """
    most = _checked(settings, fx)
    to_micros = partial(cells.money, currency=currency, fx=fx)
    kept: dict[str, KeptSheet] = {}

    def sheet(name: str, reader: Reader[Any], still: Callable[[Any], bool] | None = None) -> Sheet[Any]:
        known = None if last is None or reader.fields is None else last.sheet(name, still)
        read = read_sheet(source_of(folder, settings, name), reader, known)
        if read.sha256 and reader.fields is not None:
            kept[name] = read.kept()
        return read

    advertisers = sheet("advertisers", reader_of(
        parties.advertiser_fields(suffixes, to_micros), "id",
        partial(parties.rejected_advertiser, suffixes=suffixes), parties.joined,
    ))  # fmt: skip
    payers = sheet("payers", reader_of(
        parties.payer_fields(suffixes), "id", partial(parties.rejected_payer, suffixes=suffixes), parties.joined
    ))  # fmt: skip
    rows = OwnershipRows(chain(advertisers.items, payers.items))
    ownership = sheet("ownership", Reader(rows.read, "owned", rows.salvage))
    rows.complete(ownership)
    known = advertisers.lines.keys() | payers.lines.keys()
    ownerless = rows_without_owner(ownership.unread, ownership.refused, known)
    owners = source_of(folder, settings, "ownership").place
    nameless = unidentified_owners(owners, ownership.items, known)
    stated = [
        stated_owners(each, source_of(folder, settings, each.name).place, ownership.items, known)
        for each in (advertisers, payers)
    ]
    unknown = [*unknown_owned(owners, ownership.items, known)]
    ownership.refused += [*nameless.values(), *unknown]
    tell_unknown_companies(ownership, unknown)
    for named, lines in ((ownership, ownership.items), (advertisers, stated[0].lines), (payers, stated[1].lines)):
        tell_namesakes(named, lines, chain(advertisers.items, payers.items))
    pays = _payers(advertisers.items)
    campaigns = sheet("campaigns", reader_of(
        orders.campaign_fields(pays, settings.absent, to_micros, kinds), "advertiser_id",
        partial(orders.rejected_campaign, payers=pays),
    ), _still_paid(last, pays))  # fmt: skip
    for named in (advertisers, campaigns):
        tell_unknown_payers(source_of(folder, settings, named.name).place, named, known)
    creatives = sheet("creatives", reader_of(orders.creative_fields(campaigns.lines, kinds), "campaign_id"),
                      lambda each: each.campaign_id in campaigns.lines)  # fmt: skip
    votes = sheet("votes", _VOTES)
    sheets = (advertisers, payers, ownership, campaigns, creatives, votes)
    tables = _tables_of(sheets, nameless | ownerless, stated)
    _check_share(most, tables.refused, sheets)
    return Reread(tables, kept)


def _tables_of(sheets: Sequence[Sheet[Any]], ownerless: dict[str, Refused], stated: Sequence[StatedIn]) -> Tables:
    """Return what was read of all tables, given in the order of `_NAMES`."""
    advertisers, payers, ownership, campaigns, creatives, votes = sheets
    return Tables(
        advertisers=tuple(advertisers.items),
        payers=tuple(payers.items),
        ownership=(*ownership.items, *(line for each in stated for line in each.lines)),
        campaigns=tuple(campaigns.items),
        creatives=tuple(creatives.items),
        votes=tuple(votes.items),
        refused=tuple(each for sheet in sheets for each in sheet.refused),
        hashes={sheet.name: sheet.sha256 for sheet in sheets if sheet.sha256},
        rows={sheet.name: sheet.rows for sheet in sheets if sheet.sha256},
        places={sheet.name: sheet.places for sheet in sheets if sheet.sha256},
        filled={sheet.name: sheet.filled for sheet in sheets if sheet.sha256},
        often={sheet.name: sheet.often for sheet in sheets if sheet.sha256},
        unscreened=payers.unscreened | advertisers.unscreened,
        ownerless=ownerless | {party: why for each in stated for party, why in each.ownerless.items()},
        unread_content=unread_content(campaigns),
        unread=tuple(_unread(sheets, {item.id: item.advertiser_id for item in campaigns.items})),
        understood=tuple(sheet.understood for sheet in sheets if sheet.understood is not None),
    )


def _still_paid(last: LastTables | None, pays: Mapping[str, str]) -> Callable[[Campaign], bool] | None:
    """Return what says of a campaign whether its advertiser is known and pays as in the last reading; None: of all."""
    paid = {} if last is None else _payers(last.tables.advertisers)
    return None if paid == pays else lambda each: paid.get(each.advertiser_id) == pays.get(each.advertiser_id)


def _payers(advertisers: Iterable[Advertiser]) -> dict[str, str]:
    """Return who pays for each advertiser."""
    return {item.id: item.payer_id or item.id for item in advertisers}


def _checked(settings: IntakeSection, fx: Mapping[str, str]) -> Decimal:
    """Return the share of rows that may be refused, once all settings of intake are known to be usable."""
    _decimal("[intake] max_shrink", settings.max_shrink)
    _decimal("[intake] max_renamed", settings.max_renamed)
    for unit, rate in fx.items():
        _decimal(f"[fx] {unit}", rate)
    for setting, tables in (("columns", settings.columns), ("sheets", settings.sheets)):
        for table in tables:
            if table not in COLUMNS:
                raise NetworkUnreadable(
                    "unknown table",
                    where=f"evenhand.toml [intake.{setting}]",
                    got=table,
                    expected=f"one of {', '.join(COLUMNS)}",
                )
    return _decimal("[intake] max_refused_share", settings.max_refused_share)


def _unread(sheets: Iterable[Sheet[Any]], advertisers: Mapping[str, str]) -> Iterator[Unread]:
    """Yield all rejected cells; those of creatives belong to the advertisers of their campaigns, given by id."""
    for sheet in sheets:
        for each in sheet.unread:
            if sheet.name != "creatives":
                yield each
            elif each.party in advertisers:
                yield each._replace(party=advertisers[each.party])


def read_votes(folder: Path, settings: IntakeSection) -> tuple[Vote, ...]:
    """Return a network's table of votes alone, without rows that are bad; none where there is no such table.

    Raises:
        TableUnreadable: it cannot be read at all, or a required column is missing.
    """
    return tuple(read_sheet(source_of(folder, settings, "votes"), _VOTES).items)


def source_of(folder: Path, settings: IntakeSection, name: str) -> Source:
    """Return where a table of a network is and how its settings say that it is read."""
    return Source(
        folder=folder,
        file=getattr(settings, name),
        name=name,
        mapping=settings.columns.get(name, {}),
        sheet=settings.sheets.get(name, ""),
        dates=settings.dates,
        decimals=settings.decimals,
    )


def table_hashes(folder: Path, settings: IntakeSection) -> dict[str, str]:
    """Return the hash of each table that `read_tables` would read, by name.

    Raises:
        TableUnreadable: there is no such file.
    """
    files = table_files(folder, settings)
    return {name: table_sha256(path, settings.sheets.get(name, "")) for name, path in files.items()}


def table_files(folder: Path, settings: IntakeSection) -> dict[str, Path]:
    """Return the file of each table that `read_tables` would read, by name."""
    return {name: folder / file for name in _NAMES if (file := getattr(settings, name))}


def _decimal(setting: str, text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(-1)
    if not (number.is_finite() and number >= 0):
        raise NetworkUnreadable(
            f"{setting} is", where="evenhand.toml", got=text, expected="a decimal number such as 0.01"
        )
    return number


def _check_share(most: Decimal, refused: tuple[Refused, ...], sheets: Sequence[Sheet[Any]]) -> None:
    rejected, rows = sum(sheet.rejected for sheet in sheets), sum(sheet.rows for sheet in sheets)
    if rejected <= most * rows:
        return
    first = next(each for each in refused if each.what == "row")
    has_rows, (fault, got) = bool(sheets[0].rows), first.fault
    error = TooManyRefused(
        f"{'' if has_rows else 'advertisers has no row, and '}{rejected} of {rows} rows rejected; the first {fault}",
        where=first.file,
        line=first.line,
        got=got,
        expected=first.expected,
        todo=_MEND.format(most=most) if has_rows else "see that the file of advertisers is whole",
    )
    error.refused, error.rows, error.rejected = refused, rows, rejected
    raise error

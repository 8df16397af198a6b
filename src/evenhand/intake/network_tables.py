"""All tables of a network in one go: each read, tied to the others, and measured against what may be refused."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any

from evenhand.intake import orders, parties
from evenhand.intake.columns import COLUMNS
from evenhand.intake.headings import Headings, match_headings
from evenhand.intake.owners import rows_without_owner, unidentified_owners, unknown_owned
from evenhand.intake.payer_ids import tell_unknown_payers
from evenhand.intake.row import Row
from evenhand.intake.sheet import Filled, Reader, Sheet, Source, Unread, read_sheet, reader_of
from evenhand.intake.values import cells
from evenhand.intake.values.notations import find_notation
from evenhand.model.campaign import Campaign, Creative, Vote
from evenhand.model.errors import NetworkUnreadable, TableUnreadable, TooManyRefused
from evenhand.model.hosts import Suffixes
from evenhand.model.network import IntakeSection
from evenhand.model.party import Advertiser, Keys, Ownership, Payer, keys_of
from evenhand.model.run import Refused, TableRead
from evenhand.store.table_rows import batches
from evenhand.store.tables import read_rows, table_sha256

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
    unread: tuple[Unread, ...] = ()
    understood: tuple[TableRead, ...] = ()


def read_tables(
    folder: Path, settings: IntakeSection, fx: Mapping[str, str], currency: str, suffixes: Suffixes
) -> Tables:
    """Return a network's tables; a bad row or value is left out and listed, never lost silently.

    Paths are relative to `folder`; a table without a path is absent. `fx` gives the rate of one unit of a
    currency in `currency`. Cost: 100,000 advertisers and 100,000 campaigns take about 3 s and 250 MB.

    Raises:
        TableUnreadable: a table cannot be read at all, or a required column is missing.
        NetworkUnreadable: a setting of `[intake]` or `[fx]` is unusable.
        TooManyRefused: more rows were refused than `max_refused_share`; it carries them as `refused`.
    """
    most = _checked(settings, fx)
    to_micros = partial(cells.money, currency=currency, fx=fx)
    sheet = partial(_sheet, folder, settings)
    advertisers = sheet("advertisers", reader_of(
        parties.advertiser_fields(suffixes, to_micros), "id",
        partial(parties.rejected_advertiser, suffixes=suffixes), parties.joined,
    ))  # fmt: skip
    payers = sheet("payers", reader_of(
        parties.payer_fields(suffixes), "id", partial(parties.rejected_payer, suffixes=suffixes), parties.joined
    ))  # fmt: skip
    ownership = sheet("ownership", Reader(parties.ownership, "owned", parties.rejected_ownership))
    known = advertisers.lines.keys() | payers.lines.keys()
    ownerless = rows_without_owner(ownership.unread, ownership.refused, known)
    nameless = unidentified_owners(settings.ownership, ownership.items, known)
    ownership.refused += [*nameless.values(), *unknown_owned(settings.ownership, ownership.items, known)]
    pays = {item.id: item.payer_id or item.id for item in advertisers.items}
    campaigns = sheet("campaigns", reader_of(
        orders.campaign_fields(pays, settings.absent, to_micros), "advertiser_id",
        partial(orders.rejected_campaign, payers=pays),
    ))  # fmt: skip
    for named, file in ((advertisers, settings.advertisers), (campaigns, settings.campaigns)):
        tell_unknown_payers(file, named, known)
    creatives = sheet("creatives", reader_of(orders.creative_fields(campaigns.lines), "campaign_id"))
    votes = sheet("votes", _VOTES)
    sheets = (advertisers, payers, ownership, campaigns, creatives, votes)
    refused = tuple(each for sheet in sheets for each in sheet.refused)
    _check_share(most, refused, sheets)
    return Tables(
        advertisers=tuple(advertisers.items),
        payers=tuple(payers.items),
        ownership=tuple(ownership.items),
        campaigns=tuple(campaigns.items),
        creatives=tuple(creatives.items),
        votes=tuple(votes.items),
        refused=refused,
        hashes={sheet.name: sheet.sha256 for sheet in sheets if sheet.sha256},
        rows={sheet.name: sheet.rows for sheet in sheets if sheet.sha256},
        places={sheet.name: sheet.places for sheet in sheets if sheet.sha256},
        filled={sheet.name: sheet.filled for sheet in sheets if sheet.sha256},
        often={sheet.name: sheet.often for sheet in sheets if sheet.sha256},
        unscreened=payers.unscreened | advertisers.unscreened,
        ownerless=nameless | ownerless,
        unread=tuple(_unread(sheets, {item.id: item.advertiser_id for item in campaigns.items})),
        understood=tuple(sheet.understood for sheet in sheets if sheet.understood is not None),
    )


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
    return tuple(_sheet(folder, settings, "votes", _VOTES).items)


def read_keys(
    path: Path, table: str, mapping: Mapping[str, str], ids: Collection[str], suffixes: Suffixes, day: date
) -> dict[str, Keys]:
    """Return the keys of some parties in an earlier table, by id, as far as they can be read; verified as on `day`.

    `mapping` is that of today's settings; where the file's headings are others, they are taken by their usual names.

    Raises:
        TableUnreadable: it cannot be read at all, or a required column is missing.
    """
    rows = read_rows(path)
    headings = _earlier_headings(table, path.name, rows.header, mapping)
    plainly = find_notation(headings.places, rows.again, "", "").plainly
    identify = parties.rejected_advertiser if table == "advertisers" else parties.rejected_payer
    found: dict[str, Keys] = {}
    for line, texts, _ in rows.lines:
        row = Row(line, texts, headings.places, plainly, lenient=True)
        if row.text("id") in ids:
            found.setdefault(row.text("id"), keys_of(identify(row, suffixes)[1], day))
    return found


def measure(path: Path, table: str, mapping: Mapping[str, str]) -> tuple[int, tuple[str, ...]]:
    """Return how many rows an earlier table has, and which of our columns are filled; `mapping` as for `read_keys`.

    Raises:
        TableUnreadable: it cannot be read at all, or a required column is missing.
    """
    rows = read_rows(path)
    filled, count = Filled(_earlier_headings(table, path.name, rows.header, mapping).places), 0
    for several in batches(rows.lines):
        filled.look_at([line.cells for line in several])
        count += len(several)
    return count, filled.columns


def _earlier_headings(table: str, file: str, header: Sequence[str], mapping: Mapping[str, str]) -> Headings:
    try:
        return match_headings(table, file, header, mapping)
    except (TableUnreadable, NetworkUnreadable):
        return match_headings(table, file, header, {})


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
    sources = (source_of(folder, settings, name) for name in _NAMES)
    return {each.name: table_sha256(folder / each.file, each.sheet) for each in sources if each.file}


def _sheet(folder: Path, settings: IntakeSection, name: str, reader: Reader[Any]) -> Sheet[Any]:
    return read_sheet(source_of(folder, settings, name), reader)


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

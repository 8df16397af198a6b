"""A new network: its settings written whole, the house rulebook, a table to fill and an empty ledger."""

import re
import shlex
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from evenhand.intake.owner_sheets import OwnerSheet
from evenhand.model.errors import BadInput
from evenhand.model.hosts import host_of
from evenhand.reasons.language import words_of
from evenhand.store.network import SETTINGS_FILE
from evenhand.store.shipped_rulebooks import shipped_rulebook
from evenhand.workflows.operations import create_ledger

_ORIGIN = re.compile(r"[a-z0-9._-]+(/[A-Za-z0-9._~-]+)*")
_CURRENCY = re.compile("[A-Z]{3}")
_BUILDING = ".init.tmp"
_HEADINGS = {
    "advertisers": "id,name,alias,type,country,domains,accounts,identifiers,verification,first_seen",
    "payers": "id,name,country,domains,verification",
    "ownership": "owner,owned,share,kind,as_of,source,owner_name,owner_country",
    "campaigns": "id,advertiser_id,payer_id,status,starts,ends,territories,political,content,landing_url,budget,spent",
    "creatives": "id,campaign_id,text,language,landing_url,content",
    "votes": "territory,first_day,last_day,union_wide_rules",
}
_HOUSE_LIST = (
    "id,schema,name,alias,country,website,account,registration_number,jurisdiction,birth_date,topic,since,until,note"
)

_SETTINGS = """\
# The settings of a network; every key is here, none has a hidden default.
# What each of them means: the page evenhand-toml of the documentation

[network]
name = {name}
origin = {origin} # the name of the log that signs every decision; it cannot change later
zone = "Etc/UTC"       # days, notice periods and letters are of this zone, such as "Europe/Berlin"
currency = {currency}       # of amounts that do not say another
territories = "EEA"    # where you sell: codes such as ["DE", "IE"], or "EEA", or "global"
# bound_by = ["EU", "DE"] # whose law binds you; without it, that of your territories

# One block a list; the folder or file is read anew at every run. Keys name publisher and list:
# ofac-sdn, ofac-cons, un-sc, state-media, or house-… for your own (columns: the page lists of the documentation).
# Each key needs a row in rulebook/designations.csv. Instead of its path a list may have its url, one address a
# file, and `evenhand lists update` fetches it; a run then uses the version in force.
# A run stops while a list has no version, unless the list says `required = false`; it reports a version older
# than `max_age_days` (7 for a list with a url), and does not take one that lost more than `max_removed` ("0.1").
{lists}

# [[list]]
# key = "ofac-sdn"
# path = "lists-in/sdn"
# published_on = 2021-07-07

[lists]
none = "stop"          # where no list has an entry: "stop" the run, or "accept" that nobody is screened

[fetch] # how far `evenhand lists update` goes for one file
max_mb = 500
seconds = 600
stall_seconds = 30     # of silence
redirects = 5
attempts = 4           # where a server fails or is busy
redirect_hosts = []    # other hosts that a redirect may lead to, such as ["files.publisher.example"]

[intake] # each a CSV, XLSX, NDJSON or Parquet file
advertisers = {advertisers}
payers = "data/payers.csv"
ownership = {ownership}
campaigns = "data/campaigns.csv"
creatives = "data/creatives.csv"
votes = "data/votes.csv"
# events = "data/events.parquet" # what advertisers did, to find those that act as one: the page influence
#   without a column `verification` in the table of advertisers every payer counts as unverified, and the house rule
#   then holds at once each advertiser that acts as one with four others and did not declare it
# declared = "data/declared.csv" # account_id, control_id: who declared that one hand directs them
# bids = "data/bids.ndjson"      # a log of bids
max_refused_share = "{max_refused}" # above it a run stops; below it the rows are in out/rejected-input.csv
max_shrink = "0.1"         # the share of a table's rows that may be gone since the last run before a run stops
max_renamed = "0.1"        # the share of known ids that may have another name or website: was a column sorted alone?
{dates} # dates such as 03/04/2019, where no other row of the column decides: "dmy" or "mdy"
{decimals} # amounts such as 1,234: a decimal "comma" or "point"

[intake.absent]
payer = "advertiser"   # no such column: "advertiser" (nobody else pays) or "undisclosed"
political = "refuse"   # no column or an empty cell: "no", "yes" or "refuse" the row

{sheets}

{columns}

[fx] # one unit of it in the network's currency
# USD = "0.90"

[rulebook]
path = "rulebook"
historic = false

[ownership]
rule = "aggregate_50"  # or "over_50_single"

[gate]
unknown = "allow"      # a bid that names nobody we know, political ones too: allow, hold or refuse
missing = "hold"       # a bid without an advertiser
malformed = "hold"     # a bid, or a whole response, that cannot be read; "allow" lets everybody's bids in it pass
mismatch = "note"      # advertiser and seat do not belong together: note, hold or refuse
stale = "hold"         # the register is older than it may be: allow, hold, refuse or last (use it)
fresh_for_hours = 24

[gate.political_categories] # content categories that make a bid political, by taxonomy (cattax)
1 = ["IAB11-4"]      # Politics in the first taxonomy of the IAB; 1 = [] if no bid brings categories
                     # A taxonomy that is not named counts with the political categories that the IAB has published

[gate.purchase]        # what an order must meet
unknown = "hold"       # an order by an advertiser that is not on file: allow, hold or refuse
closed_to_political = [] # markets where no political advertising is sold, such as ["FR"]

[gate.purchase.verification] # the level that a market asks for: 0 none, 1 declared, 2 document, 3 register
# DE = 2

[gate.purchase.budget_micros] # the most that an advertiser of a level may order at once, in millionths of the currency
# 0 = 500_000_000

[reasons]
language = {language} # of letters, facts and reasons: en, de, fr, ru or ar; your clients must understand it
policy_name = {policy_name}
policy_url = "https://{host}/advertising-policy"
complaint_url = "https://{host}/complaints"
complaint_months = 6
out_of_court = {out_of_court}
judicial = {judicial}
hold_notice = "after_review" # the letter about a possible match waits for a person, or goes "at_once"
hold_notice_days = 7   # at most; it never waits where a campaign stops
# log_url = "https://{host}/log" # where the public log can be read; each letter names it
"""


_NO_SHEETS = """\
# [intake.sheets] # the sheet of a workbook; without it, the first that is not hidden and has known headings
# payers = "Payers"\
"""
_NO_COLUMNS = """\
# [intake.columns.advertisers] # ours = "theirs", where a heading is not known
# id = "account_no"\
"""


class Inputs(NamedTuple):
    """Where a new network's advertisers and lists are, and how the table is read; the default is its own empty files.

    `lists` are (key, path) of each `[[list]]`; `columns` maps ours to the table's headings; `owners` is the sheet of
    the same workbook that has the owners, None where another table has them; `language` is that of the letters;
    `designations` are the rows that the rulebook lacks for the lists.
    """

    advertisers: str = "data/advertisers.csv"
    lists: tuple[tuple[str, str], ...] = (("house-sanctions", "lists-in/house-list.csv"),)
    columns: Mapping[str, str] = {}
    sheet: str = ""
    owners: OwnerSheet | None = None
    dates: str = ""
    decimals: str = ""
    language: str = "en"
    currency: str = "EUR"
    max_refused: str = "0.01"
    designations: tuple[str, ...] = ()


def begin(folder: Path, name: str, origin: str, inputs: Inputs | None = None) -> list[str]:
    """Make a network in `folder` and return the files to look at, relative to it.

    It is made in a folder inside and moved out when whole: where that is interrupted, the same call begins again.

    Raises:
        BadInput: the folder is not empty, or `origin` is no address without scheme.
    """
    check_place(folder, origin)
    handed, building = inputs or Inputs(), folder / _BUILDING
    shutil.rmtree(building, ignore_errors=True)
    (building / "lists-in").mkdir(parents=True)
    (building / "data").mkdir()
    elsewhere = {"advertisers"} if handed.advertisers != Inputs().advertisers else set()
    elsewhere |= {"ownership"} if handed.owners is not None else set()
    for table, heading in _HEADINGS.items():
        if table not in elsewhere:
            (building / "data" / f"{table}.csv").write_text(heading + "\n", encoding="utf-8")
    (building / "lists-in" / "house-list.csv").write_text(_HOUSE_LIST + "\n", encoding="utf-8")
    shutil.copytree(shipped_rulebook("house"), building / "rulebook")
    with (building / "rulebook" / "designations.csv").open("a", encoding="utf-8", newline="") as file:
        file.writelines(f"{row}\n" for row in handed.designations)
    create_ledger(building / "ledger", origin)
    (building / SETTINGS_FILE).write_text(_settings(name, origin, handed), encoding="utf-8")
    _move_out(folder)
    own = ["data/advertisers.csv"] if handed.advertisers == Inputs().advertisers else []
    return [SETTINGS_FILE, *own, "lists-in/house-list.csv", "rulebook/", "ledger/public/vkey"]


def check_place(folder: Path, origin: str) -> None:
    """Refuse a folder that is not empty, and an origin that is no address.

    Remains of an interrupted `begin` are no reason: what it had begun to move out is moved out.

    Raises:
        BadInput: one of the two.
    """
    if folder.is_dir() and (folder / _BUILDING / SETTINGS_FILE).is_file() and _entries(folder) != {_BUILDING}:
        _move_out(folder)
    if (folder / SETTINGS_FILE).is_file():
        raise BadInput(
            "is a network already",
            where=folder,
            todo=f"evenhand run {shlex.quote(str(folder))}, or choose another folder",
        )
    if folder.exists() and (not folder.is_dir() or _entries(folder) - {_BUILDING}):
        raise BadInput("the folder is not empty", where=folder, todo="choose another folder")
    host = origin.partition("/")[0]
    if host_of(host) != host or not _ORIGIN.fullmatch(origin):
        raise BadInput(
            "invalid log origin", where="--origin", got=origin, expected="an address such as ads.example.org/log"
        )


def check_currency(code: str) -> None:
    """Refuse what is no code of a currency.

    Raises:
        BadInput: it is none.
    """
    if not _CURRENCY.fullmatch(code):
        raise BadInput(
            "is no currency", where="--currency", got=code, expected="three capital letters of ISO 4217 such as EUR"
        )


def _entries(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


def _move_out(folder: Path) -> None:
    """Move a whole network out of the folder that it was made in; its settings last, which make it a network."""
    building = folder / _BUILDING
    for path in sorted(building.iterdir(), key=lambda each: each.name == SETTINGS_FILE):
        path.rename(folder / path.name)
    building.rmdir()


def _settings(name: str, origin: str, inputs: Inputs) -> str:
    lists = (f"[[list]]\nkey = {_toml(key)}\npath = {_toml(path)}" for key, path in inputs.lists)
    in_letters = {key: _toml(text) for key, text in words_of(inputs.language).network.items()}
    owners = inputs.owners
    sheets = {"advertisers": inputs.sheet} if inputs.sheet else {}
    sheets |= {"ownership": owners.name} if owners is not None else {}
    columns = {"advertisers": inputs.columns, "ownership": owners.columns if owners is not None else {}}
    return _SETTINGS.format(
        name=_toml(name),
        origin=_toml(origin),
        host=origin.partition("/")[0],
        lists="\n\n".join(lists),
        language=_toml(inputs.language),
        currency=_toml(inputs.currency),
        **in_letters,
        advertisers=_toml(inputs.advertisers),
        dates=f'dates = "{inputs.dates}"' if inputs.dates else '# dates = "dmy"',
        decimals=f'decimals = "{inputs.decimals}"' if inputs.decimals else '# decimals = "comma"',
        max_refused=inputs.max_refused,
        ownership=_toml("data/ownership.csv" if owners is None else inputs.advertisers),
        sheets="\n".join(("[intake.sheets]", *_lines(sheets))) if sheets else _NO_SHEETS,
        columns="\n\n".join(
            "\n".join((f'[intake.columns.{table}] # ours = "theirs"', *_lines(mapping)))
            for table, mapping in columns.items()
            if mapping
        )
        or _NO_COLUMNS,
    )


def _lines(values: Mapping[str, str]) -> Iterator[str]:
    yield from (f"{name} = {_toml(text)}" for name, text in values.items())


def _toml(text: str) -> str:
    """Return a TOML basic string; its escapes are those of JSON."""
    return msgspec.json.encode(text).decode().replace("\x7f", "\\u007f")

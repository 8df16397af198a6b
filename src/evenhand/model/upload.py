"""A table that a person hands in, before it counts: how it was understood, and what would change."""

from datetime import datetime
from typing import Literal

from evenhand.model.outcome import Outcome
from evenhand.model.record import Record
from evenhand.model.run import Refused, TableRead

TableName = Literal[
    "advertisers", "payers", "ownership", "campaigns", "creatives", "votes", "events", "declared", "bids"
]


class Reading(Record, frozen=True, kw_only=True):
    """How a person says that a table is read: columns as in `[intake.columns]`, its sheet, days and amounts.

    `dates` and `decimals` are those of `[intake]`, which count for all tables of the network.
    """

    columns: dict[str, str] = {}
    sheet: str = ""
    dates: Literal["", "dmy", "mdy"] = ""
    decimals: Literal["", "comma", "point"] = ""

    def over(self, usual: "Reading") -> "Reading":
        """Return this reading, and the usual one where this says nothing."""
        return Reading(
            columns={**usual.columns, **self.columns}, sheet=self.sheet or usual.sheet,
            dates=self.dates or usual.dates, decimals=self.decimals or usual.decimals,
        )  # fmt: skip


class Upload(Record, frozen=True, kw_only=True):
    """A file that a person handed in for a table, kept aside until it replaces the table or is thrown away.

    `name` is what the sender called it and is only shown; `file` is what it is called here, by what is in it. `check`
    is the id of the job that looked at it last.
    """

    id: str
    table: TableName
    name: str
    file: str
    size: int
    sha256: str
    person: str
    at: datetime
    reading: Reading = Reading()
    check: str = ""


class ColumnSeen(Record, frozen=True, kw_only=True):
    """One of our columns: what it is called in words, the heading it is read from (``""``: none), whether it must be.

    `guessed` is the heading that it would be read from if nobody said anything.
    """

    column: str
    words: str
    heading: str
    guessed: str
    required: bool


class RowChange(Record, frozen=True, kw_only=True):
    """A row that is added, removed or changed: its key, its name, and (column, before, now) of what differs."""

    what: Literal["added", "removed", "changed"]
    key: str
    name: str
    fields: tuple[tuple[str, str, str], ...] = ()


class LossFound(Record, frozen=True, kw_only=True):
    """What would stop a run: `option` and `table` are what a person accepts it by."""

    option: Literal["table", "names"]
    table: str
    sentence: str


class OutcomeMoved(Record, frozen=True, kw_only=True):
    """What the rules in force would say otherwise of a party or campaign; None: it has no row on that side."""

    scope: str
    party: str
    name: str
    before: Outcome | None
    after: Outcome | None
    rules: tuple[str, ...] = ()


class CheckedTable(Record, frozen=True, kw_only=True):
    """A table looked at before it counts.

    `problem` is why it cannot be read at all, ``""`` where it can; `header` is then still shown as far as it is known.
    `sheets` are those of a workbook, `sheet` the one that was read.
    `sample` are the first rows as they stand, a cell a heading of `header`. `rows` are counted with those `rejected`;
    `refused` are the first of the cells left out, of `refused_count`; `unclear` are those that can be read in two ways:
    what of a reading decides it, the column, the first such cell and how many there are. `counts` has added, removed,
    changed and unchanged rows against the table of today, `changes` the first of them. `losses` stop a run until a
    person accepts them. `outcomes` are the first of `outcomes_count`; `untried` says why no rules were tried, ``""``
    where they were. `today` is the SHA-256 of the file that it was compared with, ``""`` where there is none.
    """

    table: TableName
    problem: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    heading_line: int = 1
    columns: tuple[ColumnSeen, ...] = ()
    read: TableRead | None = None
    sample: tuple[tuple[str, ...], ...] = ()
    rows: int = 0
    rejected: int = 0
    refused: tuple[Refused, ...] = ()
    refused_count: int = 0
    unclear: tuple[tuple[Literal["dates", "decimals"], str, str, int], ...] = ()
    counts: dict[str, int] = {}
    changes: tuple[RowChange, ...] = ()
    losses: tuple[LossFound, ...] = ()
    outcomes: tuple[OutcomeMoved, ...] = ()
    outcomes_count: int = 0
    untried: str = ""
    today: str = ""
    sha256: str = ""
    reading: Reading = Reading()

"""The result of one run, as the terminal and the report page show it; problems of a network as `doctor` does."""

from datetime import date, datetime
from typing import Literal

from evenhand.model.confirmed_fact import StatedFact
from evenhand.model.decision import Decision
from evenhand.model.judgement import JudgedPair
from evenhand.model.listing import ListVersion
from evenhand.model.log import Checkpoint
from evenhand.model.matches import MatchShown
from evenhand.model.record import Record


class Refused(Record, frozen=True, kw_only=True):
    """A row or a single value that intake left out: where, which value, what was expected.

    `line` is the line in the file, from 1 and counting the heading; for Parquet the row number. A `note` is about what
    is no part of the table: titles above it, other sheets, columns that are none of ours. Nothing is wrong with it.
    """

    file: str
    line: int
    column: str
    value: str
    expected: str
    what: Literal["row", "value", "note"]

    @property
    def fault(self) -> tuple[str, str | None]:
        """Return the verb that says what is wrong, and the value; None where nothing could be read."""
        if self.column:
            return "has", f"{self.column}={self.value}"
        return ("reads", self.value) if self.value else ("cannot be read", None)


class ColumnRead(Record, frozen=True, kw_only=True):
    """A heading of a file and the column that it was read as, with the words for it."""

    heading: str
    column: str
    words: str


class TableRead(Record, frozen=True, kw_only=True):
    """What was understood of a table: headings that are not our own names, how days and amounts are written.

    `sheet` is the one of a workbook that was read, ``""`` of other files. `notes` say what else a person should know.
    """

    table: str
    file: str
    sheet: str = ""
    columns: tuple[ColumnRead, ...] = ()
    dates: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Return it as one line, ``""`` where there is nothing to report."""
        parts = [f"`{column.heading}` read as {column.words}" for column in self.columns]
        parts += [f"dates as {' and '.join(self.dates)}"] if self.dates else []
        parts += [f"amounts with {' and '.join(self.amounts)}"] if self.amounts else []
        sheet = f", sheet `{self.sheet}`" if self.sheet else ""
        return f"{self.file}{sheet}: {', '.join(parts)}" if parts else ""

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the sentence and the notes, each with the file."""
        return (*filter(None, (self.sentence,)), *(f"{self.file}: {note}." for note in self.notes))


class ListNews(Record, frozen=True, kw_only=True):
    """What became of one configured list: a new version, the same, or kept because the new one is unreadable.

    `version` is the one in force, None if there never was one; `problem` is one line, ``""`` if none.
    `reader_changes` counts the entries that another version of our reader parses differently from the same bytes.
    `notes` are sentences on what a person should look at, such as hidden characters in names.
    """

    key: str
    status: Literal["new", "unchanged", "kept"]
    version: ListVersion | None
    problem: str = ""
    reader_changes: int = 0
    notes: tuple[str, ...] = ()


class DecidedCase(Record, frozen=True, kw_only=True):
    """A decision in force with what a person needs to read it.

    `rules` are (id, title) of its reasons and errors; `because` are whole sentences, one a finding;
    `is_new` says that this run wrote it; `statement` is the id of its letter, ``""`` if nobody is notified.
    `bases` gives the law of those rules that have one, by rule id: of the deciding rule the law that the case rests on.
    `waits_until` is the day up to which the letter waits for a review, None where it is out. `not_applied` says until
    when and why the decision is not applied, ``""`` where it is.
    """

    seq: int
    name: str
    decision: Decision
    rules: tuple[tuple[str, str], ...]
    because: tuple[str, ...]
    statement: str
    is_new: bool
    bases: dict[str, str] = {}
    waits_until: date | None = None
    not_applied: str = ""


class RunReport(Record, frozen=True, kw_only=True):
    """One run. Counts are of this run unless they say `in_force`.

    `outcomes_in_force` counts cases by scope kind (`advertiser`, `payer`, `campaign`) and outcome. `cases` holds
    decisions other than allow that are in force or wait for their day, strictest first, 1,000 at most. `again` says
    what was screened and ruled again, and why.
    `warnings` are sentences on what a person has to look at first: what was missing or old, and went on all the same.
    `held_at_gate` are those of them that say for which rules the gate holds bids since they do not tell what is asked.
    `lifted` names each party whose decision this run made milder.
    `contested` are keys that two parties claim, each one sentence. `letters_waiting` counts letters of holds in force
    that wait for a review; those of this run are not among its `statements`. `understood` says how each table was read.
    `persons_verified`: the network has a `staff.toml`, so that what people do is signed; `staff_until`: it had one, and
    when that was first missing.
    """

    network: str
    at: datetime
    rulebook: str
    rulebook_name: str
    historic: bool
    advertisers: int
    payers: int
    campaigns: int
    lists: tuple[ListNews, ...]
    refused: tuple[Refused, ...]
    decisions: int
    statements: int
    outcomes_in_force: dict[str, dict[str, int]]
    cases: tuple[DecidedCase, ...]
    checkpoint: Checkpoint
    again: tuple[str, ...]
    contested: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    held_at_gate: tuple[str, ...] = ()
    lifted: tuple[str, ...] = ()
    letters_waiting: int = 0
    understood: tuple[TableRead, ...] = ()
    persons_verified: bool = False
    staff_until: datetime | None = None


class Inclusion(Record, frozen=True, kw_only=True):
    """A decision's index in the log, and the hashes from its leaf to a checkpoint's root (all base64)."""

    seq: int
    leaf_hash: str
    proof: tuple[str, ...]


class Precedent(Record, frozen=True, kw_only=True):
    """A decision about another party, no later than the case: its leaf, outcome, and the facts that differ, by path."""

    seq: int
    party_kind: str
    party_id: str
    outcome: str
    differs_in: tuple[str, ...] = ()


class FactChange(Record, frozen=True, kw_only=True):
    """One fact of a case, by path, that alone would alter the outcome: what it is, what it would be, what followed."""

    fact: str
    value: str | None
    changed_to: str | None
    outcome: str


class Precedents(Record, frozen=True, kw_only=True):
    """What was decided before in cases like the one at leaf `seq`, and what would have to change for another outcome.

    `same` have equal facts under the same rules, latest first. `nearest_other` is the decision that differs in the
    fewest facts of those that let a party buy where this one does not, or the other way round. `searched` decisions
    were looked through, those around the case. `changes` are of cases other than allow: each makes the outcome milder.
    """

    seq: int
    searched: int
    same: tuple[Precedent, ...] = ()
    nearest_other: Precedent | None = None
    changes: tuple[FactChange, ...] = ()


class Explained(Record, frozen=True, kw_only=True):
    """The whole case of one party: decisions in force, those that wait for their day, and a proof for each.

    `inclusions` are in the order of `in_force` followed by `waiting`, against `checkpoint`. `judgements` are
    what people said of the party's matches, oldest first, `confirmed` the facts that they confirmed of it, and others
    that its decisions rest on. `matches` are the findings of all these decisions with both
    sides, each once. `precedents` are in the order of `inclusions`. `noticed` are sentences on what was found of the
    party and what no decision rests on.
    """

    party_kind: Literal["advertiser", "payer"]
    party_id: str
    name: str
    at: datetime
    in_force: tuple[DecidedCase, ...]
    waiting: tuple[DecidedCase, ...]
    inclusions: tuple[Inclusion, ...]
    checkpoint: Checkpoint
    judgements: tuple[JudgedPair, ...] = ()
    confirmed: tuple[StatedFact, ...] = ()
    matches: tuple[MatchShown, ...] = ()
    precedents: tuple[Precedents, ...] = ()
    noticed: tuple[str, ...] = ()


Area = Literal[
    "settings", "lists", "tables", "rulebook", "staff", "ledger", "evidence", "register", "notifications", "clock",
    "disk", "versions",
]  # fmt: skip


class Advice(Record, frozen=True):
    """One finding: `what` is wrong in one sentence, `todo` the command or edit that fixes it.

    An `error` stops a run or the gate, or puts the record in doubt; a `warning` should be looked at.
    """

    level: Literal["error", "warning"]
    area: Area
    what: str
    todo: str

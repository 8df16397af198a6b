"""Decisions in a list that people filter, sort and search."""

from datetime import date

from evenhand.model.outcome import Outcome
from evenhand.model.party import PartyKind
from evenhand.model.record import Record


class DecisionQuery(Record, frozen=True, kw_only=True):
    """What a list of decisions is asked for; ``""`` asks for all.

    Every word of `text` has to be in name or id, whatever its accents. `scope` is `advertiser`, `payer` or `campaign`,
    `rule` a title. `sort` is a column's name, with `-` before it downwards; ``""`` puts the strictest first.
    """

    text: str = ""
    outcome: str = ""
    scope: str = ""
    rule: str = ""
    list: str = ""
    sort: str = ""
    skip: int = 0


class DecisionListed(Record, frozen=True, kw_only=True):
    """A decision in a list. `rules` are titles, strictest first; `list` is that of its strongest match."""

    party_kind: PartyKind
    party_id: str
    name: str
    scope: str
    outcome: Outcome
    in_force: bool
    since: date
    until: date | None
    list: str
    rules: tuple[str, ...]
    sentence: str
    decision: str
    seq: int


class DecisionPage(Record, frozen=True, kw_only=True):
    """Some rows of a list, of `total`; and how many there are of each value that one can filter by."""

    rows: tuple[DecisionListed, ...]
    total: int
    outcomes: dict[str, int]
    scopes: dict[str, int]
    lists: dict[str, int]
    rules: dict[str, int]

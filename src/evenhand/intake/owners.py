"""Owners whom nobody can screen: rows of ownership that name no party, or no owner.

INVARIANT: nothing missing is allowed silently. What somebody owns whom nobody can look up is held, as a party whose own
row cannot be read.
"""

from collections.abc import Iterable, Iterator, Set

from evenhand.intake.rejected_input import refused
from evenhand.intake.sheet import Unread
from evenhand.model.party import Ownership
from evenhand.model.run import Refused

TABLE = "ownership"
_OWNER = ("owner", "owner_name")


def unidentified_owners(file: str, rows: Iterable[Ownership], known: Set[str]) -> dict[str, Refused]:
    """Return, by the id of the owned party, the first owner that has neither a row nor a name; `known` have a row."""
    rows = list(rows)
    named = known | {row.owner for row in rows if row.owner_name}
    return {
        row.owned: _told(file, row, "owner", row.owner, "an id of the tables, or a name in `owner_name`")
        for row in reversed(rows)
        if row.owner not in named and row.owned in known
    }


def rows_without_owner(unread: Iterable[Unread], refusals: Iterable[Refused], known: Set[str]) -> dict[str, Refused]:
    """Return, by the id of the owned party, why a row of ownership has no owner at all."""
    why = {refusal.line: refusal for refusal in refusals if refusal.what == "row" and refusal.column in _OWNER}
    return {
        each.party: why[each.line]
        for each in unread
        if each.table == TABLE and each.party in known and each.line in why
    }


def unknown_owned(file: str, rows: Iterable[Ownership], known: Set[str]) -> Iterator[Refused]:
    """Yield the rows whose owned party nobody has: no table, and no further row in which it owns somebody."""
    rows = list(rows)
    ids = known | {each.owner for each in rows}
    for row in rows:
        if row.owned not in ids:
            yield _told(file, row, "owned", row.owned, "the id of an advertiser, a payer, or an owner of one")


def _told(file: str, row: Ownership, column: str, value: str, expected: str) -> Refused:
    return refused(file, int(row.row), column, value, expected, what="value")

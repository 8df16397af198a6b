"""Owners as lines of ownership: of a table's own rows, and those whom nobody can screen.

INVARIANT: nothing missing is allowed silently. What somebody owns whom nobody can look up is held, as a party whose own
row cannot be read.
"""

from collections.abc import Iterable, Iterator, Set
from typing import Any, NamedTuple

import msgspec

from evenhand.intake.owner_columns import OWNERS
from evenhand.intake.ownership_table import third_party, third_party_name
from evenhand.intake.rejected_input import refused
from evenhand.intake.sheet import Sheet, Unread
from evenhand.intake.values.owner_cells import BEFORE_PERCENT, ONE_OWNER, UNKNOWN_SHARE
from evenhand.intake.values.owner_readings import COMPARED_IN_PARTS
from evenhand.model.party import Ownership, Payer, StatedOwner
from evenhand.model.run import Refused

TABLE = "ownership"
UNKNOWN_COMPANIES = "Owners count for nobody of "
"""How the note on companies that nobody is called as begins, and no other note."""
NAMESAKES = "Possibly the client of that name: "
"""How the note on owners who are called as a client is begins, and no other note."""
_OWNER = ("owner", "owner_name")
_OTHER_SHARE = "the share that the table of ownership states; it counts as unknown"


class StatedIn(NamedTuple):
    """The owners that a table names: their lines of ownership, and by party why an owner of it cannot be told."""

    lines: list[Ownership]
    ownerless: dict[str, Refused]


def stated_owners(sheet: Sheet[Any], place: str, table: Iterable[Ownership], known: Set[str]) -> StatedIn:
    """Return the owners that the rows of a table at `place` name, beside the lines of the `table` of ownership.

    An owner called as an id of the `known` parties is that party, any other a third party under its name. Of an owner
    who is in the table of ownership too, that line counts alone; where another share is stated there, the owner's
    share is unknown, which the sheet notes.
    """
    found = StatedIn([], {})
    if OWNERS not in sheet.places:
        return found
    reasons = {each.line: each for each in reversed(sheet.refused) if _is_nameless(each)}
    shares = _shares(table)
    for party in sheet.items:
        line = sheet.lines[party.id]
        for owner in party.owners:
            if not owner.name:
                found.ownerless.setdefault(party.id, reasons.get(line) or _refused(place, line, owner, ONE_OWNER))
                continue
            stated = shares.get((party.id, owner.name.casefold()), ())
            share = owner.share
            if stated and (share is None or share in stated):
                continue
            if stated:
                share = None
                sheet.refused.append(_refused(place, line, owner, _OTHER_SHARE))
            is_id = owner.name in known
            found.lines.append(Ownership(
                owner=owner.name if is_id else third_party(owner.name), owned=party.id, share=share,
                owner_name="" if is_id else owner.name, row=f"table:{sheet.name}@{sheet.sha256}#{line}",
            ))  # fmt: skip
    return found


def _is_nameless(each: Refused) -> bool:
    return each.column == OWNERS and each.expected not in (UNKNOWN_SHARE, BEFORE_PERCENT, COMPARED_IN_PARTS)


def _refused(place: str, line: int, owner: StatedOwner, expected: str) -> Refused:
    return refused(place, line, OWNERS, owner.text, expected, what="value")


def _shares(table: Iterable[Ownership]) -> dict[tuple[str, str], list[int | None]]:
    """Return the shares that lines state by company and owner, whose id and name are both taken; then their sum."""
    shares: dict[tuple[str, str], list[int | None]] = {}
    for row in table:
        for owner in {row.owner, row.owner_name.casefold()} - {""}:
            shares.setdefault((row.owned, owner), []).append(row.share if row.kind == "ownership" else None)
    return {key: [*several, sum(each or 0 for each in several)] for key, several in shares.items()}


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
            name = third_party_name(row.owned)
            column, what = ("owned_name", "name") if name else ("owned", "id")
            yield _told(
                file, row, column, name or row.owned, f"the {what} of an advertiser, a payer, or an owner of one"
            )


def tell_unknown_companies(sheet: Sheet[Ownership], unknown: Iterable[Refused]) -> None:
    """Add a note to the table of ownership on the companies, of those `unknown`, that it names without an id."""
    names = dict.fromkeys(each.value for each in unknown if each.column == "owned_name")
    if names:
        count = "1 company" if len(names) == 1 else f"{len(names):,} companies"
        _add_note(sheet, (
            f"{UNKNOWN_COMPANIES}{count}, such as `{next(iter(names))}`: no client, payer or owner of one is called"
            " so. Write the name as the table of clients has it, or the id under `owned`"
        ))  # fmt: skip


def tell_namesakes(sheet: Sheet[Any], lines: Iterable[Ownership], parties: Iterable[Payer]) -> None:
    """Add a note to a table on owners of its `lines` that are called as a party is which they do not own themselves.

    They are third parties all the same: one name may be of two, and only an id says that it is one.
    """
    owned: dict[str, set[str]] = {}
    for line in lines:
        if third_party_name(line.owner):
            owned.setdefault(line.owner_name.casefold(), set()).add(line.owned)
    found = {
        name: each for each in (parties if owned else ())
        if (name := each.name.casefold()) in owned and owned[name] != {each.id}
    }  # fmt: skip
    if found:
        count, first = "1 owner" if len(found) == 1 else f"{len(found):,} owners", next(iter(found.values()))
        _add_note(sheet, (
            f"{NAMESAKES}{count}, such as `{first.name}` ({first.id}): if they are the same, write the id in place of"
            " the name, and who owns that client counts for what it owns"
        ))  # fmt: skip


def _add_note(sheet: Sheet[Any], note: str) -> None:
    if sheet.understood is not None:
        sheet.understood = msgspec.structs.replace(sheet.understood, notes=(*sheet.understood.notes, note))


def _told(file: str, row: Ownership, column: str, value: str, expected: str) -> Refused:
    return refused(file, int(row.row), column, value, expected, what="value")

"""Rows of the table of ownership; a company without an id is looked up by its name among the parties."""

from collections.abc import Iterable, Iterator
from functools import cached_property, partial
from typing import Final

import msgspec

from evenhand.intake.row import BadRow, Row
from evenhand.intake.sheet import Sheet, Unread
from evenhand.intake.values import cells
from evenhand.intake.values.damaged_text import damage_of
from evenhand.intake.values.owner_readings import (
    COMPARED_IN_PARTS,
    holds_more,
    is_of_one,
    is_past_reading,
    other_readings,
)
from evenhand.model.party import Ownership, OwnershipKind, Payer
from evenhand.model.text_matching import plain

_KINDS: dict[str, OwnershipKind] = {
    "ownership": "ownership", "control": "control", "ownership_or_control": "ownership_or_control",
    "acts_for": "acts_for",
}  # fmt: skip
_THIRD_PARTY: Final = "(owner "
_MOST_NAMED = 5


def third_party(name: str) -> str:
    """Return the id of a third party that is known by its name alone."""
    return f"{_THIRD_PARTY}{name})"


def third_party_name(party: str) -> str:
    """Return the name of a third party that is known by it alone, ``""`` for any other id.

    >>> third_party_name(third_party("Example Trust")), third_party_name("17")
    ('Example Trust', '')
    """
    return party[len(_THIRD_PARTY) : -1] if party.startswith(_THIRD_PARTY) else ""


def owner_party(row: Ownership) -> Payer:
    """Return the owner of a line as a party to be screened: what its name may hold beside the whole is an alias.

    >>> made = Ownership(owner="7", owned="17", owner_name="Majority owner Jane Doe")
    >>> owner_party(made).aliases
    ('Jane Doe',)
    """
    return Payer(
        id=row.owner, name=row.owner_name, aliases=other_readings(row.owner_name), schema="LegalEntity",
        country=row.owner_country,
    )  # fmt: skip


class OwnershipRows:
    """Reads rows of ownership; `parties` are those whose names a company may be given by.

    A name that several parties have rejects the row; what can be read of it counts for each of them with an unknown
    share, so that nobody is allowed for it. A name that nobody has is a third party's, as that of an owner is.
    """

    def __init__(self, parties: Iterable[Payer]) -> None:
        self._parties = parties
        self._by_line: dict[int, tuple[str, ...]] = {}

    @cached_property
    def _ids(self) -> dict[str, dict[str, None]]:
        found: dict[str, dict[str, None]] = {}
        for party in self._parties:
            for name in (party.name, *party.aliases):
                found.setdefault(plain(name), {})[party.id] = None
        return found

    def read(self, row: Row) -> tuple[str, Ownership]:
        """Return the line of an ownership register that a row is, or refuse it; its row id is the line in the file.

        An owner that has a name and no id is a third party under that name, and screened by it: it must be whole.
        """
        owner_name = cells.on_one_line(row.text("owner_name"))
        if damage := damage_of(owner_name) or (COMPARED_IN_PARTS if is_past_reading(owner_name) else ""):
            if not row.text("owner"):
                raise BadRow("owner_name", owner_name, damage)
            row.left_out.append(("owner_name", owner_name, damage))
            owner_name = ""
        if holds_more(owner_name):
            row.left_out.append(("owner_name", owner_name, COMPARED_IN_PARTS))
        named = owner_name if not row.text("owner") else ""
        return "", Ownership(
            share=row.optional("share", cells.share, None) if is_of_one(owner_name) else None,
            kind=row.optional("kind", partial(cells.one_of, _KINDS), "ownership"),
            as_of=row.optional("as_of", cells.day, None),
            until=row.optional("until", cells.day, None),
            owner=third_party(named) if named else row.needed("owner" if row.has("owner") else "owner_name", cells.key),
            owned=self._owned(row),
            source=row.text("source"),
            confirmed_by=row.text("confirmed_by"),
            owner_name=owner_name,
            owner_country=row.supporting("owner_country", cells.country, ""),
            row=str(row.line),
        )

    def salvage(self, row: Row) -> tuple[str, Ownership] | None:
        """Return what can be read of a rejected row; a share that cannot be read is unknown, not none."""
        try:
            return self.read(row)
        except BadRow:
            return None

    def complete(self, sheet: Sheet[Ownership]) -> None:
        """Bring the rows of a company that several parties may be to each of them, and so what is unread of them."""
        if self._by_line:
            sheet.items = [each for item in sheet.items for each in self._of_each(item)]
            sheet.unread = [each for cell in sheet.unread for each in self._unread_of_each(cell)]

    def _owned(self, row: Row) -> str:
        if row.text("owned") or not row.has("owned_name"):
            return row.needed("owned", cells.key)
        name = row.needed("owned_name", cells.name)
        ids = tuple(self._ids.get(plain(name), ()))
        self._by_line[row.line] = ids or (third_party(name),)
        if len(ids) > 1:
            who = ", ".join(ids[:_MOST_NAMED])
            row.refuse("owned_name", f"a name that one party has, or the id in `owned`: {who} have it")
        return self._by_line[row.line][0]

    def _of_each(self, item: Ownership) -> Iterator[Ownership]:
        ids = self._by_line.get(int(item.row), ())
        if len(ids) < 2:
            yield item
        else:
            yield from (msgspec.structs.replace(item, owned=id_, share=None) for id_ in ids)

    def _unread_of_each(self, cell: Unread) -> Iterator[Unread]:
        ids = () if cell.party else self._by_line.get(cell.line, ())
        yield from (cell._replace(party=id_) for id_ in ids or (cell.party,))

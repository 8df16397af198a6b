"""Rows of the table of ownership."""

from functools import partial

from evenhand.intake.row import BadRow, Row
from evenhand.intake.values import cells
from evenhand.intake.values.damaged_text import damage_of
from evenhand.model.party import Ownership, OwnershipKind

_KINDS: dict[str, OwnershipKind] = {
    "ownership": "ownership", "control": "control", "ownership_or_control": "ownership_or_control",
    "acts_for": "acts_for",
}  # fmt: skip


def third_party(name: str) -> str:
    """Return the id of a third party that is known by its name alone."""
    return f"(owner {name})"


def ownership(row: Row) -> tuple[str, Ownership]:
    """Return the line of an ownership register that a row is, or refuse it; its row id is the line in the file.

    An owner that has a name and no id is a third party under that name, and screened by it: the name must be whole.
    """
    owner_name = cells.on_one_line(row.text("owner_name"))
    if damage := damage_of(owner_name):
        if not row.text("owner"):
            raise BadRow("owner_name", owner_name, damage)
        row.left_out.append(("owner_name", owner_name, damage))
        owner_name = ""
    named = owner_name if not row.text("owner") else ""
    return "", Ownership(
        share=row.optional("share", cells.share, None),
        kind=row.optional("kind", partial(cells.one_of, _KINDS), "ownership"),
        as_of=row.optional("as_of", cells.day, None),
        until=row.optional("until", cells.day, None),
        owner=third_party(named) if named else row.needed("owner", cells.key),
        owned=row.needed("owned", cells.key),
        source=row.text("source"),
        confirmed_by=row.text("confirmed_by"),
        owner_name=owner_name,
        owner_country=row.supporting("owner_country", cells.country, ""),
        row=str(row.line),
    )


def rejected_ownership(row: Row) -> tuple[str, Ownership] | None:
    """Return what can be read of a rejected row of ownership; a share that cannot be read is unknown, not none."""
    try:
        return ownership(row)
    except BadRow:
        return None

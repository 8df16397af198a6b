"""Columns of clients that seem to name owners: these are read from a table of ownership, and nowhere else."""

import re
from collections.abc import Collection, Iterator

from evenhand.intake.columns import NAMES, PARTIES
from evenhand.store.tables import Table

UNREAD_OWNERS = "No owners are read from "
"""How the note on such columns begins, and no other note."""

_OF_OWNERS = re.compile(
    r"ubo\b|owner|sharehold|benefic|bénéf|^parent$|parent (?:comp|ent|org|firm|group)|holding comp"
    "|eigent|gesellschafter|beteilig|berechtigt|anteilseigner|inhaber|mutterges|mutterunt|mutterkonz|konzernmutter"
    "|actionn|propriét|société mère|maison mère|titular|propietari|accionist|matriz"
    "|titolar|proprietar|azionist|capogruppo|właścic|udział|akcjonariusz|spółka matka"
    "|владел|собствен|бенефиц|учредит|акционер|материнск",
    re.IGNORECASE,
)
_PUT = (
    "Put each owner into the table of ownership (`ownership` in [intake] of evenhand.toml), headed"
    " `owner,owned,share,owner_name`: `owned` is the id of the client; `owner` stays empty where the owner has no id,"
    " and `share` where it is unknown"
)


def names_owners(text: str) -> bool:
    """Return whether a heading, or the name of a sheet, seems to be of owners.

    >>> [names_owners(each) for each in ("Beneficial owner", "Gesellschafter", "Gesellschaftsform", "Parent category")]
    [True, True, False, False]
    """
    return bool(_OF_OWNERS.search(text.replace("_", " ").strip()))


def owner_notes(name: str, table: Table, ignored: Collection[str]) -> Iterator[str]:
    """Yield a sentence on the columns of a table that are not read and seem to name owners, where one has a value.

    `name` is that of the table, `ignored` are its headings that are not read. Cost: the rows are read a second time,
    where there is such a heading.
    """
    places = [at for at, text in enumerate(table.header) if text in ignored and names_owners(text)]
    if name not in PARTIES or not places:
        return
    rows = [not line.problem and any(line.cells[at].strip() for at in places) for line in table.again()]
    if filled := sum(rows):
        names = " and ".join(f"`{table.header[at]}`" for at in places)
        put = "Screen the owners as rows of their own" if name == NAMES else _PUT
        yield (
            f"{UNREAD_OWNERS}{names} ({filled:,} of {len(rows):,} rows with a value): a client that a listed party owns"
            f" is not found by it. {put}"
        )

"""What is said of a table that was looked at before it counts; the page Upload and `tables check` both say it."""

from collections.abc import Mapping
from typing import Final

from evenhand.model.upload import TableName

_LEFT_OUT: Final = "A rejected row is left out"
_OF_ROWS: Final[Mapping[TableName, str]] = {
    "advertisers": "The advertiser of a rejected row is held unscreened",
    "payers": "The payer of a rejected row is held unscreened, and so is each advertiser that it pays for",
    "ownership": "A rejected row counts as far as it can be read; a share that cannot be is an unknown one",
    "campaigns": "A rejected row is not decided: the campaign's decision in force stays, and at the gate the campaign "
    "counts as political",
    "creatives": f"{_LEFT_OUT}, and until it is corrected no milder decision of its advertiser replaces one in force",
    "votes": f"{_LEFT_OUT}, and until it is corrected no milder decision replaces one in force",
}


def rejected_words(table: TableName) -> str:
    """Return what follows for a rejected row of a table, and for a rejected value, as two sentences."""
    return f"{_OF_ROWS.get(table, _LEFT_OUT)}. Of a row with a rejected value the rest is read."

"""The times that records bear: the order of the ledger is what counts, and a time that goes back is named."""

from datetime import datetime

from evenhand.ledger import LogReader
from evenhand.model.log import DatedBack


def newest_time(ledger: LogReader) -> datetime | None:
    """Return the latest time that any record bears, to the minute; None of an empty ledger.

    Not that of the last record: a run may be dated before what people did, and would make room for an earlier act.
    """
    newest = max((at for _, at in ledger.times()), default=None)
    return None if newest is None else datetime.fromisoformat(newest)


def dated_back(ledger: LogReader) -> DatedBack | None:
    """Return which records bear an earlier time than one that precedes them; None where there is none."""
    latest, found = "", list[tuple[int, str, str]]()
    for seq, at in reversed(list(ledger.times())):
        if at < latest:
            found.append((seq, at, latest))
        latest = max(latest, at)
    if not found:
        return None
    seq, at, before = found[0]
    return DatedBack(records=len(found), first=seq, at=at, preceded_by=before)

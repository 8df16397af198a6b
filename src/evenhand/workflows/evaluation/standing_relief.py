"""A relief as a history keeps it."""

from datetime import datetime, tzinfo

import msgspec


class StandingRelief(msgspec.Struct, frozen=True):
    """That a decision is not applied while a complaint about it is open: `since` ≤ at < `until`."""

    seq: int
    complaint: str
    decision: str
    by: str
    since: datetime
    until: datetime

    def sentence(self, zone: tzinfo) -> str:
        """Return until when the decision is not applied, and why, without a full stop."""
        day = self.until.astimezone(zone).date()
        return f"Not applied until {day}: interim relief in complaint {self.complaint}"

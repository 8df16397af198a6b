"""The circumstances of one bid or question: what a register's conditions may ask about it."""

from datetime import datetime

import msgspec

from evenhand.model.program import milliseconds

_HOUR_MS = 3_600_000


class Circumstances(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is served where, when, and whether it is political; None is unknown, which is never the same as absent.

    `country` is two letters of ISO 3166-1, `territories` it and its unions, `placement` the host of the site or the
    bundle of the app, `media` some of banner, video, audio, native. `political` is never unknown, `at` is aware.
    """

    political: bool
    at: datetime
    country: str | None = None
    territories: frozenset[str] | None = None
    region: str | None = None
    placement: str | None = None
    publisher: str | None = None
    deal: str | None = None
    categories: frozenset[str] | None = None
    media: frozenset[str] | None = None

    @property
    def at_ms(self) -> int:
        """Return the instant in whole milliseconds since 1970, rounded down."""
        return milliseconds(self.at)

    @property
    def hour_utc(self) -> int:
        """Return the hour of the day in UTC, 0 to 23."""
        return self.at_ms // _HOUR_MS % 24

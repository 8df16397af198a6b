"""Keys by which programs use the API."""

from datetime import datetime
from typing import Literal

from evenhand.model.record import Record

ApiScope = Literal["screen", "read", "work", "complain"]


class ApiKey(Record, frozen=True, kw_only=True):
    """A key of a program: `person` is who answers for what it does, `scopes` what it may do.

    `id` is the part of the key that may be shown. `per_minute` requests are taken. It ends at `ends`, None: never.
    `refused` is why `staff.toml` lets its person in no more, or not yet; the console's tables do not keep it.
    """

    id: str
    label: str
    person: str
    scopes: tuple[ApiScope, ...]
    per_minute: int
    created: datetime
    ends: datetime | None = None
    revoked: bool = False
    last_used: datetime | None = None
    refused: str = ""

"""What the console keeps outside the ledger: accounts, sessions, who read what."""

from datetime import datetime
from typing import Literal

from evenhand.model.record import Record

OPENREFINE = ("http://127.0.0.1:3333", "http://localhost:3333")
"""Where OpenRefine shows its pages, unless it is told otherwise."""

LinkPurpose = Literal["first", "invite", "reset"]


class Account(Record, frozen=True, kw_only=True):
    """Somebody who can log in; `person` is their id in `staff.toml`, or any name where there is no such file.

    `has_password` is False until they chose one, and where they log in by single sign-on only: `sign_on` is the name by
    which a provider may log them in, ``""`` for none. With a `second_factor` the password needs a code beside it.
    `refused` is why `staff.toml` lets them in no more, or not yet; the console's tables do not keep it.
    """

    person: str
    name: str
    created: datetime
    has_password: bool
    sign_on: str = ""
    second_factor: bool = False
    failures: int = 0
    locked_until: datetime | None = None
    disabled: bool = False
    refused: str = ""


class Session(Record, frozen=True, kw_only=True):
    """One log-in of a person: `id` is the first 12 hex digits of the hash of its secret, `token` that of its forms.

    `agent` and `address` are of the log-in. It ends at `ends`, or when it was not used for the idle time.
    """

    id: str
    person: str
    token: str
    created: datetime
    seen: datetime
    ends: datetime
    agent: str
    address: str


class KeptForm(Record, frozen=True, kw_only=True):
    """A form that came in after its session had ended, kept for its person for half an hour and never sent by itself.

    `path` is where it was sent, `page` the address of the page that has it, both of this console. `fields` has no
    token, password or file; `files` is how many files were chosen.
    """

    id: str
    person: str
    path: str
    page: str
    fields: dict[str, tuple[str, ...]]
    files: int
    at: datetime


class ReadEntry(Record, frozen=True, kw_only=True):
    """That a person was shown personal data: `what` is the kind of page, `about` the ids on it."""

    at: datetime
    person: str
    what: str
    about: str


class ServeSettings(Record, frozen=True, kw_only=True):
    """How `evenhand serve` serves a network: where it listens and what its pages may rely on.

    `public_url` is the address that browsers see, ``""`` where it is the one listened on; with https, cookies are for
    https alone. `idle_minutes` and `session_hours` end a session. Pages of `preview_origins` may show the previews of
    the reconciliation service in a frame, and nothing else of the console. `listening` is the file descriptor of a
    socket that listens already, -1 where host and port are yet to be listened on.
    """

    network: str
    host: str = "127.0.0.1"
    port: int = 8971
    public_url: str = ""
    idle_minutes: int = 60
    session_hours: int = 12
    preview_origins: tuple[str, ...] = OPENREFINE
    listening: int = -1

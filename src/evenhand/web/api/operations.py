"""One operation of the API: its path, what it takes and gives, which scope it needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from evenhand.model.api_key import ApiKey, ApiScope
from evenhand.store.network import Network
from evenhand.web.api.problems import ApiError
from evenhand.web.console.console import Console
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.people.sessions import session_signer
from evenhand.workflows.people.staff_rules import network_staff


@dataclass(frozen=True)
class Call:
    """One request that passed key, scope, rate and form: what it asks, and of which console."""

    console: Console
    key: ApiKey
    now: datetime
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None

    @property
    def network(self) -> Network:
        """Return the network."""
        return self.console.network()

    def acting(self) -> Acting:
        """Return who answers for the key, signed by the ledger's session key where the network has a `staff.toml`."""
        signer = session_signer(self.network, self.now) if network_staff(self.network) is not None else None
        return Acting(self.key.person, "", signer)

    def number(self, name: str, default: int, most: int) -> int:
        """Return a whole number of the query, between 1 and `most`."""
        return min(max(int(self.query.get(name, default)), 1), most)


@dataclass(frozen=True)
class Parameter:
    """A value of the query: its JSON schema, what it means, and whether it has to be there."""

    name: str
    schema: Mapping[str, Any]
    about: str
    is_required: bool = False


@dataclass(frozen=True)
class Operation:
    """A path and method, `takes` the type of the body, `gives` that of the answer, `handle` what makes it.

    A part of the path that ends in `:path` takes slashes.
    `about` is its description, by default the first line of what the handler says of itself.
    """

    method: Literal["GET", "POST"]
    path: str
    scope: ApiScope
    summary: str
    gives: Any
    handle: Callable[[Call], Any]
    takes: Any = None
    parameters: tuple[Parameter, ...] = ()
    path_about: Mapping[str, str] = field(default_factory=dict)
    writes: bool = False
    status: int = 200
    about: str = ""

    @property
    def shown_path(self) -> str:
        """Return the path as the description has it."""
        return self.path.replace(":path", "")

    @property
    def name(self) -> str:
        """Return the operation's id: the handler's name."""
        return self.handle.__name__


LIMIT = Parameter("limit", {"type": "integer", "minimum": 1, "maximum": 500, "default": 50}, "Items on a page.")
CURSOR = Parameter(
    "cursor",
    {"type": "string", "maxLength": 15, "pattern": "^[0-9]{1,15}$"},
    "Where the page begins: `next` of the one before.",
)


def cursor_of(call: Call) -> int:
    """Return where a page begins.

    Raises:
        ApiError: 422, the cursor is not one that a page gave.
    """
    text = call.query.get("cursor", "0")
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise ApiError(422, "`cursor` is not one that a page gave as `next`")
    return int(text)

"""What is asked of the EU Transparency Database: paths and bodies, no sending (`reasons.md` §4)."""

from collections.abc import Sequence
from typing import NamedTuple

from evenhand.model.errors import BadInput

MOST = 100
_STATEMENT = "/api/v1/statement"


class Request(NamedTuple):
    """A method, a path below the database's address, and a body of JSON; a question has none."""

    method: str
    path: str
    body: bytes | None


def to_store(payloads: Sequence[bytes]) -> Request:
    """Return the request that stores these statements, all or none; each is the JSON of one.

    Raises:
        BadInput: none, or more than the 100 that the database takes at once.

    >>> to_store([b'{"puid":"r-1"}'])
    Request(method='POST', path='/api/v1/statement', body=b'{"puid":"r-1"}')
    """
    if not 1 <= len(payloads) <= MOST:
        raise BadInput("a batch of", got=len(payloads), expected=f"1 to {MOST} statements")
    if len(payloads) == 1:
        return Request("POST", _STATEMENT, payloads[0])
    return Request("POST", f"{_STATEMENT}s", b'{"statements":[' + b",".join(payloads) + b"]}")


def to_ask(puid: str) -> Request:
    """Return the question whether the database knows a statement."""
    return Request("GET", f"{_STATEMENT}/existing-puid/{puid}", None)

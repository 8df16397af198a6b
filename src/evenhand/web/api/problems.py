"""What went wrong as RFC 9457 has it: a problem with type, title, status and detail."""

import re
from collections.abc import Mapping
from typing import Final

import msgspec
from starlette.responses import Response

from evenhand.model.errors import EvenhandError
from evenhand.web.console.guard import error_status

_NOT_NOW: Final = 503
FIELDS: Final[Mapping[str, str]] = {
    "why": "why", "code": "codes", "until": "until", "document": "changes[].documents", "share": "changes",
    "control": "changes", "verified": "changes", "judge": "changes", "circumvention": "changes", "text": "words",
    "reason": "reasons", "informed": "informed_on", "by": "filed_by",
}  # fmt: skip
"""The field of a body that says what an option of the command line says, by the option's name."""
_OPTION: Final = re.compile(r"`?--([a-z]+(?:-[a-z]+)*)(?: [A-Z]+(?:=[A-Z]+)?\b)?`?")
_COMMAND: Final = re.compile(r"\bevenhand [a-z]")
MEDIA_TYPE: Final = "application/problem+json"
TITLES: Final = {
    400: "The request cannot be used", 401: "No valid key", 403: "Not permitted", 404: "Not found",
    405: "No such method here", 409: "Its state does not allow this", 413: "The request is too large",
    415: "Not JSON", 422: "Not as the description says", 429: "Too many requests", 500: "A fault of the server",
    503: "Not now",
}  # fmt: skip


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem of RFC 9457; `type` is `about:blank`, so that `title` says what `status` means."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""


class ApiError(Exception):
    """An answer other than the one asked for, with the headers that it needs."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers or {}


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """Return the answer that says a problem."""
    body = Problem(title=TITLES.get(status, "Not possible"), status=status, detail=detail)
    return Response(msgspec.json.encode(body), status, media_type=MEDIA_TYPE, headers=headers)


def problem_of(error: EvenhandError) -> Response:
    """Return the answer that says an error of ours; what can be tried again says when."""
    status = error_status(error)
    return problem(status, detail_of(str(error)), {"retry-after": "1"} if status == _NOT_NOW else None)


def detail_of(message: str) -> str:
    """Return a message for a program: with its own fields in place of options, and without commands to type.

    >>> detail_of("--informed: told after the complaint was filed; expected 2026-11-02 at most")
    '`informed_on`: told after the complaint was filed; expected 2026-11-02 at most'
    >>> detail_of("not all is given; expected --code CODE, --document FILE: what shows it; see `evenhand task`")
    'not all is given; expected `codes`, `changes[].documents`: what shows it'
    """
    parts = message.split("; ")
    without_commands = "; ".join(each for each in parts if not _COMMAND.search(each)) or message
    return _OPTION.sub(lambda found: f"`{FIELDS.get(found[1], found[1].replace('-', '_'))}`", without_commands)

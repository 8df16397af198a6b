"""What went wrong as RFC 9457 has it: a problem with type, title, status and detail."""

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import msgspec
from starlette.responses import Response

from evenhand.model.errors import EvenhandError
from evenhand.web.console.guard import error_status

Given = TypeVar("Given")
Value = TypeVar("Value")

_NOT_NOW: Final = 503
FIELDS: Final[Mapping[str, str]] = {
    "why": "why", "code": "codes", "until": "until", "document": "changes[].documents", "share": "changes",
    "control": "changes", "verified": "changes", "judge": "changes", "circumvention": "changes", "text": "words",
    "reason": "reasons", "informed": "informed_on", "by": "filed_by",
}  # fmt: skip
"""The field of a body that says what an option of the command line says, by the option's name."""
_NO_HEADERS: Final[Mapping[str, str]] = {}
_MOST_SHOWN: Final = 5
_OPTION: Final = re.compile(r"`?--([a-z]+(?:-[a-z]+)*)(?: [A-Z]+(?:=[A-Z]+)?\b)?`?")
_COMMAND: Final = re.compile(r"\bevenhand [a-z]")
MEDIA_TYPE: Final = "application/problem+json"
TITLES: Final = {
    400: "The request cannot be used", 401: "No valid key", 403: "Not permitted", 404: "Not found",
    405: "No such method here", 409: "Its state does not allow this", 413: "The request is too large",
    415: "Not JSON", 422: "Not as the description says", 429: "Too many requests", 500: "A fault of the server",
    503: "Not now",
}  # fmt: skip


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one of several: `name` says which, as in the request."""

    name: str
    detail: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem of RFC 9457; `type` is `about:blank`, so that `title` says what `status` means.

    Where several were sent, `errors` has each that cannot be used.
    """

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: tuple[Fault, ...] | msgspec.UnsetType = msgspec.UNSET


class ApiError(Exception):
    """An answer other than the one asked for, with the headers that it needs."""

    def __init__(
        self, status: int, detail: str, headers: dict[str, str] | None = None, errors: tuple[Fault, ...] = ()
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.errors = status, detail, headers or {}, errors

    def answer(self, headers: Mapping[str, str] = _NO_HEADERS) -> Response:
        """Return the answer that says it, with more headers."""
        return problem(self.status, self.detail, {**self.headers, **headers}, self.errors)


def problem(
    status: int, detail: str, headers: dict[str, str] | None = None, errors: tuple[Fault, ...] = ()
) -> Response:  # fmt: skip
    """Return the answer that says a problem."""
    title = TITLES.get(status, "Not possible")
    body = Problem(title=title, status=status, detail=detail, errors=errors or msgspec.UNSET)
    return Response(msgspec.json.encode(body), status, media_type=MEDIA_TYPE, headers=headers)


def read_each(given: Mapping[str, Given], read: Callable[[str, Given], Value]) -> dict[str, Value]:
    """Return what is read of each of several, by name; `read` takes the name and what was given.

    Raises:
        ApiError: 422, one or more cannot be used: all of them are named. None is left out: no answer to one would
            look as if nothing had been found.
    """
    found: dict[str, Value] = {}
    faults: list[Fault] = []
    for name, each in given.items():
        try:
            found[name] = read(name, each)
        except ApiError as error:
            faults.append(Fault(name=name, detail=error.detail))
    if not faults:
        return found
    shown = "; ".join(fault.detail for fault in faults[:_MOST_SHOWN])
    if len(faults) > 1:
        shown = f"{len(faults):,} of {len(given):,} cannot be used, all are in `errors`: {shown}"
    raise ApiError(422, shown, errors=tuple(faults))


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

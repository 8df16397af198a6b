"""What went wrong as RFC 9457 has it: a problem with type, title, status and detail."""

from typing import Final

import msgspec
from starlette.responses import Response

from evenhand.model.errors import EvenhandError
from evenhand.web.console.guard import error_status

_NOT_NOW: Final = 503
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
    return problem(status, str(error), {"retry-after": "1"} if status == _NOT_NOW else None)

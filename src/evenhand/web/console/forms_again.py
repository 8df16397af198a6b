"""A form shown again on its own page with what was typed: after a refusal, and to who logs in again."""

from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from evenhand.model.errors import EvenhandError, NotPermitted
from evenhand.web.console.form_filling import FilledPage, Values, fill_form, insert_below_head, typed_fields
from evenhand.web.console.guard import error_status, page_address
from evenhand.web.console.problems import problem_of
from evenhand.web.console.templates import render_template
from evenhand.web.console.visit import Visit

_OK: Final = 200
_REFUSED: Final = range(400, 500)


def with_typed(visit: Visit, answer: Response) -> Response:
    """Return the answer to a form: a page that refuses it has the form on it again with what was typed.

    What was typed and has no field on that page stands in words above. An answer that is no page stays as it is.
    """
    fields = visit.form.fields
    if answer.status_code not in _REFUSED or not _is_page(answer) or visit.wants_fragment:
        return answer
    page = bytes(answer.body).decode()
    if not typed_fields(fields):
        return answer
    filled = fill_form(page, visit.request.url.path, fields, page_address(visit.request, fields))
    return _page(_with_line(filled or FilledPage(page, typed_fields(fields)), ""), answer.status_code)


def refused_form(visit: Visit, error: EvenhandError) -> Response | None:
    """Return the page that a refused form was sent from, with the error above and the form filled in again.

    None where that page cannot be shown, or does not have the form any more.
    """
    fields, path = visit.form.fields, visit.request.url.path
    address = page_address(visit.request, fields)
    page = _shown_now(visit, address)
    filled = None if page is None else fill_form(page, path, fields, address)
    if filled is None:
        return None
    if isinstance(error, NotPermitted):
        visit.log_event(visit.person, "not permitted")
    return _page(_with_line(filled, problem_of(error)), error_status(error))


def kept_form_page(visit: Visit, path: str, address: str, fields: Values, line: str) -> Response | None:
    """Return the page of a form that was kept, filled in as it was sent, with a line above; None as `refused_form`."""
    page = _shown_now(visit, address)
    filled = None if page is None else fill_form(page, path, fields, address, hidden_too=True)
    return None if filled is None else _page(_with_line(filled, line, tone="warn-line"), _OK)


def _with_line(filled: FilledPage, line: str, tone: str = "problem") -> str:
    if not line and not filled.lost:
        return filled.page
    part = render_template("typed.html", line=line, tone=tone, filled=filled)
    return insert_below_head(filled.page, part)


def _page(page: str, status: int) -> Response:
    return Response(page, status, media_type="text/html")


def _is_page(answer: Response) -> bool:
    return answer.media_type == "text/html" and hasattr(answer, "body")


def _shown_now(visit: Visit, address: str) -> str | None:
    """Return a page of ours as a link to it would show it now to the same person; None where there is none."""
    parts = urlsplit(address)
    scope = {
        **visit.request.scope, "method": "GET", "path": parts.path, "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(), "path_params": {},
    }  # fmt: skip
    for route in visit.request.app.routes:
        match, child = route.matches(scope)
        page = getattr(child.get("endpoint"), "page", None) if match is Match.FULL else None
        if page is not None:
            try:
                answer = page(visit.reading(Request({**scope, **child})))
            except EvenhandError:
                return None
            is_shown = answer.status_code == _OK and _is_page(answer)
            return bytes(answer.body).decode() if is_shown else None
    return None

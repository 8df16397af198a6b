"""How a page answers a request: in a thread, and an error of ours becomes a page that says it."""

from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from evenhand.model.errors import EvenhandError, NetworkUnreadable, NotFound
from evenhand.model.staff import StaffAction
from evenhand.web.console.console import Console
from evenhand.web.console.forms_again import refused_form, with_typed
from evenhand.web.console.guard import error_status
from evenhand.web.console.visit import Page, Visit, visit_of
from evenhand.workflows.people.permitted_roles import check_may_some

# What nobody has to wait with: to end sessions, change a password, disable an account.
_WHILE_FAULTY: Final = ("/log", "/account/", "/people/disable")
_REFUSALS: Final = 400  # the first status of a refusal (RFC 9110 §15.5)


def endpoint(page: Page, acts: Sequence[StaffAction] = ()) -> Callable[[Request], Any]:
    """Return what Starlette calls for a page: it runs in a thread, and an error of ours becomes a page that says it.

    Where there are `acts`, only those who may do one of them get as far as the page.
    """

    async def answer(request: Request) -> Response:
        """Answer one request."""
        return await run_in_threadpool(_answered, page, acts, visit_of(request))

    answer.page = page  # type: ignore[attr-defined]  # a form that is refused is shown again on the page of its route
    return answer


def _answered(page: Page, acts: Sequence[StaffAction], visit: Visit) -> Response:
    is_form = visit.request.method == "POST" and visit.session is not None
    try:
        if is_form and not visit.request.url.path.startswith(_WHILE_FAULTY):
            check_holds(visit.console)
        if acts:
            check_may_some(visit.network, visit.person, acts, visit.now)
        answer = page(visit)
    except EvenhandError as error:
        if not is_form:
            return error_page(visit, error)
        return refused_form(visit, error) or with_typed(visit, error_page(visit, error))
    if not is_form:
        return answer
    if answer.status_code < _REFUSALS:
        visit.console.kept_forms.forget(visit.person, path=visit.request.url.path)
    return with_typed(visit, answer)


def check_holds(console: Console) -> None:
    """Refuse an act while the settings or the staff do not hold: what they should say is not known.

    Raises:
        NetworkUnreadable: it says the line of the command line.
    """
    if fault := console.fault():
        raise NetworkUnreadable(f"nothing can be recorded until a file of this network is mended: {fault}")


def error_page(visit: Visit, error: EvenhandError) -> Response:
    """Return the page that says what went wrong, where, what was expected and what to do."""
    status = error_status(error)
    is_missing = isinstance(error, NotFound)
    title = "Not found" if is_missing else "This cannot be done"
    words = unquote(visit.request.url.path).rstrip("/").rpartition("/")[2]
    return visit.render("error.html", status, title=title, message=str(error), is_missing=is_missing, words=words)

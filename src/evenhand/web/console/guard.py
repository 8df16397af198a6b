"""What a request passes before a page sees it: known host, session, own origin, token; and what every answer has."""

import hmac
from contextlib import suppress
from typing import Final
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from evenhand.model.console import KeptForm, Session
from evenhand.model.errors import BadInput, EvenhandError
from evenhand.web.console.console import Console
from evenhand.web.console.form_filling import SECRET_FIELDS, SHOWN_ON, Values, kept_fields
from evenhand.web.console.forms import MOST_BYTES, MOST_UPLOAD_BYTES, Form, TooLarge, read_form
from evenhand.web.console.responses import HTTPS_ONLY, NO_STORE, SAFE_HEADERS, cookie_name
from evenhand.workflows.people.access import refused_access

TOKEN: Final = "token"
_GONE: Final = (
    "You are not logged in any more, so nothing was recorded, and this form is too old or too large to be kept. Go"
    " back: what you typed is still there. Copy it, log in again at /login, open the page anew, and paste it."
)
_ANOTHERS: Final = (
    "This form was opened by another person, who was logged in here before. Nothing was recorded. What was typed is"
    " kept for that person for half an hour; open the page anew to fill it in yourself."
)
ENDED: Final = "ended"
"""The part of the address of the log-in that says how an account was taken away while a form was filled in."""
KEPT: Final = "/kept"
"""Where a form is shown again that came in after its session had ended."""
_READS: Final = frozenset({"GET", "HEAD"})
_LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})
# Without a session: log-in and its links, files of pages, the pages for the public, programs with their own keys, and
# what browsers, crawlers and monitors ask every site for.
_OPEN: Final = (
    "/login", "/link/", "/static/", "/public", "/api/", "/.well-known/", "/sso/",
    "/healthz", "/readyz", "/robots.txt", "/favicon.ico",
)  # fmt: skip
# Forms with files take more; everybody may send the one of complaints, so that it takes less.
_FRAMED: Final = (b"content-security-policy", b"x-frame-options")
_UPLOADS: Final = (
    ("/upload", MOST_UPLOAD_BYTES), ("/evidence", MOST_UPLOAD_BYTES), ("/tasks/", MOST_UPLOAD_BYTES),
    ("/public/complaint", 30 << 20),
)  # fmt: skip


class Guard:
    """The outermost part of the application; see the module's line."""

    def __init__(self, app: ASGIApp, console: Console) -> None:
        self._app, self._console = app, console

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on with `state` filled in."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        refusal = await self._refusal(request)
        target = self._app if refusal is None else refusal
        try:
            with suppress(ClientDisconnect):  # nobody is there who could be answered
                await target(scope, request.receive, self._with_headers(scope, send))
        finally:
            for sent in form_of(request).files.values():
                sent.content.close()

    async def _refusal(self, request: Request) -> Response | None:
        """Return the answer to a request that goes no further, None for one that may."""
        if not self._is_known_host(request):
            return _plain("This host name is not one of this console's. Start it with --public-url.", 421)
        path = request.url.path
        if path.startswith("/api/"):
            return None  # programs send a key with each request: a browser adds nothing of its own
        is_open = path.startswith(_OPEN)
        request.state.session = None
        if not path.startswith("/static/"):
            secret = request.cookies.get(cookie_name(https=self._console.is_https), "")
            if secret:
                request.state.session = await run_in_threadpool(self._session, secret)
        if request.state.session is None and not is_open:
            return await self._log_in_first(request)
        if request.method in _READS:
            return None
        return await self._write_refusal(request)

    def _session(self, secret: str) -> Session | None:
        """Return the session of a cookie; those of who is not active any more end."""
        console, now = self._console, self._console.machine.now()
        session = console.sessions.find(secret, now)
        if session is None or not refused_access(console.network(), session.person, now):
            return session
        console.sessions.close_all(session.person)
        return None

    async def _log_in_first(self, request: Request) -> Response:
        """Return the way to log in: to the page that was asked for, or to the form that came in too late."""
        if request.method in _READS:
            where = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse("/login" if where == "/" else f"/login?next={quote(where, safe='')}", 303)
        if not self._is_own_origin(request) or request.headers.get("hx-request"):
            return _plain(_GONE, 401)
        try:
            form = request.state.form = await read_form(request, MOST_BYTES)
        except BadInput:
            return _plain(_GONE, 401)
        if ended := await run_in_threadpool(self._lost_access, form):
            return RedirectResponse(f"/login?{ENDED}={ended}", 303)
        owner = await run_in_threadpool(self._keep, request, form)
        return RedirectResponse(f"/login?next={quote(KEPT, safe='')}", 303) if owner else _plain(_GONE, 401)

    def _lost_access(self, form: Form) -> str:
        """Return how the account of a form was taken away: it is `disabled`, or by `staff`; ``""`` if it was not."""
        console, token = self._console, form.text(TOKEN)
        if token and console.sessions.is_form_of_disabled(token):
            return "disabled"
        owner = console.sessions.person_of_form(token) if token else ""
        return "staff" if owner and refused_access(console.network(), owner, console.machine.now()) else ""

    def _keep(self, request: Request, form: Form) -> str:
        """Keep a form of another session for whose session it was; return their id, ``""`` where that is unknown.

        Nothing is kept of a form with passwords.
        """
        console = self._console
        owner = console.sessions.person_of_form(form.text(TOKEN)) if form.text(TOKEN) else ""
        fields = kept_fields(form.fields)
        if owner and not form.fields.keys() & (SECRET_FIELDS - {TOKEN}):
            path = request.url.path
            console.kept_forms.keep(KeptForm(
                id=console.new_id(), person=owner, path=path, page=page_address(request, fields), fields=fields,
                files=len(form.files), at=console.machine.now(),
            ))  # fmt: skip
        return owner

    async def _write_refusal(self, request: Request) -> Response | None:
        """Return the answer to a write that is not of a page of ours; else read its form into `state`."""
        if not self._is_own_origin(request):
            return _plain("This request came from another site, so nothing was done.", 403)
        path = request.url.path
        most = next((size for prefix, size in _UPLOADS if path.startswith(prefix)), MOST_BYTES)
        try:
            form = await read_form(request, most)
        except TooLarge as error:
            return _plain(f"{error}", 413)
        except BadInput as error:
            return _plain(f"{error}", 400)
        request.state.form = form
        session = request.state.session
        if session is None or hmac.compare_digest(form.text(TOKEN).encode(), session.token.encode()):
            return None
        owner = await run_in_threadpool(self._keep, request, form)
        if owner == session.person:
            return RedirectResponse(KEPT, 303)
        another = "This form is of another session. Go back, load the page again and send it once more."
        return _plain(_ANOTHERS if owner else another, 403)

    def _is_known_host(self, request: Request) -> bool:
        host = _host(request.headers.get("host", ""))
        public = urlsplit(self._console.settings.public_url).hostname
        return host in {*_LOCAL, self._console.settings.host, public} - {None, ""}

    def _is_own_origin(self, request: Request) -> bool:
        """Return whether a write comes from a page of ours, by what the browser says of it (Fetch §3.2, Origin)."""
        site = request.headers.get("sec-fetch-site")
        if site is not None and site not in ("same-origin", "none"):
            return False
        origin = request.headers.get("origin") or request.headers.get("referer", "")
        parts = urlsplit(origin)
        public = urlsplit(self._console.settings.public_url)
        if public.hostname:
            return (parts.scheme, parts.netloc) == (public.scheme, public.netloc)
        return bool(parts.netloc) and parts.netloc == request.headers.get("host", "")

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        is_static = scope["path"].startswith("/static/")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                own = _FRAMED if "content-security-policy" in headers else ()  # a page that some may frame says so
                for name, value in SAFE_HEADERS:
                    if name not in own:
                        headers[name.decode()] = value.decode()
                if self._console.is_https:
                    headers[HTTPS_ONLY[0].decode()] = HTTPS_ONLY[1].decode()
                if not is_static and "cache-control" not in headers:
                    headers[NO_STORE[0].decode()] = NO_STORE[1].decode()
            await send(message)

        return send_with_headers


def form_of(request: Request) -> Form:
    """Return the form that the guard has read; an empty one of a request that is none."""
    return getattr(request.state, "form", None) or Form()


def own_path(text: str) -> str:
    """Return a path of this console that a request names, `/` where it would lead anywhere else.

    >>> own_path("/tasks?kind=match"), own_path("//evil.example"), own_path("https://evil.example"), own_path("/\\\\e")
    ('/tasks?kind=match', '/', '/', '/')
    """
    safe = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable() and "\\" not in text
    return text if safe else "/"


def page_address(request: Request, fields: Values) -> str:
    """Return the address of the page that a form was sent from, as the form or the browser says it; `/` where neither.

    That page is shown again to the same person, as a link would show it.
    """
    address = next(iter(fields.get(SHOWN_ON, ())), "")
    if not address:
        parts = urlsplit(request.headers.get("referer", ""))
        address = parts.path + (f"?{parts.query}" if parts.query else "")
    return own_path(address)


def error_status(error: EvenhandError) -> int:
    """Return the HTTP status of an error."""
    from evenhand.model import errors  # noqa: PLC0415  the table below is of its names

    table: dict[type[EvenhandError], int] = {
        errors.NotFound: 404, errors.NotPermitted: 403, errors.StateRefused: 409, errors.NotVerified: 409,
        TooLarge: 413, errors.NetworkUnreadable: 503, errors.SameSecond: 503, errors.BadInput: 400,
        errors.LedgerBusy: 503, errors.StorageFailed: 503,
    }  # fmt: skip
    return next((status for kind, status in table.items() if isinstance(error, kind)), 500)


def _host(header: str) -> str:
    return (urlsplit(f"//{header}").hostname or "") if header.isprintable() else ""


def _plain(text: str, status: int) -> Response:
    return PlainTextResponse(f"{text}\n", status)

"""One request as a page sees it: who asks, what of, and how to answer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match

from evenhand.model.console import Session
from evenhand.model.staff import StaffAction
from evenhand.render.staff_words import only_for
from evenhand.store.network import Network
from evenhand.web.console.console import Console
from evenhand.web.console.forms import Form
from evenhand.web.console.guard import form_of
from evenhand.web.console.templates import render_template
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.people.permitted_roles import permitted_roles
from evenhand.workflows.people.sessions import session_signer
from evenhand.workflows.people.staff_rules import network_staff

_MOST_NAME: Final = 64
_NOT_PERMITTED: Final = 403


@dataclass(frozen=True)
class Visit:
    """A request of somebody who is logged in (`session` is None on the pages that need nobody)."""

    console: Console
    request: Request
    session: Session | None
    form: Form
    now: datetime

    @property
    def network(self) -> Network:
        """Return the network."""
        return self.console.network()

    @property
    def person(self) -> str:
        """Return the id of who is logged in, ``""`` where nobody is."""
        return self.session.person if self.session else ""

    @property
    def roles(self) -> tuple[str, ...]:
        """Return the roles of who is logged in, by `staff.toml`; none where there is no such file."""
        staff = network_staff(self.network)
        person = staff.staff.person(self.person) if staff else None
        return person.roles if person and staff and staff.staff.is_active(person, self.now) else ()

    def only_for(self, *actions: StaffAction) -> str:
        """Return who may do one of these acts, where the roles of who is logged in do not include it; else ``""``."""
        permitted = permitted_roles(self.network, self.person, actions, self.now)
        return "" if permitted is None or permitted.is_permitted else only_for(permitted)

    def path(self, name: str) -> str:
        """Return a part of the path that the route names."""
        return str(self.request.path_params[name])

    def query(self, name: str) -> str:
        """Return one value of the query, stripped; ``""`` where it is not there."""
        return self.request.query_params.get(name, "").strip()

    def number(self, name: str) -> int:
        """Return a whole number of the query from 0 to 1,000,000; 0 where it is none."""
        text = self.query(name)
        return min(int(text), 1_000_000) if text.isascii() and text.isdecimal() and len(text) < 10 else 0

    def link(self, **changed: object) -> str:
        """Return this page's address with some values of its query changed; those that are empty are left out."""
        values = dict(self.request.query_params) | {name: str(value) for name, value in changed.items()}
        query = urlencode({name: value for name, value in values.items() if value})
        return self.request.url.path + (f"?{query}" if query else "")

    def can_open(self, path: str) -> bool:
        """Return whether some page of this console is at a path, so that no link leads nowhere."""
        scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
        return any(route.matches(scope)[0] is Match.FULL for route in self.request.app.routes)

    @property
    def own_address(self) -> str:
        """Return the address of this console as the browser sees it, without a slash at its end."""
        return self.console.settings.public_url or str(self.request.base_url).rstrip("/")

    def acting(self, conflict: bool | None = None) -> Acting:
        """Return who acts, signed by the session's key where the network has a `staff.toml`."""
        signer = session_signer(self.network, self.now) if network_staff(self.network) is not None else None
        return Acting(self.person, "", signer, conflict)

    def log_read(self, what: str, about: str) -> None:
        """Keep that this person was shown personal data: the kind of page, and the ids on it."""
        self.console.read_log.add(self.person, what, about, self.now)

    def log_event(self, person: str, what: str) -> None:
        """Keep that somebody logged in, was refused, or may not do what they tried, and from where."""
        address = self.request.client.host if self.request.client else ""
        self.console.read_log.add(person[:_MOST_NAME], what, address, self.now)

    def render(self, template: str, status: int = 200, **values: Any) -> Response:
        """Return a page made of a template; it is given `visit` besides."""
        if status == _NOT_PERMITTED:
            self.log_event(self.person, "not permitted")
        note = self.console.sessions.take_note(self.session) if self.session else ""
        page = render_template(template, visit=self, note=note, **values)
        return Response(page, status, media_type="text/html")

    def fragment(self, template: str, **values: Any) -> Response:
        """Return a part of a page for a script that put it in place."""
        return Response(render_template(template, visit=self, **values), media_type="text/html")

    @property
    def wants_fragment(self) -> bool:
        """Return whether a script asks for a part of the page only."""
        return self.request.headers.get("hx-request") == "true"

    def reading(self, request: Request) -> "Visit":
        """Return the same person's visit to another page of ours, which they read."""
        return replace(self, request=request, form=Form())

    def go(self, path: str, note: str = "") -> Response:
        """Return the way to another page of ours, which shows a sentence at its top."""
        if note and self.session:
            self.console.sessions.set_note(self.session, note)
        return RedirectResponse(path, 303)


Page = Callable[[Visit], Response]


def visit_of(request: Request) -> Visit:
    """Return a request with what the guard found out of it."""
    console: Console = request.app.state.console
    session = getattr(request.state, "session", None)
    return Visit(console, request, session, form_of(request), console.machine.now())

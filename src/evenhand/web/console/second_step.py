"""From the right password to a session: at once, or after a second factor; until then a sealed cookie waits."""

from datetime import timedelta
from typing import Final, NamedTuple

from starlette.responses import RedirectResponse, Response

from evenhand.model.one_time_codes import SECRET_BYTES
from evenhand.store.accounts import secret_hash
from evenhand.web.console.guard import own_path
from evenhand.web.console.responses import cookie_name, set_cookie, set_step_cookie, step_cookie_name
from evenhand.web.console.visit import Visit
from evenhand.workflows.people.access import refused_access

STEP: Final = "code"
_LASTS: Final = timedelta(minutes=10)
_MOST_PATH: Final = 1000


class SecondStep(NamedTuple):
    """Who gave the right password and no second factor yet, and where they want to go; `id` counts once."""

    id: str
    person: str
    target: str


def show_log_in(visit: Visit, status: int, target: str, problem: str = "", person: str = "") -> Response:
    """Return the form of a log-in with what went wrong, and the way to the provider where there is one."""
    ways = visit.network.settings.console
    return visit.render("log_in.html", status, next=target, person=person, problem=problem, ways=ways)


def refusal_of(visit: Visit, person: str) -> str:
    """Return the sentence for who showed that they are a person and may not log in; ``""`` where they may."""
    why = refused_access(visit.network, person, visit.now)
    if why:
        visit.log_event(person, "log-in refused: not active")
    return why and f"This account cannot be used: {why}. Ask who keeps that file."


def after_password(visit: Visit, person: str, target: str) -> Response:
    """Return the way on for who gave the right password: to the second factor, to setting one up, or to a session."""
    if refusal := refusal_of(visit, person):
        return show_log_in(visit, 403, target, refusal, person)
    factors = visit.console.second_factors
    if factors.is_on(person):
        return _waiting(visit, person, target, "/login/code")
    if visit.network.settings.console.second_factor == "required":
        factors.begin(person, visit.console.machine.random_bytes(SECRET_BYTES))
        return _waiting(visit, person, target, "/login/set-up")
    return open_session(visit, person, target)


def second_step(visit: Visit) -> SecondStep | None:
    """Return who waits in this browser for the second factor; None where nobody does, or nobody may any more."""
    text = visit.request.cookies.get(step_cookie_name(STEP, https=visit.console.is_https), "")
    kept = visit.console.sealed.opened(STEP, text, visit.now)
    account = visit.console.accounts.find(kept["person"]) if kept else None
    if kept is None or account is None or account.disabled or not visit.network.settings.console.passwords:
        return None
    if refused_access(visit.network, account.person, visit.now):
        return None
    return SecondStep(kept["id"], account.person, own_path(kept["next"]))


def finish(visit: Visit, waiting: SecondStep) -> bool:
    """Return whether this is the one session that a right password opens, and let it be the last."""
    return visit.console.sealed.use(waiting.id, visit.now, _LASTS)


def open_session(visit: Visit, person: str, target: str, how: str = "", id_token: str = "") -> Response:
    """Return the way to a page with the cookie of a new session; `how` it came about is kept with the log-in."""
    response = RedirectResponse(target, 303)
    set_cookie(response, give_session(visit, person, how, id_token), https=visit.console.is_https)
    return response


def give_session(visit: Visit, person: str, how: str = "", id_token: str = "") -> str:
    """Return the secret of a new session; an earlier one of this browser ends."""
    console, request = visit.console, visit.request
    old = request.cookies.get(cookie_name(https=console.is_https), "")
    if old:
        console.sessions.close(old)
    secret = console.machine.random_text()
    console.sessions.open(
        person, (secret, console.machine.random_text()), visit.now, console.session_lasts,
        request.headers.get("user-agent", ""), request.client.host if request.client else "",
    )  # fmt: skip
    if id_token:
        console.sign_ons.keep_token(secret_hash(secret), id_token)
    visit.log_event(person, f"logged in{how}")
    return secret


def _waiting(visit: Visit, person: str, target: str, path: str) -> Response:
    kept = {"id": visit.console.machine.random_text(), "person": person,
            "next": target if len(target) <= _MOST_PATH else "/"}  # fmt: skip
    response = RedirectResponse(path, 303)
    sealed = visit.console.sealed.sealed(STEP, kept, visit.now, _LASTS)
    set_step_cookie(response, STEP, sealed, seconds=int(_LASTS.total_seconds()), https=visit.console.is_https)
    return response

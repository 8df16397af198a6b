"""The second factor of accounts with a password: asked for after it, set up, replaced and turned off."""

from typing import Final

from starlette.responses import RedirectResponse, Response

from evenhand.model.errors import BadInput
from evenhand.model.one_time_codes import SECRET_BYTES, enrolment_link, shown_secret
from evenhand.web.console.area import Area, get, post
from evenhand.web.console.qr_picture import qr_picture
from evenhand.web.console.responses import drop_step_cookie, set_cookie
from evenhand.web.console.second_step import STEP, finish, give_session, open_session, second_step
from evenhand.web.console.visit import Visit

_WRONG: Final = (
    "This code is not right, was used already, or the account waits after too many wrong ones. Wait for the next code"
    " and try again in a minute."
)
_BEGIN_ANEW: Final = "/login"


def code_page(visit: Visit) -> Response:
    """Ask who gave the right password for a code."""
    waiting = second_step(visit)
    return RedirectResponse(_BEGIN_ANEW, 303) if waiting is None else visit.render("code.html", problem="")


def give_code(visit: Visit) -> Response:
    """Open a session if the code is right: of the app, or one for recovery."""
    waiting = second_step(visit)
    if waiting is None:
        return RedirectResponse(_BEGIN_ANEW, 303)
    before = visit.console.second_factors.recovery_left(waiting.person)
    if not visit.console.second_factors.check(waiting.person, visit.form.text("one_time_code"), visit.now):
        visit.log_event(waiting.person, "second factor refused")
        return visit.render("code.html", 401, problem=_WRONG)
    left = visit.console.second_factors.recovery_left(waiting.person)
    how = " with a second factor" if left == before else f" with a recovery code, {left} left"
    if not finish(visit, waiting):
        return RedirectResponse(_BEGIN_ANEW, 303)
    response = open_session(visit, waiting.person, waiting.target, how)
    drop_step_cookie(response, STEP, https=visit.console.is_https)
    return response


def first_page(visit: Visit) -> Response:
    """Show what an app needs to who has to set up a second factor before the first session."""
    waiting = second_step(visit)
    return RedirectResponse(_BEGIN_ANEW, 303) if waiting is None else _enrolment(visit, waiting.person, "/login/set-up")


def confirm_first(visit: Visit) -> Response:
    """Open a session with the first code, and show the recovery codes."""
    waiting = second_step(visit)
    if waiting is None:
        return RedirectResponse(_BEGIN_ANEW, 303)
    codes = _confirmed(visit, waiting.person)
    if not codes:
        return _enrolment(visit, waiting.person, "/login/set-up", _WRONG)
    if not finish(visit, waiting):
        return RedirectResponse(_BEGIN_ANEW, 303)
    response = visit.render("recovery_codes.html", codes=codes, target=waiting.target)
    set_cookie(response, give_session(visit, waiting.person, " with a second factor"), https=visit.console.is_https)
    drop_step_cookie(response, STEP, https=visit.console.is_https)
    return response


def change_page(visit: Visit) -> Response:
    """Show what an app needs, after it was begun on the page of the account."""
    if not visit.console.second_factors.begun(visit.person):
        return visit.go("/account")
    return _enrolment(visit, visit.person, "/account/second-factor")


def confirm_change(visit: Visit) -> Response:
    """Let the new second factor count, and show its recovery codes."""
    codes = _confirmed(visit, visit.person)
    if not codes:
        return _enrolment(visit, visit.person, "/account/second-factor", _WRONG)
    return visit.render("recovery_codes.html", codes=codes, target="/account")


def change(visit: Visit) -> Response:
    """Begin, replace or turn off the second factor, or make new recovery codes, after password and code."""
    factors, wanted = visit.console.second_factors, visit.form.text("do")
    _check_again(visit)
    if wanted == "set-up":
        factors.begin(visit.person, visit.console.machine.random_bytes(SECRET_BYTES))
        return visit.go("/account/second-factor")
    if not factors.is_on(visit.person):
        raise BadInput("you have no second factor", todo="set one up first")
    if wanted == "codes":
        codes = factors.new_recovery_codes(visit.person, visit.console.machine.random_bytes)
        visit.log_event(visit.person, "recovery codes made")
        return visit.render("recovery_codes.html", codes=codes, target="/account")
    if visit.network.settings.console.second_factor == "required":
        raise BadInput("a second factor is required in this console", todo="replace it instead")
    factors.remove(visit.person)
    visit.log_event(visit.person, "second factor turned off")
    return visit.go("/account", "Your second factor is turned off")


def _check_again(visit: Visit) -> None:
    """Refuse a change of the second factor by somebody who found a session open.

    Raises:
        BadInput: the password, or a code where one is needed to log in, is not right.
    """
    present = next(iter(visit.form.all("present")), "")
    if visit.console.accounts.check_password(visit.person, present, visit.now) is None:
        raise BadInput("the present password is not this one", todo="type it again")
    factors = visit.console.second_factors
    if factors.is_on(visit.person) and not factors.check(visit.person, visit.form.text("one_time_code"), visit.now):
        raise BadInput("this code is not right, or was used already", todo="wait for the next one")


def _confirmed(visit: Visit, person: str) -> tuple[str, ...]:
    """Return the recovery codes of a second factor that counts from now on, none where the code was not right."""
    code, draw = visit.form.text("one_time_code"), visit.console.machine.random_bytes
    codes = visit.console.second_factors.confirm(person, code, visit.now, draw)
    visit.log_event(person, "second factor set up" if codes else "second factor refused")
    return codes


def _enrolment(visit: Visit, person: str, action: str, problem: str = "") -> Response:
    secret = visit.console.second_factors.begun(person)
    if not secret:
        return RedirectResponse(_BEGIN_ANEW, 303)
    link = enrolment_link(secret, visit.network.settings.network.name, person)
    return visit.render(
        "second_factor.html", 401 if problem else 200, problem=problem, action=action, person=person,
        secret=shown_secret(secret), link=link, picture=qr_picture(link),
    )  # fmt: skip


AREA: Final = Area(
    menu=(),
    routes=(
        get("/login/code", code_page), post("/login/code", give_code), get("/login/set-up", first_page),
        post("/login/set-up", confirm_first), get("/account/second-factor", change_page),
        post("/account/second-factor", confirm_change), post("/account/second-factor/change", change),
    ),
)  # fmt: skip

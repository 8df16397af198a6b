"""Log-in, log-out, and the links by which a person sets a password."""

from dataclasses import replace
from typing import Final

from starlette.responses import RedirectResponse, Response

from evenhand.model.errors import BadInput, NotFound
from evenhand.store.accounts import LEAST_PASSWORD, checked_password, network_policy, secret_hash
from evenhand.web.console.area import Area, get, post
from evenhand.web.console.guard import ENDED, own_path
from evenhand.web.console.provider_of import log_out_at_provider
from evenhand.web.console.responses import cookie_name, drop_cookie
from evenhand.web.console.second_step import after_password, show_log_in
from evenhand.web.console.visit import Visit
from evenhand.workflows.people.access import refused_access
from evenhand.workflows.people.staff_rules import network_staff

_NO_PASSWORDS: Final = "passwords are switched off for this console"
_ENDED: Final = {
    "disabled": "Your account was disabled while you filled in the form, so nothing was recorded. Ask who runs this"
    " console.",
    "staff": "By staff.toml your account cannot be used any more, so nothing was recorded. Ask who keeps that file.",
}
_WRONG = "Name and password do not go together, or the account waits after too many wrong tries. Try again in a minute."


def log_in_page(visit: Visit) -> Response:
    """Show the form; who is logged in goes on."""
    if visit.session is not None:
        return RedirectResponse(own_path(visit.query("next") or "/"), 303)
    return show_log_in(visit, 200, own_path(visit.query("next") or "/"), _ENDED.get(visit.query(ENDED), ""))


def log_in(visit: Visit) -> Response:
    """Go on to a session, or to the second factor, if name and password go together."""
    # The id of a person has no capitals, and phones begin a field with one.
    person, target = visit.form.text("person").lower(), own_path(visit.form.text("next") or "/")
    if not visit.network.settings.console.passwords:
        return show_log_in(visit, 403, target, _NO_PASSWORDS)
    password = next(iter(visit.form.all("password")), "")
    account = visit.console.accounts.check_password(person, password, visit.now)
    if account is None:
        visit.log_event(person or "nobody", "log-in refused")
        return show_log_in(visit, 401, target, _WRONG, person)
    return after_password(visit, account.person, target)


def log_out(visit: Visit) -> Response:
    """End the session here; where a provider opened it, lead on to the page that ends it there."""
    secret = visit.request.cookies.get(cookie_name(https=visit.console.is_https), "")
    token = visit.console.sign_ons.token_of(secret_hash(secret))
    visit.console.sessions.close(secret)
    address = log_out_at_provider(visit, token) if token else ""
    if address:
        response = replace(visit, session=None).render("logged_out.html", address=address)
    else:
        response = RedirectResponse("/login", 303)
    drop_cookie(response, https=visit.console.is_https)
    return response


def link_page(visit: Visit) -> Response:
    """Show the form of a link: a name too where it makes the first account."""
    person = _person_of_link(visit)
    return visit.render("set_password.html", person=person, problem="", least=LEAST_PASSWORD)


def use_link(visit: Visit) -> Response:
    """Set the password, make the first account where the link is for that, and log in."""
    person = _person_of_link(visit)
    password, again = (next(iter(visit.form.all(name)), "") for name in ("password", "again"))
    try:
        if password != again:
            raise BadInput("the two passwords differ", expected="the same password twice")
        if not person:
            person = _first_account(visit, password)
        visit.console.accounts.set_password(person, password, network_policy(visit.network))
    except BadInput as error:
        return visit.render("set_password.html", 400, person=_person_of_link(visit), problem=str(error),
                            least=LEAST_PASSWORD)  # fmt: skip
    return after_password(visit, person, "/")


def _first_account(visit: Visit, password: str) -> str:
    """Add the first account and return its person."""
    person = visit.form.text("person")
    staff = network_staff(visit.network)
    known = staff.staff.person(person) if staff else None
    if staff is not None and known is None:
        people = ", ".join(each.id for each in staff.staff.people)
        raise BadInput("nobody of this id in staff.toml", got=person, expected=f"one of {people}")
    if why := refused_access(visit.network, person, visit.now):
        raise BadInput(why, expected="somebody who is active today")
    checked_password(password, person, network_policy(visit.network))
    return visit.console.accounts.add(person, known.name if known else visit.form.text("name"), visit.now).person


def _person_of_link(visit: Visit) -> str:
    """Return whose link this is; ``""`` for the one that makes the first account.

    Raises:
        NotFound: the link is void, or nobody logs in by password.
    """
    if not visit.network.settings.console.passwords:
        raise NotFound(_NO_PASSWORDS, todo="log in by single sign-on")
    accounts, secret = visit.console.accounts, visit.path("secret")
    if accounts.is_first_link(secret, visit.now):
        return ""
    person = accounts.link_person(secret, visit.now)
    if person is None:
        raise NotFound("this link is void: it was used, is too old, or a newer one was made",
                       todo="ask who runs the console for a new one: evenhand account reset DIR ID")  # fmt: skip
    return person


AREA: Final = Area(
    menu=(),
    routes=(
        get("/login", log_in_page), post("/login", log_in), post("/logout", log_out),
        get("/link/{secret}", link_page), post("/link/{secret}", use_link),
    ),
)  # fmt: skip

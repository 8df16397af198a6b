"""What a person sees of their own account: sessions and password; and of the others: who may log in, who read what."""

from datetime import timedelta
from typing import Final

from starlette.responses import Response

from evenhand.model.errors import BadInput, NotPermitted
from evenhand.model.staff import keyless_words
from evenhand.store.accounts import LEAST_PASSWORD, network_policy
from evenhand.web.console.area import Area, MenuItem, get, post
from evenhand.web.console.visit import Visit
from evenhand.workflows.people.access import with_access
from evenhand.workflows.people.staff_overview import staff_overview
from evenhand.workflows.people.staff_rules import network_staff

_LINK_LASTS = timedelta(days=2)
_PAGE = 100


def account_page(visit: Visit) -> Response:
    """Show one's own sessions, roles and the form for another password."""
    return _own(visit)


def change_password(visit: Visit) -> Response:
    """Set another password after the present one; other sessions end, this one is renewed by a new log-in."""
    if not visit.network.settings.console.passwords:
        raise BadInput("passwords are switched off for this console", todo="log in by single sign-on")
    present, new, again = (next(iter(visit.form.all(name)), "") for name in ("present", "password", "again"))
    try:
        if visit.console.accounts.check_password(visit.person, present, visit.now) is None:
            raise BadInput("the present password is not this one", todo="type it again")
        if new != again:
            raise BadInput("the two new passwords differ", expected="the same password twice")
        visit.console.accounts.set_password(visit.person, new, network_policy(visit.network))
    except BadInput as error:
        return _own(visit, str(error), 400)
    return visit.go("/login")


def end_session(visit: Visit) -> Response:
    """End one session of one's own, or all of them."""
    ended = visit.console.sessions.close_of(visit.person, visit.form.text("session"))
    return visit.go("/account", f"Sessions ended: {ended}")


def people_page(visit: Visit) -> Response:
    """Show who works for the network and who of them can log in."""
    return _people(visit)


def add_account(visit: Visit) -> Response:
    """Add an account and show the link by which its person sets a password."""
    _check_manage(visit)
    if not visit.network.settings.console.passwords:
        raise BadInput("passwords are switched off for this console", todo="let people in by single sign-on")
    person = _with_account(visit)
    draw = visit.console.machine.random_text
    secret = visit.console.accounts.make_link(person, "invite", visit.now, _LINK_LASTS, draw)
    return _people(visit, f"{visit.own_address}/link/{secret}", person)


def tie_account(visit: Visit) -> Response:
    """Let the provider of single sign-on log in a person by a name; without a name, let it do so no more."""
    _check_manage(visit)
    name = visit.form.text("sign_on")
    if name:
        person = _with_account(visit)
        visit.console.sign_ons.tie(person, name)
        return visit.go("/people", f"{person} can log in by single sign-on as {name}")
    person = visit.console.accounts.existing(visit.form.text("person")).person
    visit.console.sign_ons.untie(person)
    return visit.go("/people", f"{person} cannot log in by single sign-on any more")


def _with_account(visit: Visit) -> str:
    """Return the person of a form; an account is added where they have none.

    Raises:
        BadInput: there is a `staff.toml` and nobody of this id in it, or the id is none.
    """
    person = visit.form.text("person")
    staff = network_staff(visit.network)
    known = staff.staff.person(person) if staff else None
    if staff is not None and known is None:
        raise BadInput("nobody of this id in staff.toml", got=person, todo="add the person there first")
    if visit.console.accounts.find(person) is None:
        visit.console.accounts.add(person, known.name if known else visit.form.text("name"), visit.now)
    return person


def _people(visit: Visit, link: str = "", linked: str = "") -> Response:
    accounts = {each.person: each for each in with_access(visit.network, visit.console.accounts.all(), visit.now)}
    return visit.render(
        "people.html", overview=staff_overview(visit.network, visit.now), accounts=accounts, link=link, linked=linked,
        may_manage=_may_manage(visit), ways=visit.network.settings.console, keyless_words=keyless_words,
    )  # fmt: skip


def disable_account(visit: Visit) -> Response:
    """Disable an account, or enable it again."""
    _check_manage(visit)
    person, disabled = visit.form.text("person"), visit.form.text("do") == "disable"
    if person == visit.person:
        raise BadInput("nobody disables their own account", todo="let another person do it")
    visit.console.accounts.set_disabled(person, disabled=disabled)
    return visit.go("/people", f"The account of {person} is {'disabled' if disabled else 'enabled'}")


def shown_page(visit: Visit) -> Response:
    """Show who was shown personal data, when."""
    skip = visit.number("skip")
    entries = visit.console.read_log.last(_PAGE + 1, skip, visit.query("person"))
    return visit.render("shown.html", entries=entries[:_PAGE], skip=skip, more=len(entries) > _PAGE, page=_PAGE)


def _own(visit: Visit, problem: str = "", status: int = 200) -> Response:
    sessions = visit.console.sessions.of(visit.person, visit.now)
    return visit.render(
        "account.html", status, sessions=sessions, problem=problem, least=LEAST_PASSWORD,
        ways=visit.network.settings.console, account=visit.console.accounts.existing(visit.person),
        recovery_left=visit.console.second_factors.recovery_left(visit.person),
    )  # fmt: skip


def _may_manage(visit: Visit) -> bool:
    return network_staff(visit.network) is None or "operator" in visit.roles


def _check_manage(visit: Visit) -> None:
    if not _may_manage(visit):
        raise NotPermitted("accounts are for operators", rule="accounts", person=visit.person,
                           needed="somebody of the role operator")  # fmt: skip


AREA: Final = Area(
    menu=(MenuItem("People", "/people", "You"), MenuItem("Who read what", "/shown", "You")),
    routes=(
        get("/account", account_page), post("/account/password", change_password),
        post("/account/sessions", end_session), get("/people", people_page), post("/people/add", add_account),
        post("/people/sign-on", tie_account),
        post("/people/disable", disable_account), get("/shown", shown_page),
    ),
)  # fmt: skip

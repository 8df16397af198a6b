"""`evenhand account`: who can log in to the console."""

import re
import secrets
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.common import AsJson, Folder, instant, print_json, say
from evenhand.model.errors import BadInput

if TYPE_CHECKING:
    from evenhand.model.console import Account
    from evenhand.store.accounts import Accounts
    from evenhand.store.network import Network

PORT = 8971
_ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?")
_LINK_LASTS = timedelta(days=2)

PersonId = Annotated[str, typer.Argument(metavar="PERSON", help="Id of the person, as in staff.toml.")]
SsoName = Annotated[
    str | None,
    typer.Option("--sso", metavar="NAME", help="Name at the provider of single sign-on: address or subject."),
]
Url = Annotated[str, typer.Option("--public-url", metavar="URL", help="Address that browsers see, behind a proxy.")]


def add_to(app: typer.Typer) -> None:
    """Add the group `account` to the command line."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("add")(add)
    group.command("list")(list_accounts)
    group.command("reset")(reset)
    group.command("disable")(disable)
    group.command("enable")(enable)
    group.callback()(lambda: None)
    app.add_typer(group, name="account", help="Says who can log in to the console.")


def add(
    folder: Folder, person: PersonId, *,
    name: Annotated[str, typer.Option("--name", help="Their name; by default as in staff.toml.")] = "",
    sso: SsoName = None, public_url: Url = "", as_json: AsJson = False,
) -> None:  # fmt: skip
    """Add an account and print the link by which its person sets a password; with --sso the provider logs them in."""
    from evenhand.store.accounts import Accounts
    from evenhand.store.console_tables import ConsoleTables
    from evenhand.store.network import read_network
    from evenhand.store.sign_ons import SignOns
    from evenhand.workflows.people.staff_rules import network_staff

    network = read_network(folder)
    staff = network_staff(network)
    known = staff.staff.person(person) if staff else None
    if staff is not None and known is None:
        raise BadInput("nobody of this id in staff.toml", got=person,
                       expected=f"one of {', '.join(each.id for each in staff.staff.people)}")  # fmt: skip
    tables = ConsoleTables(network.folder)
    if sso is None:
        _check_passwords(network)
    with tables.together():
        Accounts(tables).add(person, name or (known.name if known else person), instant(None))
        if sso is not None:
            SignOns(tables).tie(person, sso)
    if sso is not None:
        _say_tie(network, person, sso, as_json=as_json)
        return
    _say_link(Accounts(tables), person, public_url, as_json=as_json)


def list_accounts(folder: Folder, as_json: AsJson = False) -> None:
    """List who can log in."""
    from evenhand.store.network import read_network
    from evenhand.workflows.people.access import with_access

    network = read_network(folder)
    found = with_access(network, accounts_of(network).all(), instant(None))
    if as_json:
        print_json(found)
        return
    for each in found:
        say(f"{each.person}  {each.name}  {_state(each)}{_ways(each)}")
    if not found:
        say(f"Nobody has an account: evenhand account add {folder} ID, or the link of `evenhand serve {folder}`")


def reset(
    folder: Folder, person: PersonId, *, sso: SsoName = None,
    second_factor: Annotated[bool, typer.Option("--second-factor", help="Take the second factor away.")] = False,
    public_url: Url = "", as_json: AsJson = False,
) -> None:  # fmt: skip
    """Print a link by which a person sets a new password, or change what else they log in with."""
    from evenhand.store.network import read_network

    network = read_network(folder)
    accounts = accounts_of(network)
    accounts.existing(person)
    if second_factor:
        _remove_second_factor(network, person, as_json=as_json)
        return
    if sso is not None:
        _tie(network, person, sso)
        _say_tie(network, person, sso, as_json=as_json)
        return
    _check_passwords(network)
    _say_link(accounts, person, public_url, as_json=as_json)


def disable(folder: Folder, person: PersonId) -> None:
    """Disable an account: its sessions end at once."""
    _set_disabled(folder, person, disabled=True)


def enable(folder: Folder, person: PersonId) -> None:
    """Enable a disabled account again."""
    _set_disabled(folder, person, disabled=False)


def _set_disabled(folder: Path, person: str, *, disabled: bool) -> None:
    from evenhand.store.network import read_network

    accounts_of(read_network(folder)).set_disabled(person, disabled=disabled)
    say(f"Account of {person}: {'disabled, its sessions have ended' if disabled else 'enabled'}")


def _state(account: "Account") -> str:
    if account.disabled:
        return "disabled"
    if account.refused:
        return f"cannot log in: {account.refused}"
    return "active" if account.has_password or account.sign_on else "invited, no password yet"


def _ways(account: "Account") -> str:
    sign_on = f", single sign-on as {account.sign_on}" if account.sign_on else ""
    return sign_on + (", second factor" if account.second_factor else "")


def _remove_second_factor(network: "Network", person: str, *, as_json: bool) -> None:
    """Take a second factor away that was lost; the operator knows who asks for it."""
    from evenhand.store.console_tables import ConsoleTables
    from evenhand.store.second_factors import SecondFactors

    was_on = SecondFactors(ConsoleTables(network.folder)).remove(person)
    if as_json:
        print_json({"person": person, "second_factor": False})
    elif not was_on:
        say(f"{person} has no second factor")
    elif network.settings.console.second_factor == "required":
        say(f"{person} sets up another second factor after the next password")
    else:
        say(f"{person} logs in with the password alone until they set up another second factor")


def _check_passwords(network: "Network") -> None:
    if not network.settings.console.passwords:
        raise BadInput("passwords are switched off in [console] of evenhand.toml",
                       todo="give --sso, the person's name at the provider of single sign-on")  # fmt: skip


def _tie(network: "Network", person: str, name: str) -> None:
    """Let the provider log in a person by this name; an empty one ends that."""
    from evenhand.store.console_tables import ConsoleTables
    from evenhand.store.sign_ons import SignOns

    sign_ons = SignOns(ConsoleTables(network.folder))
    if name:
        sign_ons.tie(person, name)
    else:
        sign_ons.untie(person)


def _say_tie(network: "Network", person: str, name: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"person": person, "sso": name})
    elif name:
        say(f"{person} can log in by single sign-on as {name}")
        if not network.settings.console.sso.issuer:
            say("once [console.sso] of evenhand.toml names a provider")
    else:
        say(f"{person} cannot log in by single sign-on any more")


def _say_link(accounts: "Accounts", person: str, public_url: str, *, as_json: bool) -> None:
    address = own_origin(public_url)
    secret = accounts.make_link(person, "invite", instant(None), _LINK_LASTS, draw)
    link = f"{address or f'http://127.0.0.1:{PORT}'}/link/{secret}"
    if as_json:
        print_json({"person": person, "link": link})
        return
    say(f"Give this link to {person}; it works once, within two days:")
    say(f"  {link}")


def accounts_of(network: "Network") -> "Accounts":
    """Return who can log in to the console of a network."""
    from evenhand.store.accounts import Accounts
    from evenhand.store.console_tables import ConsoleTables

    return Accounts(ConsoleTables(network.folder))


def own_origin(public_url: str) -> str:
    """Return the address that browsers see, without a slash at its end; ``""`` where none is given.

    Raises:
        BadInput: it is none, or has a path: the console's pages lead to addresses of their own, from the first slash.
    """
    return public_url and checked_origin(
        public_url, "--public-url", "https:// and a host of the console's own, without a path"
    )


def checked_origin(text: str, option: str, expected: str = "as http://127.0.0.1:3333") -> str:
    """Return the origin of a page, without a slash at its end.

    Raises:
        BadInput: it is none; a policy must hold nothing else.
    """
    origin = text.rstrip("/")
    if not _ORIGIN.fullmatch(origin):
        raise BadInput("no origin", where=option, got=text, expected=expected)
    return origin


def draw() -> str:
    """Return the secret of a link, drawn by chance."""
    return secrets.token_urlsafe(32)

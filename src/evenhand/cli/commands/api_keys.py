"""`evenhand key`: keys by which programs use the API of `evenhand serve`."""

import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from evenhand.cli.common import AsJson, Folder, instant, print_json, say
from evenhand.model.api_key import ApiKey, ApiScope
from evenhand.model.errors import BadInput

if TYPE_CHECKING:
    from evenhand.store.api_keys import ApiKeys


def add_to(app: typer.Typer) -> None:
    """Add the group `key` to the command line."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("add")(add)
    group.command("list")(list_keys)
    group.command("revoke")(revoke)
    group.callback()(lambda: None)
    app.add_typer(group, name="key", help="Keys by which programs use the API.")


def add(
    folder: Folder,
    label: Annotated[str, typer.Argument(metavar="LABEL", help="What the key is for, such as `crm`.")],
    *,
    person: Annotated[str, typer.Option("--as", metavar="PERSON", help="Who answers for what the program does.")],
    scope: Annotated[
        list[str], typer.Option("--scope", metavar="SCOPE", help=f"What it may do: {', '.join(get_args(ApiScope))}.")
    ],
    per_minute: Annotated[int, typer.Option("--per-minute", help="Requests a minute.", min=1, max=100_000)] = 600,
    days: Annotated[int, typer.Option("--days", help="The key ends after so many days.", min=1, max=3660)] = 365,
    as_json: AsJson = False,
) -> None:
    """Add a key and print it, once: only its hash is kept."""
    from evenhand.store.network import read_network
    from evenhand.workflows.people.staff_rules import network_staff

    now = instant(None)
    staff = network_staff(read_network(folder))
    if staff is not None and staff.staff.person(person) is None:
        raise BadInput("nobody of this id in staff.toml", where="--as", got=person,
                       expected=f"one of {', '.join(each.id for each in staff.staff.people)}")  # fmt: skip
    key, secret = _keys(folder).add(
        label, person, scope, now, _draw, per_minute=per_minute, ends=now + timedelta(days=days)
    )
    if as_json:
        print_json({"key": secret, "about": key})
        return
    say(f"Key {key.id} for {key.label}, {', '.join(key.scopes)}, until {_day(key.ends)}; it is not shown again:")
    say(f"  {secret}")


def list_keys(folder: Folder, as_json: AsJson = False) -> None:
    """List the keys; the newest first."""
    from evenhand.store.network import read_network
    from evenhand.workflows.people.access import with_access

    found = with_access(read_network(folder), _keys(folder).all(), instant(None))
    if as_json:
        print_json(found)
        return
    for each in found:
        say(f"{each.id}  {each.label}  {each.person}  {', '.join(each.scopes)}  {_state(each)}")
    if not found:
        say(f"No key: evenhand key add {folder} LABEL --as PERSON --scope screen")


def revoke(
    folder: Folder, key: Annotated[str, typer.Argument(metavar="KEY", help="Id of the key, 12 digits.")]
) -> None:
    """Revoke a key: it is refused from now on."""
    revoked = _keys(folder).revoke(key)
    say(f"Key {revoked.id} for {revoked.label}: revoked")


def _keys(folder: Path) -> "ApiKeys":
    from evenhand.store.api_keys import ApiKeys
    from evenhand.store.console_tables import ConsoleTables
    from evenhand.store.network import read_network

    return ApiKeys(ConsoleTables(read_network(folder).folder))


def _state(key: ApiKey) -> str:
    if key.revoked:
        return "revoked"
    if key.refused:
        return f"refused: {key.refused}"
    used = "never used" if key.last_used is None else f"last used {_day(key.last_used)}"
    return f"until {_day(key.ends)}, {used}"


def _day(at: datetime | None) -> str:
    return "–" if at is None else f"{at:%Y-%m-%d}"


def _draw() -> str:
    return secrets.token_urlsafe(32)

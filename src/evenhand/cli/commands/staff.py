"""`evenhand staff`: who works for the network, in which roles, with which key; and going on without named staff."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.acting import ConfirmSign, Sign, signer_of
from evenhand.cli.common import (
    AllowFuture,
    AsJson,
    Folder,
    instant,
    print_json,
    recorded_instant,
    say,
    say_wrapped,
    tools,
)
from evenhand.model.errors import BadInput

if TYPE_CHECKING:
    from evenhand.model.staff import PersonShown, StaffOverview
    from evenhand.workflows.people.acting import Acting


def add_to(app: typer.Typer) -> None:
    """Add the verb `staff` to the command line."""
    app.command("staff")(staff)


def staff(
    folder: Folder,
    *,
    remove: Annotated[
        bool, typer.Option("--remove", help="Go on without the staff.toml that is gone; two people sign.")
    ] = False,
    person: Annotated[str, typer.Option("--as", metavar="PERSON", help="With --remove: who signs first.")] = "",
    sign: Sign = "",
    confirm_as: Annotated[str, typer.Option("--confirm-as", metavar="PERSON", help="Who signs as second.")] = "",
    confirm_sign: ConfirmSign = "",
    at: Annotated[str | None, typer.Option("--at", help="As of when, ISO with offset; default: now.")] = None,
    allow_future: AllowFuture = False,
    as_json: AsJson = False,
) -> None:
    """Show who works for the network: roles, key, whether active, and acts that nobody could do."""
    from evenhand.store.network import read_network
    from evenhand.workflows.people.staff_overview import staff_overview
    from evenhand.workflows.review.staff_removal import remove_staff

    network = read_network(folder)
    if remove:
        signers = (_signer(person, sign, "--as"), _signer(confirm_as, confirm_sign, "--confirm-as"))
        with tools(quiet=as_json) as handed:
            removal = remove_staff(network, *signers, recorded_instant(at, allow_future=allow_future), handed)
        if as_json:
            print_json(removal)
        else:
            say(f"Recorded: the network goes on without named staff, signed by {person} and {confirm_as}.")
        return
    overview = staff_overview(network, instant(at))
    if as_json:
        print_json(overview)
        return
    for line in _lines(overview):
        say_wrapped(line)


def _signer(person: str, key: str, where: str) -> "Acting":
    """Return who signs with a key file: without `staff.toml` no key is known by the person's id."""
    from evenhand.workflows.people.acting import Acting

    if not person.strip() or not key:
        raise BadInput("--remove takes the signatures of two people", where=where,
                       expected="--as PERSON --sign KEY --confirm-as PERSON --confirm-sign KEY")  # fmt: skip
    return Acting(person.strip(), sign=signer_of(Path(key)))


def _lines(overview: "StaffOverview") -> Iterator[str]:
    """Yield everybody, and what could not be done."""
    from evenhand.render.wording import short_hash

    for person in overview.people:
        yield f"{person.id}  {person.name}"
        yield f"  {', '.join(person.roles)}; {_state(person)}"
        yield f"  key {person.key or 'none'}"
    for problem in overview.problems:
        yield f"warning: {problem}"
    if overview.verified:
        yield f"Rules: {'staff-rules' if overview.own_rules else 'as shipped'}, sha256 {short_hash(overview.rules)}"
        return
    yield "No staff.toml: persons are not verified, and nothing that they do is signed."
    yield "To name people and their keys: the page staff of the documentation"


def _state(person: "PersonShown") -> str:
    since = f", from {person.active_from}" if person.active_from else ""
    until = f"{'' if since else ','} until {person.active_until}" if person.active_until else ""
    return f"{'active' if person.active else 'not active'}{since}{until}"

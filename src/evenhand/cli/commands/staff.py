"""`evenhand staff`: who works for the network, in which roles, with which key."""

from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.common import AsJson, Folder, instant, print_json, say

if TYPE_CHECKING:
    from evenhand.model.staff import PersonShown


def add_to(app: typer.Typer) -> None:
    """Add the verb `staff` to the command line."""
    app.command("staff")(staff)


def staff(
    folder: Folder,
    at: Annotated[str | None, typer.Option("--at", help="As of when, ISO with offset; default: now.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show who works for the network: roles, key, whether active, and acts that nobody could do."""
    from evenhand.cli.render.wording import short_hash
    from evenhand.store.network import read_network
    from evenhand.workflows.people.staff_overview import staff_overview

    overview = staff_overview(read_network(folder), instant(at))
    if as_json:
        print_json(overview)
        return
    if not overview.verified:
        say("No staff.toml: persons are not verified, and nothing that they do is signed.")
        say("To name people and their keys: docs/how-to/staff.md")
        return
    widths = [max(len(cell) for cell in column) for column in zip(*map(_cells, overview.people), strict=True)]
    for person in overview.people:
        say("  ".join(f"{cell:<{width}}" for cell, width in zip(_cells(person), widths, strict=True)).rstrip())
    for problem in overview.problems:
        say(f"warning: {problem}")
    say(f"Rules: {'staff-rules' if overview.own_rules else 'as shipped'}, sha256 {short_hash(overview.rules)}")


def _cells(person: "PersonShown") -> tuple[str, ...]:
    since = f"from {person.active_from} " if person.active_from else ""
    until = f"until {person.active_until}" if person.active_until else ""
    state = "active" if person.active else "not active"
    days = f"{since}{until}".strip()
    return (
        person.id,
        ", ".join(person.roles),
        person.key or "no key",
        f"{state}{f', {days}' if days else ''}",
        person.name,
    )

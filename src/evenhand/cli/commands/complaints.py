"""`evenhand complaints`: complaints with their deadlines, or one with its history."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from evenhand.cli.commands.complain import At, say_complaint
from evenhand.cli.commands.complaint_statistics import show_numbers, write_calendar
from evenhand.cli.common import (
    PROGRAM,
    AllowFuture,
    AsJson,
    Folder,
    collector_at_rest,
    console,
    instant,
    print_json,
    recorded_instant,
    say,
    tools,
)
from evenhand.model.complaint import Complaint, ComplaintState
from evenhand.model.errors import BadInput

if TYPE_CHECKING:
    from evenhand.store.network import Network
    from evenhand.workflows.complaint_records.complaint_store import Complaints


def add_to(app: typer.Typer) -> None:
    """Add the verb `complaints` to the command line."""
    app.command("complaints")(complaints)


def complaints(
    folder: Folder,
    complaint: Annotated[str, typer.Argument(metavar="ID", help="Id of a complaint, or how it begins.")] = "",
    *,
    state: Annotated[str, typer.Option("--state", help="Those in a state, such as under_review.")] = "",
    due: Annotated[bool, typer.Option("--due", help="Those with an open deadline, earliest first.")] = False,
    late: Annotated[bool, typer.Option("--late", help="Those with a deadline that the network has missed.")] = False,
    tick: Annotated[bool, typer.Option("--tick", help="Record the deadlines that passed.")] = False,
    numbers: Annotated[bool, typer.Option("--numbers", help="Count them instead: outcomes, times, groups.")] = False,
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="With --numbers: those from this day on.")] = "",
    last: Annotated[str, typer.Option("--until", metavar="DATE", help="With --numbers: those up to this day.")] = "",
    internal: Annotated[bool, typer.Option("--internal", help="With --numbers: by reviewer too.")] = False,
    calendar: Annotated[
        Path | None,
        typer.Option("--calendar", metavar="FILE.ics", help="Write the open deadlines there.", show_default=False),
    ] = None,
    at: At = None,
    allow_future: AllowFuture = False,
    as_json: AsJson = False,
) -> None:
    """List complaints with their deadlines, or show one with its history."""
    from evenhand.store.network import read_network
    from evenhand.workflows.complaint_records.complaint_store import complaints_of

    network, now = read_network(folder), instant(at)
    if (first or last or internal) and not numbers:
        raise BadInput("belongs to the numbers", where="--from, --until, --internal", expected="--numbers")
    if numbers:
        show_numbers(network, first, last, now, internal=internal, as_json=as_json)
        return
    if calendar is not None:
        write_calendar(network, calendar, as_json=as_json)
        return
    if state and state not in get_args(ComplaintState):
        raise BadInput("no such state", where="--state", got=state, expected=", ".join(get_args(ComplaintState)))
    if tick:
        _tick(network, recorded_instant(at, allow_future=allow_future), as_json=as_json)
        return
    with collector_at_rest():
        known = complaints_of(network)
    if complaint:
        _show_one(network, known.get(complaint), now, as_json=as_json)
        return
    shown = _selected(network, known, state, now, due=due, late=late)
    _show_many(folder, network, known, shown, now, as_json=as_json)


def _tick(network: "Network", now: datetime, *, as_json: bool) -> None:
    from evenhand.render.wording import count
    from evenhand.workflows.complaint_records.complaint_store import open_complaints
    from evenhand.workflows.complaints.passed_deadlines import record_passed_deadlines

    with tools(quiet=True) as handed, open_complaints(network, now, handed) as held:
        sizes = {name: each.next_seq for name, each in held.complaints.by_id.items()}
        changed = record_passed_deadlines(held, PROGRAM)
    if as_json:
        print_json({"changed": changed})
        return
    for each in changed:
        for event in each.events[sizes[each.id] :]:
            clock = getattr(event.body, "clock", "")
            say(f"{each.id}: {event.kind.replace('_', ' ')}{f' ({clock})' if clock else ''}")
    say(f"Changed: {count(len(changed), 'complaint', 'complaints')}")


def _selected(
    network: "Network", known: "Complaints", state: str, now: datetime, *, due: bool, late: bool
) -> list[Complaint]:
    from evenhand.appeals.clocks import late_deadlines
    from evenhand.render.complaint_words import next_deadline

    found = [each for each in known.by_id.values() if state in ("", each.state)]
    if late:
        found = [each for each in found if late_deadlines(each, now)]
    if not (due or late):
        return found
    zone = network.settings.zone
    dated = [(deadline.due_at, each) for each in found if (deadline := next_deadline(each, zone)) is not None]
    return [each for _, each in sorted(dated, key=lambda pair: (pair[0], pair[1].id))]


def _show_one(network: "Network", complaint: Complaint, now: datetime, *, as_json: bool) -> None:
    if as_json:
        print_json(complaint)
        return
    say_complaint(network, complaint, now)


def _show_many(
    folder: Path, network: "Network", known: "Complaints", shown: list[Complaint], now: datetime, *, as_json: bool
) -> None:
    from evenhand.appeals.clocks import late_deadlines
    from evenhand.cli.render.complaint_pages import MOST_SHOWN, show_complaints
    from evenhand.render.wording import count

    late = sum(bool(late_deadlines(each, now)) for each in known.by_id.values())
    if as_json:
        print_json({"complaints": shown, "late": late, "erased_records": known.erased})
        return
    erased = f"; {known.erased:,} records were erased" if known.erased else ""
    say(f"{count(len(shown), 'complaint', 'complaints')} of {len(known.by_id):,}; {late:,} late{erased}")
    if shown:
        show_complaints(shown[:MOST_SHOWN], console(), network.settings.zone, now)
        if len(shown) > MOST_SHOWN:
            say(f"and {len(shown) - MOST_SHOWN:,} more: narrow them by --state or --late, or take --json")
        say(f"Next: evenhand complaints {folder} {shown[0].id}")

"""`evenhand settle`: what was decided on a complaint is carried out, and proved at every place."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.acting import ConfirmSign, Sign, acting_of
from evenhand.cli.common import PROGRAM, AllowFuture, AsJson, Folder, print_json, recorded_instant, say, tools
from evenhand.model.errors import BadInput

if TYPE_CHECKING:
    from evenhand.workflows.complaints.settlement import Settlement


def add_to(app: typer.Typer) -> None:
    """Add the verb `settle` to the command line."""
    app.command("settle")(settle)


def settle(
    folder: Folder,
    complaint: Annotated[str, typer.Argument(metavar="COMPLAINT", help="Id of the complaint.", show_default=False)],
    *,
    person: Annotated[str, typer.Option("--as", metavar="PERSON", help="Who settles it.")] = "",
    confirm_as: Annotated[
        str, typer.Option("--confirm-as", metavar="PERSON", help="Who confirms what is proposed and recorded.")
    ] = "",
    sign: Sign = "",
    confirm_sign: ConfirmSign = "",
    at: Annotated[str | None, typer.Option("--at", help="When, ISO with offset; default: now.")] = None,
    allow_future: AllowFuture = False,
    as_json: AsJson = False,
) -> None:
    """Record the facts, decide again, ask every place that the decision reached; exit 1 until all follow."""
    from evenhand.store.network import read_network
    from evenhand.workflows.complaints.settlement import settle as carry_out
    from evenhand.workflows.people.staff_overview import unverified

    if not person.strip():
        raise BadInput("nobody is named", where="--as", expected="the id of a person")
    instant, network = recorded_instant(at, allow_future=allow_future), read_network(folder)
    acting = acting_of(network, person.strip(), sign)
    second = acting_of(network, confirm_as.strip(), confirm_sign) if confirm_as.strip() else None
    with tools(quiet=as_json) as handed:
        settlement = carry_out(network, complaint, acting, instant, handed, program=PROGRAM, second=second)
    if as_json:
        print_json(settlement)
    else:
        for line in _lines(settlement, str(folder), unverified(network, instant)):
            say(line)
    if not settlement.is_proved:
        raise typer.Exit(1)


def _lines(settlement: "Settlement", folder: str, no_staff: str) -> Iterator[str]:
    """Yield how far a settlement is, and what to do where it does not go on."""
    complaint = settlement.complaint
    yield f"Complaint {complaint.id}: {complaint.outcome} ({', '.join(complaint.outcome_codes)}); {complaint.state}"
    yield from _places(settlement)
    if settlement.waits_for:
        yield f"Waits for {settlement.waits_for}"
    if settlement.reopened:
        yield f"Like decisions opened for review: {len(settlement.reopened)}; see evenhand complaints {folder}"
    if no_staff:
        yield no_staff.capitalize()
    if not settlement.is_proved:
        yield f"Next: evenhand settle {folder} {complaint.id} --as PERSON, once this is mended"


def _places(settlement: "Settlement") -> Iterator[str]:
    """Yield which places follow the new decision, and which do not."""
    complaint, red = settlement.complaint, settlement.red
    places = len(complaint.points)
    for probe in red:
        yield f"Does not follow: {probe.point}: {probe.got} (expected: {probe.expected})"
    if places and (red or settlement.is_proved):
        decision = f"; new decision {complaint.new_decision}" if complaint.new_decision else ""
        yield f"Places that follow: {places - len(red)} of {places}{decision}"
    for clock in settlement.overdue:
        yield f"Overdue: {clock.replace('_', ' ')}"

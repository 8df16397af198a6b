"""`evenhand notify`: what happened since the last call, details to webhooks and mail addresses."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.common import AsJson, Folder, instant, print_json, say
from evenhand.render.wording import count

if TYPE_CHECKING:
    from evenhand.model.notification import EventDelivery
    from evenhand.store.network import Network
    from evenhand.workflows.notifications.derivation import Derived
    from evenhand.workflows.notifications.event_delivery import Delivered
    from evenhand.workflows.notifications.outbox_view import OutboxState

_SHOWN = 40


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command("notify")(notify)


def notify(
    folder: Folder,
    *,
    show: Annotated[bool, typer.Option("--list", help="Show deliveries, failed ones first; send nothing.")] = False,
    again: Annotated[
        str, typer.Option("--replay", metavar="ID", help="Send an event, or all that `failed`, once more.")
    ] = "",
    at: Annotated[str | None, typer.Option("--at", help="The instant now, ISO with offset; default: now.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find what happened since the last call and send what is due; exit 1 if a delivery was given up."""
    from evenhand.store.network import read_network
    from evenhand.workflows.notifications import outbox_rows, outbox_state, replay

    network = read_network(folder)
    if show:
        state, rows = outbox_state(network), outbox_rows(network)
        lines = _listed(rows, state)
        _answer(state, (), {"deliveries": [each.shown for each in rows]}, lines, as_json=as_json)
        return
    replayed = replay(network, again) if again else 0
    derived, delivered = _sent(network, at)
    state = outbox_state(network)
    lines = _lines(folder, network, replayed, derived, delivered, state)
    details = {"replayed": replayed, "found": derived, "sent": delivered}
    _answer(state, derived.problems, details, lines, as_json=as_json)


def _sent(network: "Network", at: str | None) -> tuple["Derived", "Delivered"]:
    """Find events and send what is due, until nothing is left that can be sent now."""
    from evenhand.transport.mail_client import mail_sender
    from evenhand.transport.webhook_client import webhook_sender
    from evenhand.workflows.notifications import deliver_due, derive_events
    from evenhand.workflows.notifications.event_delivery import Delivered

    send, mail = webhook_sender(network), mail_sender(network)
    derived = derive_events(network, instant(at))
    delivered, problems = 0, list[str]()
    while True:
        each = deliver_due(network, instant(at), send, mail, chance=random.random)
        delivered, problems = delivered + each.delivered, [*problems, *each.problems]
        if not each.more:
            return derived, Delivered(delivered=delivered, problems=tuple(problems), busy=each.busy)


def _answer(
    state: "OutboxState", problems: Sequence[str], details: dict[str, object], lines: Iterator[str], *, as_json: bool
) -> None:
    if as_json:
        print_json({"state": state, **details})
    else:
        for line in lines:
            say(line)
    if state.failed or problems:
        raise typer.Exit(1)


def _lines(
    folder: object, network: "Network", replayed: int, derived: "Derived", delivered: "Delivered", state: "OutboxState"
) -> Iterator[str]:
    """Yield what a call found and sent, and what is left."""
    if not network.settings.receivers:
        yield "Nobody is notified: evenhand.toml has no [[webhook]] and no [[mail_to]]."
    if derived.began:
        yield f"Events begin here: those of the ledger with the entry after {derived.size}."
    for problem in (*derived.problems, *delivered.problems):
        yield f"warning: {problem}"
    if replayed:
        yield f"Sent once more: {count(replayed, 'delivery', 'deliveries')}"
    yield f"Queued: {derived.queued:,}; delivered: {delivered.delivered:,}; {_left(state)}"
    if delivered.busy:
        yield "Another process delivers; nothing was sent."
    if state.failed:
        yield f"Next: evenhand notify {folder} --list, mend the receiver, then evenhand notify {folder} --replay failed"


def _listed(rows: Sequence["EventDelivery"], state: "OutboxState") -> Iterator[str]:
    for each in rows[:_SHOWN]:
        tried = f", {count(each.attempts, 'attempt')}" if each.attempts else ""
        answer = f": {each.answer}" if each.answer else ""
        yield f"{each.state.value:<9} {each.event}  {each.kind} to {each.target}{tried}{answer}"
    if len(rows) > _SHOWN:
        yield f"… and more; --json shows {len(rows):,}"
    yield f"{state.delivered:,} delivered, {state.withdrawn:,} withdrawn; {_left(state)}"


def _left(state: "OutboxState") -> str:
    due = f", next at {_time(state.next_due)}" if state.next_due is not None and state.next_due.timestamp() else ""
    return f"waiting: {state.waiting:,}{due}; failed: {state.failed:,}"


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"

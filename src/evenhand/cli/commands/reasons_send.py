"""`evenhand reasons send`: statements of reasons to the EU Transparency Database, and only when somebody asks."""

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.common import LOCK_WAIT_S, AsJson, Folder, instant, print_json, say
from evenhand.model.output_streams import write_data
from evenhand.model.visible_text import json_visible
from evenhand.render.wording import count

if TYPE_CHECKING:
    from evenhand.store.network import Network
    from evenhand.workflows.delivery.outbox_delivery import Kept, Sent

_SHOWN = 20


def send(
    folder: Folder,
    to: Annotated[str, typer.Option("--to", metavar="URL", help="The database's address.", show_default=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be sent, send nothing.")] = False,
    token_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The token; default: EVENHAND_TOKEN in the environment.")
    ] = None,
    at: Annotated[str | None, typer.Option("--at", help="The instant now, ISO with offset; default: now.")] = None,
    as_json: AsJson = False,
) -> None:
    """Send every statement that the database has not got; exit 1 if something is left or was refused."""
    from evenhand.store.network import read_network
    from evenhand.transport.transparency_database import address, exchanger, token
    from evenhand.workflows.delivery.outbox_delivery import DeliveryTools
    from evenhand.workflows.delivery.outbox_delivery import send as send_all

    target, clock, network = address(to), _clock(at), read_network(folder)
    if dry_run:
        _show_unsent(network, target, as_json)
        return
    secret = token(token_file, folder)
    outside = DeliveryTools(exchanger(target, secret), clock, time.sleep, random.random)
    sent = send_all(network, target, outside, wait_s=LOCK_WAIT_S)
    if as_json:
        print_json(sent)
    else:
        _say(sent)
        _say_waiting(network)
    if not sent.done:
        raise typer.Exit(1)


def _clock(at: str | None) -> Callable[[], float]:
    """Return the clock, which goes on from the instant named, if one is."""
    if at is None:
        return time.time
    begun, started = instant(at).timestamp(), time.monotonic()
    return lambda: begun + time.monotonic() - started


def _show_unsent(network: "Network", target: str, as_json: bool) -> None:
    import msgspec

    from evenhand.workflows.delivery.outbox_delivery import unsent

    payloads, reversed_ids = unsent(network, target, wait_s=LOCK_WAIT_S)
    if as_json:
        statements = [msgspec.Raw(payload) for payload in payloads]
        print_json(
            {
                "to": target,
                "dry_run": True,
                "would_send": len(payloads),
                "statements": statements,
                "reversed": reversed_ids,
            }
        )
        return
    for payload in payloads:
        write_data(json_visible(payload) + b"\n")
    for each in reversed_ids[:_SHOWN]:
        say(f"{each}: not sent: its decision was reversed on a complaint before it was sent")
    if len(reversed_ids) > _SHOWN:
        say(f"… and {len(reversed_ids) - _SHOWN} more whose decisions were reversed; --json shows all")
    say(f"{count(len(payloads), 'statement')} would go to {target}; nothing was sent")
    _say_waiting(network)


def _say(sent: "Sent") -> None:
    for what, kept in (("refused by the database", sent.refused_statements), ("not sent", sent.parked_statements)):
        for each in kept[:_SHOWN]:
            say(f"{each.id}: {what}: {_why(each)}")
        if len(kept) > _SHOWN:
            say(f"… and {len(kept) - _SHOWN} more {what}; --json shows all")
    settled = f"{sent.stored_now} stored now, {sent.stored} in all; {sent.refused} refused, {sent.parked} not sent"
    say(f"{sent.to}: {settled}, {sent.ready + sent.sending} left; {count(sent.requests, 'request')}")
    if sent.problem:
        say(f"Left for the next call: {sent.problem}")


def _say_waiting(network: "Network") -> None:
    """Say how many statements are not queued yet because their letters wait for a review."""
    from evenhand.workflows.delivery.letter_files import WAITING

    waiting = sum(1 for _ in (network.out / "reasons").glob(f"*{WAITING}"))
    if waiting:
        say(f"{count(waiting, 'statement')} not queued yet: the letter waits for review; `evenhand run` lets it out")


def _why(kept: "Kept") -> str:
    errors = kept.answer.get("errors", {})
    if isinstance(errors, dict):
        return "; ".join(f"{field} {problem}".strip() for field, problem in errors.items())
    return ", ".join(f"{error['field']} {error['code']}" for error in errors)

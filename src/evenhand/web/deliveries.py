"""Webhooks and mail sent while a console is served: every minute events are found, and what is due is sent."""

import asyncio
import random
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from evenhand.model.errors import EvenhandError
from evenhand.model.visible_text import visible
from evenhand.store.network import read_network
from evenhand.transport.mail_client import mail_sender
from evenhand.transport.webhook_client import webhook_sender
from evenhand.workflows.notifications import deliver_due, derive_events

EVERY_S: Final = 60.0


async def deliver_while_served(folder: Path, every_s: float = EVERY_S) -> None:
    """Find events and send what is due, again and again until cancelled; what fails is said on standard error, once."""
    last = ""
    while True:
        problem = await asyncio.to_thread(deliver_once, folder)
        if problem and problem != last:
            sys.stderr.write(f"evenhand: notifications: {visible(problem)}\n")
        last = problem
        await asyncio.sleep(every_s)


def deliver_once(folder: Path) -> str:
    """Find events and send what is due, and return what went wrong, ``""`` for nothing; without receivers do nothing.

    The settings are read anew, so that a webhook that was added counts without a restart.
    """
    try:
        network = read_network(folder)
        if not network.settings.receivers:
            return ""
        send, mail = webhook_sender(network), mail_sender(network)
        derived = derive_events(network, datetime.now(UTC))
        while deliver_due(network, datetime.now(UTC), send, mail, chance=random.random).more:
            continue
    except EvenhandError as error:
        return str(error)
    return "; ".join(derived.problems)

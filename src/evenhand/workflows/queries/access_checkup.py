"""Accounts and keys of people who have left: they are refused, and somebody should take them back."""

from collections.abc import Iterator
from datetime import datetime

from evenhand.model.run import Advice
from evenhand.store.console_people import read_console_people
from evenhand.store.network import Network
from evenhand.workflows.people.access import has_left


def access_findings(network: Network, at: datetime) -> Iterator[Advice]:
    """Yield a finding for each account and key whose person `staff.toml` does not name, or names as one who has left.

    Raises:
        NetworkUnreadable: `staff.toml` does not hold.
        StorageFailed: the console's tables cannot be read.
    """
    console = read_console_people(network.folder, at)
    for person in console.accounts:
        if why := has_left(network, person, at):
            todo = f"evenhand account disable {network.folder} {person}"
            yield Advice("warning", "staff", f"the account of {person} is refused: {why}", todo)
    for key, person in console.keys:
        if why := has_left(network, person, at):
            todo = f"evenhand key revoke {network.folder} {key}"
            yield Advice("warning", "staff", f"the key {key}, for which {person} answers, is refused: {why}", todo)

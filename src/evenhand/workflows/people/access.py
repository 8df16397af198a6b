"""Who may log in, read and use keys: everybody whom `staff.toml` names, on the days on which they are active.

Without such a file it is everybody. The file is edited in the network's folder and never in the console: who keeps it
needs no log-in to mend it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from evenhand.model.api_key import ApiKey
from evenhand.model.console import Account
from evenhand.store.network import Network
from evenhand.workflows.people.staff_rules import network_staff

Holder = TypeVar("Holder", Account, ApiKey)


def refused_access(network: Network, person: str, at: datetime) -> str:
    """Return why somebody may not log in and their keys are refused; ``""`` where they may, or without `staff.toml`.

    Raises:
        NetworkUnreadable: `staff.toml` does not hold.
        RulebookInvalid: the network's own rules do not hold.
    """
    staff = network_staff(network)
    if staff is None:
        return ""
    known = staff.staff.person(person)
    if known is None:
        return f"{person} is not named in staff.toml"
    if staff.staff.is_active(known, at):
        return ""
    if _is_ahead(network, person, at):
        return f"by staff.toml {person} is active from {known.active_from} on"
    return f"by staff.toml {person} was active until {known.active_until}"


def has_left(network: Network, person: str, at: datetime) -> str:
    """Return why somebody is refused for good; ``""`` also where they are yet to begin, so that all can be prepared."""
    return "" if _is_ahead(network, person, at) else refused_access(network, person, at)


def with_access(network: Network, holders: Iterable[Holder], at: datetime) -> list[Holder]:
    """Return accounts, or keys, with why each is refused, as `refused_access` says it of the person of each."""
    return [replace(each, refused=refused_access(network, each.person, at)) for each in holders]


def _is_ahead(network: Network, person: str, at: datetime) -> bool:
    staff = network_staff(network)
    known = staff.staff.person(person) if staff else None
    if staff is None or known is None or known.active_from is None:
        return False
    return at.astimezone(ZoneInfo(staff.staff.zone)).date() < known.active_from

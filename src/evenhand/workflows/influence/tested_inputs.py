"""What the tests of events depend on, as hashes: of what events are made of, and of the bytes of their tables."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Final

from evenhand.intake import Tables
from evenhand.intake.reading_key import reading_key
from evenhand.model.record import record_sha256, sha256_hex
from evenhand.store.network import Network
from evenhand.store.program_code import code_sha256
from evenhand.workflows.influence.alike_creatives import pictures_of
from evenhand.workflows.influence.imitated_websites import own_websites
from evenhand.workflows.influence.network_events import NetworkEvents

_METHOD: Final = 13  # raise it where the tests, or what events are made of, change


def events_key(network: Network, found: NetworkEvents) -> str:
    """Return the hash of events, websites, pictures and settings: where it is the same, so is what the tests find."""
    settings = network.settings.influence
    others = own_websites(found.tables), sorted(pictures_of(network.folder))
    return record_sha256((_METHOD, settings.alpha, settings.max_cell, settings.resolution_s, found.key, *others))


def bytes_key(network: Network, tables: Tables, files: Mapping[str, str]) -> str:
    """Return the hash of all bytes that events are read from, and of the reader: where it is the same, so are they.

    `files` are the hashes of the tables of acts. It takes no row, as `events_key` does, but is another as soon as
    anything in a table is.
    """
    settings = network.settings
    read = reading_key(settings.intake, settings.fx, settings.network.currency, None, {**tables.hashes, **files})
    return record_sha256((_METHOD, _program_sha256(), settings.influence, read, sorted(pictures_of(network.folder))))


@cache
def _program_sha256() -> str:
    return code_sha256(("evenhand.influence", "evenhand.workflows.influence"), ())


def settings_number(network: Network) -> int:
    """Return a number that changes with the settings of the tests."""
    settings = network.settings.influence
    written = f"{Decimal(settings.alpha).normalize()} {settings.max_cell} {settings.resolution_s}"
    return int(sha256_hex(written.encode())[:12], 16)

"""What each party is called, as the register of the last run has it."""

from collections.abc import Mapping

import msgspec

from evenhand.cases.publishing import REGISTER
from evenhand.gate.registers.plain import decode_register
from evenhand.model.errors import EvenhandError
from evenhand.model.register import RegisterRow
from evenhand.store.network import Network

Names = Mapping[tuple[str, str], tuple[str, ...]]


def party_names(network: Network) -> Names:
    """Return the names of each party by kind and id, the first name first; none where there was no run yet."""
    path = network.out / REGISTER
    if not path.exists():
        return {}
    _, rows = decode_register(path.read_bytes().split(b"\n"), path)
    return {(row.kind, row.id): row.names for row in rows}


def known_names(network: Network) -> Names:
    """Return the names as `party_names` does; none where nobody can read the register, which a run writes anew."""
    return {key: row.names for key, row in known_rows(network).items()}


def known_rows(network: Network) -> Mapping[tuple[str, str], RegisterRow]:
    """Return the register's row of each party by kind and id; none where there is no register that can be read."""
    path = network.out / REGISTER
    try:
        _, rows = decode_register(path.read_bytes().split(b"\n"), path)
        return {(row.kind, row.id): row for row in rows}
    except (EvenhandError, OSError, msgspec.MsgspecError):
        return {}

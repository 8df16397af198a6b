"""What each party is called, as the register and the decisions of the last run have it."""

from collections.abc import Mapping

import msgspec

from evenhand.gate.registers.plain_form import decode_register
from evenhand.model.errors import EvenhandError
from evenhand.model.outcome import Outcome
from evenhand.store.network import Network
from evenhand.store.tables import read_parquet
from evenhand.workflows.delivery.publication import DECISIONS, REGISTER
from evenhand.workflows.evaluation.history import History
from evenhand.workflows.evaluation.run_context import RunContext


class KnownRow(msgspec.Struct, frozen=True, kw_only=True):
    """By what a row of the register knows its party; to skip its conditions is a fifth of the cost of reading it."""

    kind: str
    id: str
    outcome: Outcome
    names: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()


_row = msgspec.json.Decoder(KnownRow).decode
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


def known_rows(network: Network) -> Mapping[tuple[str, str], KnownRow]:
    """Return the register's row of each party by kind and id; none where there is no register that can be read.

    Whether a row says something twice is for those who decide by it to look at.
    """
    try:
        _, *lines = filter(bytes.strip, (network.out / REGISTER).read_bytes().split(b"\n"))
        return {(row.kind, row.id): row for row in map(_row, lines)}
    except (OSError, ValueError):  # also the root of what msgspec raises
        return {}


def names_of_gone(network: Network, run_context: RunContext, history: History) -> Mapping[tuple[str, str], str]:
    """Return what the parties that are no longer in the tables were called, as far as the last run still knew."""
    decided = (each for known in history.cases.values() for each in known)
    gone = {(each.party_kind, each.party_id) for each in decided if each.party_id not in run_context.payers}
    return {key: name for key, name in decided_names(network).items() if key in gone} if gone else {}


def decided_names(network: Network) -> dict[tuple[str, str], str]:
    """Return the name of each party of a decision in force, by kind and id; none where there was no run yet.

    The allowed who left the tables are here alone: the register has no row for them.
    """
    path = network.out / DECISIONS
    try:
        return {(str(row[2]), str(row[3])): str(row[4]) for row in read_parquet(path)} if path.exists() else {}
    except (EvenhandError, OSError):
        return {}

"""Owners named as people know them: by the name in the tables of the last run, where one party alone has it."""

from collections.abc import Iterator

from evenhand.intake import Tables
from evenhand.model.errors import BadInput
from evenhand.store.network import Network
from evenhand.workflows.evaluation.run_state import KnownInputs, read_known_inputs
from evenhand.workflows.operations.ledgers import read_ledger


def owner_id(network: Network, typed: str, inputs: KnownInputs | None = None) -> str:
    """Return the id of the party or owner that was typed as its id or its name; what is neither comes back as it is.

    An id counts before a name. Names are compared without regard to capitals and blanks at the ends. `inputs` are those
    of the last run, where they are at hand.

    Raises:
        BadInput: several have this name; it says which ids.
    """
    if inputs is None:
        with read_ledger(network.ledger) as ledger:
            inputs = read_known_inputs(network.state, ledger.checkpoint)
    known = () if inputs is None else tuple(_owners(inputs.tables))
    if any(owner == typed for owner, _ in known):
        return typed
    wanted = typed.strip().casefold()
    found = sorted({owner for owner, name in known if name.strip().casefold() == wanted})
    if len(found) > 1:
        raise BadInput("several have this name", where="owner", got=typed, expected=f"one of {', '.join(found)}",
                       todo="give the id")  # fmt: skip
    return found[0] if found else typed


def _owners(tables: Tables) -> Iterator[tuple[str, str]]:
    """Yield id and name of each party and owner, once for each name."""
    for party in (*tables.advertisers, *tables.payers):
        yield from ((party.id, name) for name in (party.name, *party.aliases))
    yield from ((row.owner, row.owner_name) for row in tables.ownership if row.owner)

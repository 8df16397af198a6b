"""Confirmed facts put into the ledger of a made network, as a person's answer does."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from evenhand.model.confirmed_fact import ConfirmedFact
from evenhand.model.log import NO_HASH
from evenhand.workflows.evaluation.confirmed_facts import fact_key, fact_record, said_by_tables
from evenhand.workflows.operations import open_ledger
from tests.networks import DAY_1, MadeNetwork, tables_of

PAPER = "ab" * 32
CONFIRMED_AT = DAY_1 + timedelta(hours=1)


def confirm(made: MadeNetwork, **fields: Any) -> int:
    """Record a fact about the bakery, seen in a document an hour after the first run; return its leaf."""
    given: dict[str, Any] = {
        "party_kind": "advertiser", "party_id": "bakery", "documents": (PAPER,), "by": "p-1", "why": "made up",
        "at": CONFIRMED_AT,
    }  # fmt: skip
    fact = ConfirmedFact(**(given | fields))
    made.write()
    fact = replace(fact, against=said_by_tables(tables_of(made.network), fact_key(fact)))
    with open_ledger(made.folder / "ledger", draw=bytes) as ledger:
        (receipt,) = ledger.append([fact_record(fact, NO_HASH)], fact.at)
        ledger.publish(fact.at)
    return receipt.seq

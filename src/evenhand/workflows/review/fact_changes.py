"""What a person says of facts: checked, tried, and recorded as judgements and confirmed facts."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from evenhand.ledger import Ledger
from evenhand.model.confirmed_fact import FactChange
from evenhand.model.decision import Party
from evenhand.model.errors import StateRefused
from evenhand.model.judgement import Judgement
from evenhand.model.log import LogRecord
from evenhand.store.network import Network
from evenhand.workflows.evaluation.confirmed_facts import fact_record
from evenhand.workflows.evaluation.judged_findings import judgement_record
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.acting import Acting, sign_record, sign_second
from evenhand.workflows.people.staff_leaf import record_staff
from evenhand.workflows.people.staff_rules import network_staff
from evenhand.workflows.review.fact_drafts import contradicted, draft_changes, known_facts
from evenhand.workflows.review.judgements import checked_text
from evenhand.workflows.run.ledger_records import lists_sha256
from evenhand.workflows.run.network_run import Tools


def check_changes(
    network: Network, party: Party, changes: Sequence[FactChange], at: datetime, tools: Tools
) -> tuple[str, ...]:
    """Return a sentence for each confirmed fact that contradicts an earlier one, which no longer counts then.

    Raises:
        BadInput: a change is incomplete, contradicts itself or the others, or cannot be.
        NotFound: no such party, owner or match, or no run yet.
    """
    with read_ledger(network.ledger) as ledger:
        known = known_facts(ledger, network, at, tools)
    return contradicted(known.history, draft_changes(known, party, changes, at))


def record_changes(
    ledger: Ledger,
    network: Network,
    party: Party,
    changes: Sequence[FactChange],
    acting: Acting,
    at: datetime,
    *,
    tools: Tools,
    why: str,
    second: Acting | None = None,
) -> tuple[int, ...]:
    """Check the changes, append them as judgements and confirmed facts, signed, and return the indexes of the leaves.

    They count from the next run on, by their place in the ledger. All of them are appended or none. Whether the person
    may is for the caller to ask (`permit`).

    Raises:
        BadInput, NotFound: as `check_changes`, or there is no reason.
        NotPermitted: the network has staff, and a signature is missing.
        StateRefused: the same was said otherwise at this very second.
    """
    known, staff = known_facts(ledger, network, at, tools), network_staff(network)
    lists, records = lists_sha256(known.memory.versions), []
    for draft in draft_changes(known, party, changes, at):
        unsigned = replace(draft, by=acting.person, why=checked_text("the reason", why))
        signed = sign_record(unsigned, acting, staff, at)
        records.append(signed if second is None else sign_second(signed, second, staff, at))
    leaves = [
        judgement_record(each, lists) if isinstance(each, Judgement) else fact_record(each, lists) for each in records
    ]
    _check_new(ledger, leaves)
    record_staff(ledger, network, at)
    return tuple(receipt.seq for receipt in ledger.append(leaves, at))


def _check_new(ledger: Ledger, leaves: Sequence[LogRecord]) -> None:
    """Refuse what was said otherwise at the same second; in the same words it is the same record."""
    for leaf in leaves:
        seq = ledger.seq_of(leaf.key)
        if seq is not None and ledger.payload(seq) != leaf.payload:
            raise StateRefused(
                "somebody else has answered this at this very second", where=f"entry {seq}", state="recorded",
                event="answer", todo="look at it again, and answer at a later second",
            )  # fmt: skip

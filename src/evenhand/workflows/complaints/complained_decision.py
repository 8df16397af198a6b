"""The decision that a complaint is about, found by the references that letters carry."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from evenhand.ledger import LogReader
from evenhand.model.decision import Decision
from evenhand.model.errors import NotFound
from evenhand.model.statement import StatementOfReasons
from evenhand.workflows.delivery.notices import sent_statement
from evenhand.workflows.delivery.reason_ids import reason_id
from evenhand.workflows.delivery.statements import statement_of
from evenhand.workflows.evaluation.history import decision_of

_REFERENCE = re.compile(r"(?<![0-9A-Za-z-])[drl]-([0-9a-f]{20})(?![0-9A-Za-z-])", re.IGNORECASE)
_HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013", "-"))
"""What a letter's reader may have in the place of a hyphen."""
_NUMBER = re.compile(r"(?<![\w.,-])\d{1,12}(?![\w-])")
_RECEIPT_REACH = 200
"""How far before the log's name its entries stand in a receipt, in characters, in any language."""


@dataclass(frozen=True)
class ComplainedDecision:
    """A decision with the letter that told it; `informed_on` is None while the letter waits, or where there is none."""

    decision: Decision
    statement: StatementOfReasons | None = None
    informed_on: date | None = None

    @property
    def language(self) -> str:
        """Return the language of the letter, ``""`` where there was none."""
        return "" if self.statement is None else self.statement.language


def decision_named(ledger: LogReader, reference: str) -> ComplainedDecision:
    """Return the decision that a reference names: the id of a decision or letter, or an entry of the log.

    An id is found in what was typed around it, such as a whole line of the letter; capitals do not count.

    Raises:
        NotFound: there is no such decision, or its record was erased.
    """
    found = _decision_id(ledger, reference.strip())
    complained = None if found is None else decision_with_letter(ledger, found)
    if complained is None:
        raise NotFound(
            "no such decision", got=reference,
            expected="the reference of a letter (r-… or d-…), or the entry of the log that it names",
            todo="`evenhand explain DIR ADVERTISER` shows it as Notice",
        )  # fmt: skip
    return complained


def decision_with_letter(ledger: LogReader, decision_id: str) -> ComplainedDecision | None:
    """Return a decision by its id with its letter; None where there is none, or its record was erased."""
    payload = _payload(ledger, decision_id)
    if payload is None:
        return None
    decision = decision_of(payload)
    statement_seq = ledger.seq_of(reason_id(decision_id))
    raw = None if statement_seq is None else ledger.payload(statement_seq)
    if statement_seq is None or raw is None:
        return ComplainedDecision(decision)
    statement = statement_of(raw)
    sent = sent_statement(ledger, statement, statement_seq)
    return ComplainedDecision(decision, statement, None if sent is None else sent[0].dates.informed)


def decision_in_texts(ledger: LogReader, texts: Iterable[str]) -> ComplainedDecision | None:
    """Return the one decision that the first of these texts names which names any; None if it names several.

    Known are references as letters carry them, and the entries of a receipt beside the log's name.
    """
    for text in texts:
        ids = _named(text) or _receipt_decisions(ledger, text)
        known = [each for each in sorted(ids) if _payload(ledger, each) is not None]
        if known:
            return decision_with_letter(ledger, known[0]) if len(known) == 1 else None
    return None


def names_decision(text: str) -> bool:
    """Return whether a text has the reference of a decision or letter; the number of an entry is none.

    >>> names_decision("Our reference: R-769314A46259BAA60CAD."), names_decision("12")
    (True, False)
    """
    return bool(_named(text))


def _named(text: str) -> set[str]:
    """Return the ids of decisions whose references, or whose letters' references, a text has."""
    return {f"d-{found.lower()}" for found in _REFERENCE.findall(text.translate(_HYPHENS))}


def _receipt_decisions(ledger: LogReader, text: str) -> set[str]:
    place = text.find(ledger.origin)
    if place < 0:
        return set()
    numbers = _NUMBER.findall(text[max(0, place - _RECEIPT_REACH) : place])
    found = {_decision_id(ledger, number) for number in numbers}
    return {each for each in found if each is not None}


def _decision_id(ledger: LogReader, reference: str) -> str | None:
    """Return the id of the decision that a reference is of, None if it is no reference."""
    named = _named(reference)
    if named:
        return named.pop() if len(named) == 1 else None
    if not reference.isdecimal() or int(reference) >= ledger.size:
        return None
    return _id_at(ledger, int(reference))


def _id_at(ledger: LogReader, seq: int) -> str | None:
    """Return the decision's id where an entry of the log is a decision or its letter."""
    payload = ledger.payload(seq)
    if payload is None:
        return None
    entry = next(iter(ledger.entries(start=seq)))
    match entry[1].kind:
        case "decision":
            return decision_of(payload).id
        case "statement":
            return statement_of(payload).decision
        case _:
            return None


def _payload(ledger: LogReader, decision_id: str) -> bytes | None:
    seq = ledger.seq_of(decision_id)
    return None if seq is None else ledger.payload(seq)

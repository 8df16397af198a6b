"""Which letters went out and which wait for a review; and who is told that a restriction was lifted.

A statement says up to which day its letter waits. That it went out earlier, or on that day, is a `notice` leaf; a
statement that does not wait has none. So a run that was killed, or has lost its files, finds what it needs in the
ledger, and nobody is told twice.
"""

from collections.abc import Iterator
from datetime import date
from typing import Literal

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from evenhand.ledger import Ledger, LogReader
from evenhand.model.calendar_months import add_months
from evenhand.model.decision import Decision
from evenhand.model.log import LogRecord
from evenhand.model.outcome import Outcome
from evenhand.model.party import Payer
from evenhand.model.record import canonical
from evenhand.model.statement import (
    Addressee,
    FreeText,
    Internal,
    Lifting,
    Redress,
    Sending,
    StatementOfReasons,
)
from evenhand.reasons import letter
from evenhand.reasons.facts import campaign_of
from evenhand.reasons.language import words_of
from evenhand.reasons.wording import Wording
from evenhand.workflows.delivery.reason_ids import reason_id
from evenhand.workflows.delivery.statements import case_of, statement_of
from evenhand.workflows.evaluation.consequences import campaign_stops
from evenhand.workflows.evaluation.history import CaseDecision, History, decision_of
from evenhand.workflows.evaluation.judged_findings import by_people
from evenhand.workflows.evaluation.run_context import RunContext

TOLD = date.min
"""What `told_by` gives where the letter is out."""


_BLOCKED = frozenset({"hold", "freeze"})
_Why = Literal["reviewed", "campaign", "deadline"]


class _Wait(msgspec.Struct):
    """The one field of a statement's payload that says whether its letter waits."""

    waits_until: date | None = None


def told_by(ledger: LogReader, decision_id: str | None) -> date | None:
    """Return by which day the letter about a decision goes out: `TOLD` where it is out, None where there is none."""
    seq = None if decision_id is None else ledger.seq_of(reason_id(decision_id))
    if seq is None or decision_id is None:
        return None
    return told_of(ledger, reason_id(decision_id), ledger.payload(seq))


def statement_payload(ledger: LogReader, standing: CaseDecision) -> bytes | None:
    """Return the payload of a decision's statement, None where it allows, or the statement was erased."""
    # INVARIANT: a decision other than allow and its statement are appended in one transaction, in this order.
    return None if standing.outcome is Outcome.ALLOW else ledger.payload(standing.seq + 1)


def sendings(run_context: RunContext, ledger: Ledger, history: History) -> Iterator[LogRecord]:
    """Yield a `notice` leaf for each hold in force whose letter has waited long enough, or was reviewed."""
    for standing in history.all_in_force(run_context.at):
        if standing.outcome is not Outcome.HOLD:
            continue
        payload = statement_payload(ledger, standing)
        waits = told_of(ledger, reason_id(standing.id), payload)
        why = None if waits == TOLD else _due(run_context, history, standing, waits)
        if why is not None and payload is not None:
            sending = _sending(run_context, statement_of(payload), why)
            yield LogRecord(
                kind="notice", payload=canonical(sending), subject=standing.party_id, key=_key(sending.statement)
            )


def _sending(run_context: RunContext, statement: StatementOfReasons, why: _Why) -> Sending:
    months = run_context.settings.reasons.complaint_months
    until = max(statement.redress.internal.until, add_months(run_context.day, months))
    settings, recorded = run_context.settings.reasons, statement.redress
    sending = Sending(
        statement=statement.id, on=run_context.day, why=why, complaint_until=until, notice_sha256="",
        complaint_url=UNSET if settings.complaint_url == recorded.internal.url else settings.complaint_url,
        out_of_court=UNSET if settings.out_of_court == recorded.out_of_court.text else settings.out_of_court,
        judicial=UNSET if settings.judicial == recorded.judicial.text else settings.judicial,
    )  # fmt: skip
    sent = _as_sent(statement, sending)
    return replace(sending, notice_sha256=letter(sent, sent.language).sha256)


def sent_statement(ledger: LogReader, statement: StatementOfReasons, seq: int) -> tuple[StatementOfReasons, int] | None:
    """Return a statement as it went out and the entry that has its letter's hash; None where the letter still waits.

    `seq` is the statement's own entry, which has the hash of a letter that did not wait.
    """
    if statement.waits_until is None:
        return statement, seq
    sent_at = ledger.seq_of(_key(statement.id))
    payload = None if sent_at is None else ledger.payload(sent_at)
    if sent_at is None or payload is None:
        return None
    return _as_sent(statement, msgspec.json.decode(payload, type=Sending)), sent_at


def _as_sent(statement: StatementOfReasons, sending: Sending) -> StatementOfReasons:
    """Return a statement whose letter goes out: with that day, a complaint's last day and the ways out of that day."""
    recorded = statement.redress
    url = recorded.internal.url if sending.complaint_url is UNSET else sending.complaint_url
    redress = Redress(
        internal=Internal(url=url, until=sending.complaint_until),
        out_of_court=recorded.out_of_court if sending.out_of_court is UNSET else FreeText(text=sending.out_of_court),
        judicial=recorded.judicial if sending.judicial is UNSET else FreeText(text=sending.judicial),
    )
    return replace(statement, waits_until=None, dates=replace(statement.dates, informed=sending.on), redress=redress)


def lifting_id(decision_id: str) -> str:
    """Return the id of the notice that an allow decision lifts a restriction."""
    return "l-" + decision_id.removeprefix("d-")


def lifting_record(
    run_context: RunContext, ledger: Ledger, decision: Decision, rulebook: str, lists: str
) -> LogRecord | None:
    """Return the leaf to append right after an allow that lifts what its party was told of; None where it was not."""
    before = decision.supersedes
    if before is None or told_by(ledger, before) != TOLD:
        return None
    seq = ledger.seq_of(reason_id(before))
    payload = None if seq is None else ledger.payload(seq)
    if payload is None:  # erased: nobody knows any more what was told to whom
        return None
    earlier, case = statement_of(payload), case_of(run_context, decision)
    words = words_of(case.settings.language)
    freed = _freed_micros(run_context, ledger, decision)
    lifting = Lifting(
        id=lifting_id(decision.id),
        decision=decision.id,
        lifts=earlier.id,
        advertiser=_addressee(case.party, earlier.advertiser),
        template=earlier.template or earlier.kind,
        starts_on=earlier.starts_on,
        lifted_on=decision.effective_from.astimezone(run_context.settings.zone).date(),
        about=campaign_of(decision, Wording(case=case, public=False, words=words)),
        freed_micros=freed,
        currency=run_context.settings.network.currency if freed else "",
        language=case.settings.language,
    )
    raw = msgspec.to_builtins(lifting)
    del raw["entry"]  # known only once it is appended
    return LogRecord(
        kind="lifting", payload=canonical(raw), subject=decision.party.id, key=lifting.id,
        rulebook=rulebook, lists=lists,
    )  # fmt: skip


def _addressee(party: Payer, before: Addressee) -> Addressee:
    """Return whom a letter names: as the last one did, where a party without a row has no name but its id."""
    return before if party.name == party.id else Addressee(id=party.id, name=party.name, type=party.type)


def _freed_micros(run_context: RunContext, ledger: Ledger, decision: Decision) -> int:
    """Return today's prepaid balance where the decision before held or froze it and this one does not, else 0."""
    seq = None if decision.supersedes is None else ledger.seq_of(decision.supersedes)
    payload = None if seq is None else ledger.payload(seq)
    advertiser = run_context.advertisers.get(decision.party.id)
    if payload is None or advertiser is None or decision.plan.funds.action in _BLOCKED:
        return 0
    was_blocked = decision_of(payload).plan.funds.action in _BLOCKED
    return max(0, advertiser.prepaid_micros) if was_blocked else 0


def told_of(ledger: LogReader, statement_id: str, payload: bytes | None) -> date | None:
    """Return by which day the letter of a statement with this payload goes out, `TOLD` where it is out or erased."""
    waits = None if payload is None else msgspec.json.decode(payload, type=_Wait).waits_until
    return TOLD if waits is None or ledger.seq_of(_key(statement_id)) is not None else waits


def _due(run_context: RunContext, history: History, standing: CaseDecision, waits: date | None) -> _Why | None:
    """Return why the letter of a hold goes out in this run, None where it waits on."""
    stops = campaign_stops(run_context, standing.party_kind, standing.party_id, standing.scope)
    if stops is not None and stops <= run_context.day:
        return "campaign"
    if waits is not None and waits <= run_context.day:
        return "deadline"
    return "reviewed" if _reviewed(history, standing) else None


def _reviewed(history: History, standing: CaseDecision) -> bool:
    """Return whether a person has looked at every match that a hold rests on, and left it in force."""
    party = (standing.party_kind, standing.party_id)
    looked_at = {
        pair[3]
        for pair, judgements in history.judgements.items()
        if pair[:2] == party and (people := by_people(judgements)) and people[-1].seq > standing.seq
    }
    return looked_at.issuperset(end for _, _, end in standing.grounds)


def _key(statement_id: str) -> str:
    return f"notice:{statement_id}"

"""The places that a decision reaches, and what a client that asks there should get.

A decision about a party reaches the keys by which the gate finds it, the parties that it owns or pays for, the block
lists that the network exported, its orders, its letter, its statement in the EU database, and the table of decisions.
The same for a decision that is replaced, asked before and after, and for one that stands, asked after a run.
One that waits for its day has its papers already, and no place blocks for it yet.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from msgspec.structs import replace

from evenhand.gate import Gate
from evenhand.gate.blocking.block_lists import BlockLists, Entry, block_lists, spellings
from evenhand.gate.registers.plain_form import decode_register
from evenhand.ledger import LogReader
from evenhand.model.accounts import account_of, address_of, app_of
from evenhand.model.complaint import EnforcementPoint
from evenhand.model.decision import Decision
from evenhand.model.hosts import Suffixes
from evenhand.model.outcome import Outcome, strictest
from evenhand.model.record import canonical
from evenhand.model.register import RegisterRow
from evenhand.store.network import Network
from evenhand.store.outbox import Outbox
from evenhand.workflows.delivery.exported_lists import due_values, read_exports
from evenhand.workflows.delivery.notices import TOLD, told_by
from evenhand.workflows.delivery.publication import COMPILED, REGISTER
from evenhand.workflows.delivery.reason_ids import reason_id
from evenhand.workflows.delivery.settled_keys import register_key
from evenhand.workflows.evaluation.decision_stages import as_it_holds
from evenhand.workflows.evaluation.history import CaseDecision, History, decision_of

PartyKey = tuple[str, str]
Expected = Mapping[str, Outcome]
"""The outcome that is to hold in a case, by the case's id; of a case that is not named the one in force stays."""

BLOCKED, NOT_BLOCKED = "blocked", "not blocked"
LISTED, NOT_LISTED = "listed", "not listed"
LIFTED, NO_LETTER = "lifted", "no letter due"
KEPT, REPLACED, IN_FORCE = "statement kept", "decision replaced", "decision in force"
_KEYS = (("domain", "domains"), ("seat", "seats"), ("bundle", "bundles"), ("account", "accounts"))
_OF_ONE_PARTY = ("domains", "bundles", "accounts")
_BLOCKS = Outcome.HOLD.severity


@dataclass(frozen=True)
class Reach:
    """What is read to find the places: the network's files as they are now, and the ledger's history."""

    network: Network
    ledger: LogReader
    history: History
    at: datetime
    suffixes: Suffixes

    @cached_property
    def rows(self) -> dict[PartyKey, RegisterRow]:
        """Return the rows of the register in use, by party."""
        path = self.network.out / REGISTER
        _, rows = decode_register(path.read_bytes().split(b"\n"), path)
        return {(row.kind, row.id): row for row in rows}

    @cached_property
    def parties_of_seat(self) -> dict[str, list[PartyKey]]:
        """Return who has each seat."""
        found: dict[str, list[PartyKey]] = {}
        for party, row in self.rows.items():
            for seat in row.seats:
                found.setdefault(seat, []).append(party)
        return found

    @cached_property
    def blocked_by(self) -> dict[tuple[str, str], set[PartyKey]]:
        """Return which parties have each key by a decision in force that blocks: the register gives it to one of them.

        A company that is known under an old id and a new one has one website.
        """
        found: dict[tuple[str, str], set[PartyKey]] = {}
        for each in self.history.all_in_force(self.at):
            if each.keys is not None and each.outcome.severity >= _BLOCKS:
                for field in _OF_ONE_PARTY:
                    for value in getattr(each.keys, field):
                        key = register_key(field, value)
                        found.setdefault(key, set()).add((each.party_kind, each.party_id))
        return found

    @cached_property
    def lists(self) -> BlockLists:
        """Return what is refused or held now, as exports list it."""
        return block_lists(Gate(self.network.out / COMPILED, "use-last", self.suffixes), self.at, self.suffixes)

    def decision(self, standing: CaseDecision) -> Decision | None:
        """Return a decision as it holds, None where it was erased."""
        payload = self.ledger.payload(standing.seq)
        return None if payload is None else as_it_holds(decision_of(payload), standing)

    def outcomes(self, expected: Expected) -> dict[PartyKey, Outcome]:
        """Return the outcome that is to hold about each party itself; before a first decision begins it is allowed."""
        every = (*self.history.waiting(self.at), *self.history.all_in_force(self.at))
        return {
            (each.party_kind, each.party_id): self._outcome(each.case, expected)
            for each in every
            if not each.scope.startswith("campaign:")
        }

    def _outcome(self, case: str, expected: Expected) -> Outcome:
        standing = self.history.in_force(case, self.at)
        now = Outcome.ALLOW if standing is None else standing.outcome
        return now if self.may_wait(case, expected) else expected.get(case, now)

    def may_wait(self, case: str, expected: Expected) -> bool:
        """Return whether a case's newest decision waits for its day, and the next one may: it is no milder than today.

        From when such a one counts is known only once it is made, so that no place can be held to it before.
        """
        newest, standing = self.history.newest(case), self.history.in_force(case, self.at)
        if newest is None or newest.effective_from <= self.at:
            return False
        now = Outcome.ALLOW if standing is None else standing.outcome
        return expected.get(case, newest.outcome).severity > now.severity


def points_of(
    reach: Reach, own: Sequence[CaseDecision], others: Sequence[CaseDecision] = (), expected: Expected | None = None
) -> tuple[EnforcementPoint, ...]:
    """Return every place that decisions reach, each once, with the answer that shows what is `expected`.

    `own` are decisions about the party that complains, `others` those that rest on it. Without `expected` the places
    are to show the decisions as they stand.
    """
    wanted = {} if expected is None else expected
    outcomes = reach.outcomes(wanted)
    found: dict[tuple[str, str], EnforcementPoint] = {}
    for standing in (*own, *others):
        kind = "register_key" if standing in own else "child"
        papers = _letter(reach, standing, wanted), *_statements(reach, standing, wanted), _published(standing, wanted)
        places: tuple[EnforcementPoint, ...] = ()
        if not reach.may_wait(standing.case, wanted):
            places = (
                *_keys(reach, standing, kind, outcomes),
                *_exports(reach, standing, outcomes),
                *_orders(reach, standing, outcomes),
            )
        for point in (*places, *papers):
            found.setdefault((point.kind, point.key), point)
    return tuple(found.values())


def _keys(
    reach: Reach, standing: CaseDecision, kind: str, outcomes: Mapping[PartyKey, Outcome]
) -> Iterator[EnforcementPoint]:
    """Yield what the gate finds a party by; a decision about a campaign has no keys of its own."""
    party = standing.party_kind, standing.party_id
    row = _row_of(reach, party, outcomes)
    if row is None or standing.scope.startswith("campaign:"):
        return
    for name, value in ((row.kind, row.id), *_values(row)):
        whole = outcomes[party]
        if name == "seat":
            whole = _outcome_of_seat([outcomes[each] for each in reach.parties_of_seat[value]])
        yield EnforcementPoint(
            kind=kind, key=f"{row.kind} {row.id}: {name} {value}", ask=f"{name} {value}", expected=whole.value
        )


def _row_of(reach: Reach, party: PartyKey, outcomes: Mapping[PartyKey, Outcome]) -> RegisterRow | None:
    """Return a party's row; of one that is to be free without the keys that then fall to another who is blocked."""
    row = reach.rows.get(party)
    if row is None or outcomes[party].severity >= _BLOCKS:
        return row
    blocked = {each for each, outcome in outcomes.items() if each != party and outcome.severity >= _BLOCKS}
    own = {
        field: tuple(
            value for value in getattr(row, field)
            if blocked.isdisjoint(reach.blocked_by.get(register_key(field, value), ()))
        )
        for field in _OF_ONE_PARTY
    }  # fmt: skip
    return replace(row, **own)


def _values(row: RegisterRow) -> Iterator[tuple[str, str]]:
    """Yield the keys that can be asked for: an account by an address that names it."""
    for name, field in _KEYS:
        for value in getattr(row, field):
            if name != "account":
                yield name, value
            elif address := address_of(account_of(value) or value):
                yield name, address


def _outcome_of_seat(outcomes: Sequence[Outcome]) -> Outcome:
    """Return what a seat by itself may do: a shared one blocks only where all its parties are blocked."""
    if len(outcomes) > 1 and any(each.severity < _BLOCKS for each in outcomes):
        return Outcome.ALLOW
    return strictest(outcomes)


def _exports(reach: Reach, standing: CaseDecision, outcomes: Mapping[PartyKey, Outcome]) -> Iterator[EnforcementPoint]:
    """Yield the exported lists that can have the party's keys: all of them are on it, or none is."""
    row = _row_of(reach, (standing.party_kind, standing.party_id), outcomes)
    exports = read_exports(reach.network.folder)
    if row is None or standing.scope.startswith("campaign:") or not exports:
        return
    due = {(each.type, each.value) for each in reach.lists.entries}
    is_blocked = outcomes[row.kind, row.id].severity >= _BLOCKS
    entries = [_entry(row, name, value) for name, field in _KEYS for value in getattr(row, field)]
    if is_blocked:
        entries = [each for each in entries if (each.type, each.value) in due]
    lists = _restricted(reach.lists, entries, all_spellings=not is_blocked)
    for each in exports:
        if values := due_values(each, lists):
            yield EnforcementPoint(
                kind="export",
                key=f"{each.file}: {row.kind} {row.id}",
                ask=canonical({"file": each.file, "values": values}).decode(),
                expected=LISTED if is_blocked else NOT_LISTED,
            )


def _entry(row: RegisterRow, name: str, value: str) -> Entry:
    if name == "account":
        value = account_of(value) or value
        name, value = ("bundle", app) if (app := app_of(value)) else (name, value)
    return Entry(name, value, row.outcome, row.decision, None)


def _restricted(lists: BlockLists, entries: Sequence[Entry], *, all_spellings: bool) -> BlockLists:
    """Return what lists would say of these keys alone."""
    spelled = {form for each in entries if each.type == "domain" for form in spellings(each.value)}
    return lists._replace(
        entries=tuple(entries),
        spelled=tuple(sorted(spelled if all_spellings else spelled.intersection(lists.spelled))),
        above=(),
    )


def _orders(reach: Reach, standing: CaseDecision, outcomes: Mapping[PartyKey, Outcome]) -> Iterator[EnforcementPoint]:
    """Yield the orders that a decision holds: those of its plan, and of a payer those of everybody that it pays for."""
    if standing.outcome.severity < _BLOCKS:
        return
    for advertiser, campaign, payer in _held_orders(reach, standing):
        whole = strictest(
            outcomes.get(party, Outcome.ALLOW) for party in (("advertiser", advertiser), *_payer(reach, payer))
        )
        yield EnforcementPoint(
            kind="order",
            key=f"{campaign} of {advertiser} paid by {payer}",
            ask=canonical({"advertiser": advertiser, "campaign": campaign, "payer": payer}).decode(),
            expected=BLOCKED if whole.severity >= _BLOCKS else NOT_BLOCKED,
        )


def _held_orders(reach: Reach, standing: CaseDecision) -> Iterator[tuple[str, str, str]]:
    """Yield advertiser, campaign and payer of each order."""
    if standing.party_kind == "payer":
        for kind, party_id in reach.rows:
            if kind == "advertiser" and standing.party_id in reach.rows[kind, party_id].payers:
                yield party_id, "-", standing.party_id
        return
    decision = reach.decision(standing)
    if decision is not None:
        payer = _payer_of(decision.facts) or standing.party_id
        for planned in decision.plan.campaigns:
            yield standing.party_id, planned.id, payer


def _payer_of(facts: Mapping[str, Any]) -> str:
    """Return the payer whom a decision's facts name, ``""`` where they name none."""
    try:
        return str(facts["context"]["payer"]["__entity"]["id"])
    except (KeyError, TypeError):
        return ""


def _payer(reach: Reach, payer: str) -> Iterable[PartyKey]:
    """Return the party that pays: an advertiser of this id before a payer, as the gate finds it."""
    return [next((each for each in (("advertiser", payer), ("payer", payer)) if each in reach.rows), ("payer", payer))]


def _letter(reach: Reach, standing: CaseDecision, wanted: Expected) -> EnforcementPoint:
    outcome = wanted.get(standing.case, standing.outcome)
    expected = f"statement of {outcome}"
    if outcome is Outcome.ALLOW:
        was_told = standing.lifts if standing.outcome is Outcome.ALLOW else told_by(reach.ledger, standing.id) == TOLD
        expected = LIFTED if was_told else NO_LETTER
    return EnforcementPoint(kind="letter", key=_scope(standing), ask=standing.case, expected=expected)


def _statements(reach: Reach, standing: CaseDecision, wanted: Expected) -> Iterator[EnforcementPoint]:
    """Yield the decision's statement in each outbox that has it: it stays, and the decision after it is recorded."""
    if standing.outcome is Outcome.ALLOW:
        return
    state = REPLACED if standing.case in wanted else IN_FORCE
    for path in sorted((reach.network.folder / "outbox").glob("*.sqlite")):
        with closing(Outbox(path, None, reach.ledger.origin, wait_s=0, copied=True)) as outbox:
            is_there = outbox.find(reason_id(standing.id)) is not None
        if is_there:
            yield EnforcementPoint(
                kind="eu_statement",
                key=f"{path.name}: {reason_id(standing.id)}",
                ask=canonical({"outbox": path.name, "decision": standing.id, "case": standing.case}).decode(),
                expected=f"{KEPT}, {state}",
            )


def _published(standing: CaseDecision, wanted: Expected) -> EnforcementPoint:
    outcome = wanted.get(standing.case, standing.outcome)
    return EnforcementPoint(kind="public_record", key=_scope(standing), ask=standing.case, expected=outcome.value)


def _scope(standing: CaseDecision) -> str:
    scope = f", {standing.scope}" if standing.scope.startswith("campaign:") else ""
    return f"{standing.party_kind} {standing.party_id}{scope}"

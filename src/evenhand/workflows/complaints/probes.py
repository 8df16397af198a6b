"""Enforcement points asked as a client would ask them: the gate, a host's file, the order desk, the outbox.

What cannot be asked answers so in words, and never agrees.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

import msgspec

from evenhand.gate import Gate
from evenhand.gate.conditions.countries import alpha2_of
from evenhand.gate.orders.order import Flight
from evenhand.gate.orders.purchase import Order, purchase
from evenhand.gate.reference import rows_by_id
from evenhand.gate.resolver import Resolver
from evenhand.ledger import LogReader
from evenhand.model.complaint import EnforcementPoint, Probe
from evenhand.model.errors import EvenhandError, NotFound
from evenhand.model.hosts import Suffixes
from evenhand.model.outcome import Outcome
from evenhand.model.register import Verdict
from evenhand.store.network import Network
from evenhand.store.outbox import Outbox
from evenhand.store.tables import read_parquet
from evenhand.workflows.complaints.enforcement_points import (
    BLOCKED,
    IN_FORCE,
    KEPT,
    LIFTED,
    LISTED,
    NO_LETTER,
    NOT_BLOCKED,
    NOT_LISTED,
    REPLACED,
)
from evenhand.workflows.delivery.exported_lists import ExportedList, listed_values, place_of, read_exports
from evenhand.workflows.delivery.letter_files import WAITING
from evenhand.workflows.delivery.notices import lifting_id
from evenhand.workflows.delivery.publication import COMPILED, DECISION_COLUMNS, DECISIONS
from evenhand.workflows.delivery.reason_ids import reason_id
from evenhand.workflows.evaluation.history import CaseDecision, History

_BLOCKING: Final = frozenset({"advertiser-blocked", "payer-blocked"})
_BY_RULE: Final = "rule:"
_TODO = "export the list there again, or, if no host uses it any more, forget it: evenhand gate exports DIR --forget"


class Client:
    """Asks points of one network at one instant; files are opened once, when the first point needs them.

    `history` is the ledger's, folded up to now.
    """

    def __init__(self, network: Network, ledger: LogReader, history: History, at: datetime, suffixes: Suffixes) -> None:
        self._network, self._ledger, self._history = network, ledger, history
        self._at, self._suffixes = at, suffixes
        self._asks: Mapping[str, Callable[[str], str]] = {
            "register_key": self._key, "child": self._key, "export": self._export, "order": self._order,
            "letter": self._letter, "eu_statement": self._statement, "public_record": self._published,
        }  # fmt: skip

    def ask(self, point: EnforcementPoint) -> Probe:
        """Return what a point answers now; a list that nobody uses any more enforces nothing, and so it agrees."""
        try:
            got = point.expected if self._is_forgotten(point) else self._asks[point.kind](point.ask)
        except (EvenhandError, OSError, msgspec.MsgspecError) as error:
            got = f"cannot be asked: {error}"
        return Probe(point=name_of(point), question=point.ask, expected=point.expected, got=got, at=self._at)

    def ask_all(self, points: Sequence[EnforcementPoint]) -> tuple[Probe, ...]:
        """Return what each point answers now, in order."""
        return tuple(map(self.ask, points))

    @cached_property
    def _gate(self) -> Gate:
        return Gate(self._network.out / COMPILED, "use-last", self._suffixes)

    @cached_property
    def _exports(self) -> dict[str, ExportedList]:
        return {each.file: each for each in read_exports(self._network.folder)}

    def _is_forgotten(self, point: EnforcementPoint) -> bool:
        return point.kind == "export" and _parts(point.ask)["file"] not in self._exports

    def _key(self, ask: str) -> str:
        kind, _, value = ask.partition(" ")
        match kind:
            case "domain" | "account":
                verdict = self._gate.verdict(adomain=[value], at=self._at)
            case "seat":
                verdict = self._gate.verdict(seat=value, at=self._at)
            case "bundle":
                verdict = self._gate.verdict(bundle=value, at=self._at)
            case _:
                verdict = self._gate.verdict(advertiser=value, at=self._at)
        return _outcome(self._gate, verdict)

    def _export(self, ask: str) -> str:
        wanted = _parts(ask)
        exported = self._exports[wanted["file"]]
        try:
            found = listed_values(self._network.folder, exported)
        except OSError as error:
            raise NotFound(
                "the exported list cannot be read:", where=place_of(self._network.folder, exported),
                got=error.strerror, todo=_TODO,
            ) from error  # fmt: skip
        listed = found.intersection(wanted["values"])
        if not listed:
            return NOT_LISTED
        return LISTED if len(listed) == len(wanted["values"]) else f"{len(listed)} of {len(wanted['values'])} listed"

    def _order(self, ask: str) -> str:
        """Return whether the order desk may take the order, as far as decisions go: not its form, nor other rules."""
        order_parts = _parts(ask)
        territories = self._network.settings.network.territories
        market = next((each for each in territories if alpha2_of(each) is not None), "DE")
        order = Order(
            advertiser=order_parts["advertiser"], campaign=order_parts["campaign"], payer=order_parts["payer"],
            markets=(market,),
            flight=Flight(starts=self._at, ends=self._at + timedelta(days=1)), budget_micros=0, landing_hosts=(),
            political="does-not-contain",
        )  # fmt: skip
        answer = purchase(order, self._gate, self._at)
        is_by_rule = (answer.reason or "").startswith(_BY_RULE)
        return BLOCKED if _BLOCKING.intersection(answer.codes) and not is_by_rule else NOT_BLOCKED

    def _letter(self, case: str) -> str:
        standing = self._standing(case)
        if standing is None:
            return "no decision"
        files, name = self._network.out / "reasons", reason_id(standing.id)
        if standing.outcome is not Outcome.ALLOW:
            is_there = any((files / f"{name}{ending}").is_file() for ending in (".txt", WAITING))
            return f"statement of {standing.outcome}" if is_there else "no letter written"
        if self._ledger.seq_of(lifting_id(standing.id)) is None:
            return NO_LETTER
        return LIFTED if (files / f"{lifting_id(standing.id)}.txt").is_file() else "no letter written"

    def _statement(self, ask: str) -> str:
        statement = _parts(ask)
        path = self._network.folder / "outbox" / statement["outbox"]
        with closing(Outbox(path, None, self._ledger.origin, wait_s=0, copied=True)) as outbox:
            row = outbox.find(reason_id(statement["decision"]))
        if row is None:
            return "statement lost"
        standing = self._standing(statement["case"])
        is_replaced = standing is None or standing.id != statement["decision"]
        return f"{KEPT}, {REPLACED if is_replaced else IN_FORCE}"

    def _published(self, case: str) -> str:
        """Return what the table of decisions says of a case, if the published log has its decision."""
        standing, checkpoint = self._standing(case), self._ledger.checkpoint
        if standing is None or checkpoint is None or standing.seq >= checkpoint.size:
            return "not in the published log"
        return self._table.get(standing.id, "not in the table of decisions")

    @cached_property
    def _table(self) -> dict[str, str]:
        columns = list(DECISION_COLUMNS)
        decision, outcome = columns.index("decision"), columns.index("outcome")
        return {row[decision]: row[outcome] for row in read_parquet(self._network.out / DECISIONS)}

    def _standing(self, case: str) -> CaseDecision | None:
        """Return a case's newest decision: its papers are there before its day."""
        return self._history.newest(case)


def name_of(point: EnforcementPoint) -> str:
    """Return what a point is called where it is told: its kind and what it is within it."""
    return f"{point.kind}: {point.key}"


def _outcome(gate: Gate, verdict: Verdict) -> str:
    """Return what the decision says: whom no row concerns nobody refuses, and what a rule adds is left out."""
    if verdict.outcome == "unknown":
        return Outcome.ALLOW.value
    if (verdict.reason or "").startswith(_BY_RULE):
        resolver: Resolver = gate.opened.resolver
        return resolver.register.row(rows_by_id(resolver, verdict.advertiser)[0]).outcome.value
    return str(verdict.outcome)


def _parts(ask: str) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(ask)
    return found

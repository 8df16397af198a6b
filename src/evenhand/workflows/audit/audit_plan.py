"""The plan of an audit of a network, registered in its ledger before any decision is read."""

from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from evenhand.ledger import LogReader
from evenhand.model.audit import AuditPlan, LedgerState
from evenhand.model.errors import BadInput
from evenhand.model.log import Leaf, LogRecord
from evenhand.model.outcome import Outcome
from evenhand.model.record import canonical_exact, sha256_hex
from evenhand.policy import Rulebook
from evenhand.policy.annotations import relied_on
from evenhand.store.network import Network
from evenhand.workflows.audit.decision_table import AUDIT_KINDS
from evenhand.workflows.audit.match_table import MATCH_FACTS
from evenhand.workflows.audit.recorded_decisions import ADVERSE
from evenhand.workflows.audit.recorded_facts import fact_paths, unlawful_facts
from evenhand.workflows.audit.recorded_groups import GroupReader
from evenhand.workflows.operations.ledgers import open_ledger
from evenhand.workflows.rulebooks.kept_rulebooks import FOLDER, Rulebooks
from evenhand.workflows.run.network_run import Tools

_OWN_GROUPS = ("size", "kind", "age")

_leaf = msgspec.json.Decoder(Leaf).decode
_plan = msgspec.json.Decoder(AuditPlan).decode


class RegisteredPlan(NamedTuple):
    """A plan and the index of its leaf; `is_new` says that it was registered just now."""

    seq: int
    plan: AuditPlan
    is_new: bool = False


class LedgerContents(NamedTuple):
    """What the public leaves say without any payload: `size` leaves up to the last that is no audit's, and hashes."""

    size: int
    decisions: int
    rulebooks: tuple[str, ...]
    lists: tuple[str, ...]
    reports: tuple[int, ...]


def register_plan(network: Network, at: datetime, tools: Tools) -> RegisteredPlan:
    """Write the plan of an audit of the ledger as it is as a record; the same plan again is the same record.

    Only public leaves are read, no payload.

    Raises:
        BadInput: there is no decision to audit yet, or `at` is before the last record of the log.
        LedgerError: another process holds the ledger, or its history was changed.
    """
    with open_ledger(network.ledger, wait_s=tools.wait_s, draw=tools.draw, ask=tools.ask, tell=tools.tell) as ledger:
        plan = make_plan(network, ledger)
        _check_not_dated_back(ledger, at)
        record = plan_record(plan)
        (receipt,) = ledger.append([record], at)
        ledger.publish(at)
        return RegisteredPlan(receipt.seq, plan, not receipt.duplicate)


def _check_not_dated_back(ledger: LogReader, at: datetime) -> None:
    """Refuse a plan that would look as if it were older than what the log has already."""
    last = next(iter(ledger.entries(start=ledger.size - 1)))[1].at
    if at < datetime.fromisoformat(last):
        raise BadInput(
            "a plan cannot be dated back", where="--at", got=f"{at:%Y-%m-%dT%H:%MZ}",
            expected=f"an instant not before {last}, that of the last record of the log", todo="leave out --at",
        )  # fmt: skip


def plan_record(plan: AuditPlan) -> LogRecord:
    """Return the leaf of a plan; its key is the hash of what it says."""
    payload = canonical_exact(msgspec.to_builtins(plan))
    return LogRecord(kind="audit_plan", payload=payload, key=f"audit_plan:{sha256_hex(payload)}")


def last_plan(ledger: LogReader) -> RegisteredPlan | None:
    """Return the plan that was registered last, None if none was or its payload is gone."""
    found = ledger.last("audit_plan")
    return None if found is None or found[1] is None else RegisteredPlan(found[0], _plan(found[1]))


def make_plan(network: Network, ledger: LogReader) -> AuditPlan:
    """Return the plan of a network's audit: what its rulebooks read, the protected attributes, every test.

    Raises:
        BadInput: there is no decision to audit yet, or no rulebook that has decided one was kept.
    """
    contents = ledger_contents(ledger)
    if not contents.decisions:
        raise BadInput("no decision to audit", where=network.ledger, todo="run `evenhand run` first")
    kept = Rulebooks(network)
    rulebooks = [found for name in contents.rulebooks if (found := kept.by_hash(name.removeprefix("sha256:")))]
    if not rulebooks:
        raise BadInput(
            "no rulebook that decided is kept", where=network.snapshots / FOLDER, got=", ".join(contents.rulebooks),
            expected="the rulebooks of the ledger's decisions", todo="restore `snapshots` from a backup",
        )  # fmt: skip
    facts, groups = _facts(rulebooks), _groups(rulebooks)
    state = LedgerState(origin=ledger.origin, size=contents.size, root=b64encode(ledger.root(contents.size)).decode())
    return AuditPlan(
        plan=1, advertiser="advertiser", seq="seq", outcome="outcome", adverse=tuple(each.value for each in ADVERSE),
        favourable=tuple(each.value for each in Outcome if each not in ADVERSE),
        facts=facts, rulebook="rulebook", groups=(*groups, *_OWN_GROUPS), decided_at="decided_at",
        opened_at="opened_at", flags_before="flags_before", spend="spend", lists="lists", law="law", erased="erased",
        drift=("month", "lists"), ledger=state, rulebooks=contents.rulebooks, list_versions=contents.lists,
        matches=_match_plan(groups),
    )  # fmt: skip


def ledger_contents(ledger: LogReader) -> LedgerContents:
    """Return what the public leaves say, up to the last that is no plan or report of an audit."""
    size = decisions = 0
    rulebooks: dict[str, None] = {}
    lists: dict[str, None] = {}
    reports = []
    for seq, leaf in ((seq, _leaf(data)) for seq, data, _ in ledger.storage.leaves()):
        if leaf.kind not in AUDIT_KINDS:
            size = seq + 1
        if leaf.kind == "decision":
            decisions += 1
            rulebooks[leaf.rulebook] = lists[leaf.lists] = None
        if leaf.kind == "audit_report":
            reports.append(seq)
    return LedgerContents(size, decisions, tuple(rulebooks), tuple(lists), tuple(reports))


def _match_plan(groups: tuple[str, ...]) -> AuditPlan:
    """Return the plan of the second table: of equal matches, which did people call the same, and after how long?"""
    return AuditPlan(
        plan=1, advertiser="advertiser", seq="seq", outcome="outcome", adverse=("same",), favourable=("not-same",),
        facts=MATCH_FACTS, rulebook="rulebook", groups=groups, decided_at="decided_at", opened_at="opened_at",
        examined="examined", selection_facts=MATCH_FACTS,
    )  # fmt: skip


def _facts(rulebooks: Iterable[Rulebook]) -> tuple[str, ...]:
    """Return the facts that rules see, without protected attributes that no law lets matter."""
    return tuple(sorted({path for each in rulebooks for path in _facts_of(each)}))


def _facts_of(rulebook: Rulebook) -> frozenset[str]:
    paths, relied = fact_paths(rulebook.rules.values(), rulebook.schema), _relied(rulebook)
    return frozenset(paths) - unlawful_facts(paths, rulebook.schema, relied)


def _relied(rulebook: Rulebook) -> frozenset[str]:
    return frozenset(path for rule in rulebook.rules.values() for path in relied_on(rule.annotations))


def _groups(rulebooks: Iterable[Rulebook]) -> tuple[str, ...]:
    """Return the protected attributes of advertisers on which no rule relies by law: those are facts where it does."""
    kept = list(rulebooks)
    relied = {path for each in kept for path in _relied(each)}
    named = {path.rpartition(".")[2] for each in kept for path in GroupReader(each.schema).own if path not in relied}
    return tuple(sorted(named))

"""What the last run left, as far as tasks are made of it: findings, judgements, decisions in force, orders, laws."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import msgspec
from msgspec.structs import replace

from evenhand.intake import Tables, read_tables
from evenhand.ledger import LogReader
from evenhand.model.campaign import Campaign, CampaignStatus
from evenhand.model.decision import Decision
from evenhand.model.errors import BadInput, RulebookInvalid
from evenhand.model.hosts import Suffixes
from evenhand.model.listing import ListedEntity
from evenhand.model.outcome import Outcome
from evenhand.model.ruling import Rule
from evenhand.policy import Rulebook
from evenhand.policy.annotations import legal_basis
from evenhand.screening import SCORER
from evenhand.store.network import Network
from evenhand.workflows.evaluation.decision_stages import as_it_holds
from evenhand.workflows.evaluation.findings import FindingsMemory
from evenhand.workflows.evaluation.history import CaseDecision, History, decision_of, fold
from evenhand.workflows.evaluation.run_context import RunContext
from evenhand.workflows.evaluation.run_state import read_history, read_memory
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks

_NO_TABLES = Tables((), (), (), (), (), (), (), {}, {})
_UNITED_KINGDOM = {"UK": "GB"}


@dataclass(frozen=True)
class RunResult:
    """What the last run left; `size` is the tree size at which it ended, `at` the instant for which it is read.

    `rulebook` is the one of the last decisions, None where it was not kept or does not load.
    """

    network: Network
    ledger: LogReader
    at: datetime
    memory: FindingsMemory
    size: int
    history: History
    tables: Tables
    rulebook: Rulebook | None

    @cached_property
    def holds(self) -> list[CaseDecision]:
        """Return the holds in force."""
        return [each for each in self.history.all_in_force(self.at) if each.outcome is Outcome.HOLD]

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Return the rules by id."""
        return dict(self.rulebook.rules) if self.rulebook is not None else {}

    @cached_property
    def _campaigns(self) -> dict[str, list[Campaign]]:
        """Return by party the campaigns that it runs or pays for and that have not ended."""
        found: dict[str, list[Campaign]] = {}
        for each in self.tables.campaigns:
            if each.status is not CampaignStatus.ENDED:
                for party in {each.advertiser_id, each.payer_id} - {""}:
                    found.setdefault(party, []).append(each)
        return found

    def stakes(self, parties: Iterable[str]) -> tuple[int, int]:
        """Return how many campaigns of these parties have not ended, and what is left of their budgets."""
        running = {each.id: each for party in parties for each in self._campaigns.get(party, ())}
        return len(running), sum(max(each.budget_micros - each.spent_micros, 0) for each in running.values())

    def decision(self, standing: CaseDecision) -> Decision | None:
        """Return a decision as it holds; None where it was erased."""
        payload = self.ledger.payload(standing.seq)
        return None if payload is None else as_it_holds(decision_of(payload), standing)

    def newest_of(self, party_id: str) -> CaseDecision | None:
        """Return the newest decision about a party as advertiser or payer, None where there is none."""
        return self._newest.get(party_id)

    @cached_property
    def _newest(self) -> dict[str, CaseDecision]:
        newest = sorted((known[-1] for known in self.history.cases.values()), key=lambda each: each.seq)
        return {each.party_id: each for each in newest if not each.scope.startswith("campaign:")}

    @property
    def in_force(self) -> str:
        """Return the SHA-256 of the rulebook of the last decision, ``""`` where there is none."""
        newest = _newest(self.history)
        return "" if newest is None else newest.rulebook.removeprefix("sha256:")

    @cached_property
    def last_decided(self) -> datetime:
        """Return when the last decision was made."""
        return max((known[-1].decided_at for known in self.history.cases.values()), default=self.at)

    def name(self, party_id: str) -> str:
        """Return what a party is called, or was when it left the tables under a restriction; ``""`` if nobody knows."""
        return self._names.get(party_id, "")

    @cached_property
    def _names(self) -> dict[str, str]:
        decided = ((known[-1].party_id, known[-1].keys) for known in self.history.cases.values())
        left = {party_id: keys.names[0] for party_id, keys in decided if keys is not None and keys.names}
        return left | {party_id: seen.name for (_, party_id), seen in self.memory.seen.items()}

    def is_listed_by_law(self, list_key: str, entity: ListedEntity) -> bool:
        """Return whether a law that binds the network speaks of the entries under this one's programmes."""
        if self.rulebook is None:
            return False
        found = self.rulebook.designation_for(list_key, entity.values("program"))
        return any(self._under_law & self.rulebook.within(name) for name, _ in found)

    @cached_property
    def _under_law(self) -> frozenset[str]:
        """Return the designations that rules of a binding law ask for."""
        bound = self._bound_by
        lawful = (rule for rule in self.rules.values() if rule.forbids and is_law(rule) and _place(rule) in bound)
        return frozenset(name for rule in lawful for _, name in rule.members)

    @cached_property
    def _bound_by(self) -> frozenset[str]:
        assert self.rulebook is not None
        context = RunContext(self.at, self.network.settings, self.rulebook, self.tables, {}, {}, {}, {})
        return frozenset(context.bound_by)


def is_law(rule: Rule) -> bool:
    """Return whether a rule carries out a law, not the network's own terms."""
    return rule.annotations.get("ground") == "illegal"


def read_run(network: Network, ledger: LogReader, at: datetime, suffixes: Suffixes) -> RunResult | None:
    """Return what the last run left, None where there was none or `state/` is lost or of another version.

    A table that cannot be read today leaves out what is at stake; the questions are there all the same.
    """
    memory, size = read_memory(network.state, ledger.checkpoint)
    if memory is None or memory.scorer != SCORER or ledger.checkpoint is None or size > ledger.size:
        return None
    # Records of people came after the run's checkpoint: its own history still holds up to where it ended.
    at_run = replace(ledger.checkpoint, size=size, root=ledger.root(size), note="")
    history = fold(ledger, read_history(network.state, at_run))
    settings = network.settings
    try:
        tables = read_tables(network.folder, settings.intake, settings.fx, settings.network.currency, suffixes)
    except BadInput:
        tables = _NO_TABLES
    return RunResult(network, ledger, at, memory, size, history, tables, _rulebook(network, history))


def _rulebook(network: Network, history: History) -> Rulebook | None:
    newest = _newest(history)
    if newest is None:
        return None
    try:
        return Rulebooks(network).by_hash(newest.rulebook.removeprefix("sha256:"))
    except (RulebookInvalid, msgspec.MsgspecError):
        return None


def _newest(history: History) -> CaseDecision | None:
    return max((known[-1] for known in history.cases.values()), key=lambda each: each.seq, default=None)


def _place(rule: Rule) -> str:
    basis = legal_basis(rule.annotations)
    return _UNITED_KINGDOM.get(basis[2], basis[2]) if basis is not None else ""

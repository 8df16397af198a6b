"""Requests made anew under a second rulebook, as a run makes them, of what the last one read.

Campaigns without a decision of their own run as their advertiser may buy: no decision records their facts. Where lists
or places mean something else, those of parties are others than the recorded ones too.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from evenhand.lists import Versions
from evenhand.model.errors import NotFound
from evenhand.model.facts import Facts
from evenhand.model.outcome import Outcome
from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook
from evenhand.store.network import Network
from evenhand.workflows.evaluation.confirmations import confirm
from evenhand.workflows.evaluation.findings import Lists, Progress
from evenhand.workflows.evaluation.history import CaseDecision, History, fold, last_in_force
from evenhand.workflows.evaluation.judged_findings import apply_judgements
from evenhand.workflows.evaluation.party_facts import derive_party_facts
from evenhand.workflows.evaluation.requests import Request, requests
from evenhand.workflows.evaluation.rulings import rule_requests
from evenhand.workflows.evaluation.run_state import read_history, read_known_inputs, read_memory
from evenhand.workflows.operations.ledgers import read_ledger

_facts = msgspec.json.Decoder(Facts).decode


class RuledCampaign(NamedTuple):
    """A campaign's request, and the second rulebook's rulings of it and of its advertiser.

    `before` is what is decided about the advertiser, waiting for its day or not, and `reasons` by which rules.
    """

    request: Request
    before: Outcome
    reasons: tuple[str, ...]
    ruling: Ruling
    of_advertiser: Ruling

    @property
    def after(self) -> Outcome:
        """Return its outcome: a campaign gets a decision only where it is stricter than its advertiser's."""
        is_stricter = self.ruling.outcome.severity > self.of_advertiser.outcome.severity
        return self.ruling.outcome if is_stricter else self.before

    @property
    def is_changed(self) -> bool:
        """Return whether it would be decided otherwise than its advertiser is today."""
        return self.after is not self.before

    @property
    def facts(self) -> Facts:
        """Return its facts, decoded anew each time: those of all campaigns would be 1 GB of a large network."""
        return _facts(self.request.facts)


def ruled_campaigns(network: Network, other: Rulebook, at: datetime, progress: Progress) -> list[RuledCampaign] | None:
    """Return the campaigns that no decision is about, ruled by `other` at `at`; None where `state/` is lost.

    Those that would change are confirmed by Cedar.

    Raises:
        ProposalDisagrees: SQL and Cedar rule one differently.
    """
    made = _made(network, other, at)
    if made is None:
        return None
    history, requested = made
    campaigns, advertisers = _undecided(requested, history)
    ruled, _ = rule_requests([*advertisers.values(), *campaigns], other, at, {}, progress)
    found = []
    for each in campaigns:
        own = advertisers[each.party.id]
        decided = _decided(history.cases.get(own.case, ()), at)
        before, reasons = (Outcome.ALLOW, ()) if decided is None else (decided.outcome, decided.reasons)
        found.append(RuledCampaign(each, before, reasons, ruled[each.key].ruling, ruled[own.key].ruling))
    changed = [each for each in found if each.is_changed]
    confirm([each.ruling for each in changed], [each.facts for each in changed], other)
    return found


def facts_under(network: Network, other: Rulebook, at: datetime) -> dict[tuple[str, str, str], bytes]:
    """Return the facts of every request under a rulebook's mapping, as JSON, by kind and id of party and by scope.

    Raises:
        NotFound: `state/` is lost: nothing else knows whom a list named.
    """
    made = _made(network, other, at)
    if made is None:
        raise NotFound("what the last run read is not there", where=network.state, todo="run `evenhand run` first")
    return {(each.party.kind, each.party.id, each.scope): each.facts for each in made[1]}


def _made(network: Network, other: Rulebook, at: datetime) -> tuple[History, Iterator[Request]] | None:
    """Return the history and every request as a run under the rulebook would make it, from what the last one read."""
    with read_ledger(network.ledger) as ledger:
        memory, _ = read_memory(network.state, ledger.checkpoint)
        inputs = read_known_inputs(network.state, ledger.checkpoint)
        if memory is None or inputs is None:
            return None
        history = fold(ledger, read_history(network.state, ledger.checkpoint, ledger.root))
    kept = Versions(network.lists)
    stated = inputs.stated(Lists(memory.versions, kept.entities, kept.relations))
    counted, _ = apply_judgements(memory, history.judgements)
    context, _ = derive_party_facts(
        network.settings, at, other, inputs.tables, counted, history, stated=stated, noticed=inputs.noticed
    )
    return history, requests(context, also_serve=False)


def _undecided(requested: Iterable[Request], history: History) -> tuple[list[Request], dict[str, Request]]:
    """Return the requests of campaigns that no decision is about, and those of their advertisers by id."""
    decided = {(known[-1].party_id, known[-1].scope) for known in history.cases.values()}
    advertisers: dict[str, Request] = {}
    campaigns = []
    for each in requested:
        if each.scope == "advertiser":
            advertisers[each.party.id] = each
        elif each.campaign is not None and (each.party.id, each.scope) not in decided:
            campaigns.append(each)
    return campaigns, {each.party.id: advertisers[each.party.id] for each in campaigns}


def _decided(known: Sequence[CaseDecision], at: datetime) -> CaseDecision | None:
    return known[-1] if known and known[-1].effective_from > at else last_in_force(known, at)

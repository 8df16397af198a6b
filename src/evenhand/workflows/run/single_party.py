"""The river for one party, a step at a time: what `run` does for all of them at once."""

from collections.abc import Iterable
from datetime import datetime

from evenhand.intake import Tables
from evenhand.ledger import Ledger
from evenhand.model.decision import DecidedBy, Decision
from evenhand.model.finding import Finding
from evenhand.model.network import Settings
from evenhand.model.release import Release
from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook
from evenhand.screening import SCORER
from evenhand.workflows.evaluation.findings import ListedIn, Memory, Seen, noticed_in
from evenhand.workflows.evaluation.history import History, decision_of, fold
from evenhand.workflows.evaluation.judged_findings import judged
from evenhand.workflows.evaluation.parties import parties_of
from evenhand.workflows.evaluation.party_facts import look
from evenhand.workflows.evaluation.requests import Request
from evenhand.workflows.evaluation.rulings import ruled_on
from evenhand.workflows.evaluation.run_context import World
from evenhand.workflows.run.decisions import changes
from evenhand.workflows.run.ledger_records import record


def look_at(
    settings: Settings,
    at: datetime,
    rulebook: Rulebook,
    tables: Tables,
    listed: ListedIn,
    findings: Iterable[Finding],
    *,
    history: History | None = None,
) -> World:
    """Return the world that facts are made from: settings, tables and what screening found, as `at` has them.

    `history` is the ledger's fold (None: a ledger that is still empty): what people judged counts as in a run.
    """
    history = history or History()
    parties = parties_of(tables)
    seen = {key: Seen("", tuple(several), parties[key].name) for key, several in noticed_in(findings, listed).items()}
    versions = {version.key: version for version, _ in listed}
    counted, _ = judged(Memory(SCORER, versions, seen), history.judgements)
    world, _ = look(settings, at, rulebook, tables, counted, history)
    return world


def decide(world: World, request: Request, ruling: Ruling, ledger: Ledger, by: DecidedBy) -> Decision:
    """Adopt the ruling of one standing request or payout and return the case's decision.

    It is appended with its statement of reasons, unless the case's last decision says the same: then that one is
    returned and nothing is written about the case. The ledger's head is not moved.
    """
    history = fold(ledger)
    ruled = {request.key: ruled_on(request, ruling, world.rulebook, world.at)}
    record(
        world,
        ledger,
        history,
        list(changes(world, [request], ruled, history)),
        by,
        progress=lambda *_: None,
        release=Release(),
    )
    newest = history.newest(request.case)
    payload = ledger.payload(newest.seq) if newest is not None else None
    assert payload is not None, "a case that was asked for has a decision"
    return decision_of(payload)

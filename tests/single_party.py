"""One party decided a step at a time: what `run` does for all of them at once."""

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
from evenhand.store.public_suffixes import PublicSuffixes
from evenhand.workflows.evaluation.findings import (
    FindingsMemory,
    ListedIn,
    ScreenedParty,
    findings_by_party,
    with_identity,
)
from evenhand.workflows.evaluation.history import History, decision_of, fold
from evenhand.workflows.evaluation.judged_findings import apply_judgements
from evenhand.workflows.evaluation.party_facts import derive_party_facts
from evenhand.workflows.evaluation.requests import Request
from evenhand.workflows.evaluation.rulings import ruled_on
from evenhand.workflows.evaluation.run_context import RunContext, parties_of
from evenhand.workflows.run.decisions import changes
from evenhand.workflows.run.ledger_records import record


def run_context_of(
    settings: Settings,
    at: datetime,
    rulebook: Rulebook,
    tables: Tables,
    listed: ListedIn,
    findings: Iterable[Finding],
    *,
    history: History | None = None,
) -> RunContext:
    """Return what facts are made from: settings, tables and what screening found, as `at` has them.

    `history` is the ledger's fold (None: a ledger that is still empty): what people judged counts as in a run.
    """
    history = history or History()
    parties = parties_of(tables)
    seen = {
        key: with_identity(ScreenedParty("", tuple(several), parties[key].name), parties[key], PublicSuffixes())
        for key, several in findings_by_party(findings, listed).items()
    }
    versions = {version.key: version for version, _ in listed}
    counted, _ = apply_judgements(FindingsMemory(SCORER, versions, seen), history.judgements)
    run_context, _ = derive_party_facts(settings, at, rulebook, tables, counted, history)
    return run_context


def decide(run_context: RunContext, request: Request, ruling: Ruling, ledger: Ledger, by: DecidedBy) -> Decision:
    """Adopt the ruling of one standing request or payout and return the case's decision.

    It is appended with its statement of reasons, unless the case's last decision says the same: then that one is
    returned and nothing is written about the case. The ledger's checkpoint stays.
    """
    history = fold(ledger)
    ruled = {request.key: ruled_on(request, ruling, run_context.rulebook, run_context.at)}
    record(
        run_context,
        ledger,
        history,
        list(changes(run_context, [request], ruled, history)),
        by,
        progress=lambda *_: None,
        release=Release(),
    )
    newest = history.newest(request.case)
    payload = ledger.payload(newest.seq) if newest is not None else None
    assert payload is not None, "a case that was asked for has a decision"
    return decision_of(payload)

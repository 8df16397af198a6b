"""Listed websites of which no party on file has one, while a party is held or refused as their listed owner."""

from collections.abc import Iterator
from typing import cast

from evenhand.model.outcome import Outcome
from evenhand.model.short_lists import short_list
from evenhand.screening.parties.hosts import hosts
from evenhand.workflows.evaluation.findings import PartyKey
from evenhand.workflows.evaluation.history import CaseDecision, History
from evenhand.workflows.evaluation.run_context import RunContext


def unknown_website_sentences(run_context: RunContext, history: History) -> tuple[str, ...]:
    """Return a sentence on websites of listed entries that a bid may name though their match is held or refused.

    The gate knows parties by what is on file of them, so that such a bid is of nobody it knows; where the network does
    not allow these, nothing is said.
    """
    if run_context.settings.gate.policy.unknown != "allow":
        return ()
    in_force = list(history.all_in_force(run_context.at))
    restricted = [each for each in in_force if each.outcome.severity >= Outcome.HOLD.severity]
    found = {website: where for each in restricted for website, where in _listed_websites(run_context, each)}
    if not found:
        return ()
    known = _on_file(run_context, restricted)
    named = [f"`{host}` ({where})" for host, where in sorted(found.items()) if known.isdisjoint(_with_above(host))]
    if not named:
        return ()
    what = "1 listed website is" if len(named) == 1 else f"{len(named):,} listed websites are"
    return (
        f"{what} on file of no party, though one is held or refused for the entry: {short_list(named)}. A bid that"
        " names only such a website is unknown to the gate, which allows it. If it is the party's own, add it to its"
        " websites in the table; else block it where bids come from",
    )


def _listed_websites(run_context: RunContext, standing: CaseDecision) -> Iterator[tuple[str, str]]:
    """Yield each website of the entries that a decision about a party rests on, and which entry and party that is."""
    kinds = {kind for _, kind, _ in standing.grounds}
    seen = run_context.seen.get(cast("PartyKey", (standing.party_kind, standing.party_id)))
    for noticed in seen.noticed if seen is not None and standing.scope in ("advertiser", "payer") else ():
        finding = noticed.finding
        if finding.kind in kinds and finding.kind in ("listed", "state_media"):
            where = f"{finding.entity_id} of {finding.list}, {standing.party_kind} {standing.party_id}"
            for host in hosts(noticed.entity.values("website")):
                yield host, where


def _on_file(run_context: RunContext, restricted: list[CaseDecision]) -> set[str]:
    parties = (*run_context.tables.advertisers, *run_context.tables.payers)
    written = {host for party in parties for host in party.domains}
    written.update(host for each in restricted if each.keys is not None for host in each.keys.domains)
    return {host.removeprefix("www.") for host in written}


def _with_above(host: str) -> Iterator[str]:
    """Yield a host and those above it: a key of the gate counts for what is below it too."""
    labels = host.split(".")
    yield from (".".join(labels[start:]) for start in range(len(labels) - 1))

"""The matches that wait for a person, strongest first, each pair once."""

from collections.abc import Iterator, Mapping

from evenhand.intake import Tables, read_tables
from evenhand.ledger import LogReader
from evenhand.lists import Versions
from evenhand.model.campaign import CampaignStatus
from evenhand.model.errors import NotFound
from evenhand.model.finding import Finding
from evenhand.model.hosts import Suffixes
from evenhand.model.judgement import OpenMatch
from evenhand.model.record import canonical_exact, sha256_hex
from evenhand.screening import SCORER
from evenhand.store.network import Network
from evenhand.workflows.evaluation.findings import CountedFinding, FindingsMemory, PartyKey, ScreenedParty
from evenhand.workflows.evaluation.history import fold
from evenhand.workflows.evaluation.judged_findings import (
    MATCHES,
    JudgedMatch,
    Pair,
    RecordedJudgement,
    apply_judgements,
    by_people,
    used_by,
)
from evenhand.workflows.evaluation.listed_entries import ListedEntries
from evenhand.workflows.evaluation.matches import match_shown, party_shown
from evenhand.workflows.evaluation.run_context import parties_of
from evenhand.workflows.evaluation.run_state import read_history, read_memory
from evenhand.workflows.operations.ledgers import read_ledger

Judgements = Mapping[Pair, list[RecordedJudgement]]


def open_matches(network: Network, suffixes: Suffixes) -> tuple[OpenMatch, ...]:
    """Return the matches of the last run that nobody has decided, strongest first, with both sides.

    A pair is there once, whatever it holds: an id stands for one party, be it advertiser, payer or both. No lock is
    taken, nothing is written.

    Raises:
        NotFound: there was no run yet, or what it found is lost.
        TableUnreadable: a table cannot be read.
    """
    with read_ledger(network.ledger) as ledger:
        memory, judgements = last_run(network, ledger)
    settings = network.settings
    tables = read_tables(network.folder, settings.intake, settings.fx, settings.network.currency, suffixes)
    parties = {party_id: party_shown(kind, party) for (kind, party_id), party in parties_of(tables).items()}
    entries, orders = ListedEntries(Versions(network.lists)), _orders(tables)
    known = {pair: by_people(several) for pair, several in judgements.items()}
    waiting = sorted(open_findings(memory, judgements), key=lambda each: _strongest(each[0]))
    return tuple(
        OpenMatch(
            match=match_shown(finding, parties.get(finding.party_id), entries),
            campaigns=orders.get(finding.party_id, (0, 0))[0],
            not_spent_micros=orders.get(finding.party_id, (0, 0))[1],
            earlier=_earlier(effect),
            mark=mark_of(finding, memory.seen[finding.party_kind, finding.party_id],
                         known.get(pair_of_finding(finding), [])),
        )
        for finding, effect in waiting
    )  # fmt: skip


def last_run(network: Network, ledger: LogReader) -> tuple[FindingsMemory, Judgements]:
    """Return what the last run found and what people judged since ever.

    Raises:
        NotFound: there was no run yet, or what it found is lost or of another version.
    """
    checkpoint = ledger.checkpoint
    memory, _ = read_memory(network.state, checkpoint)
    if checkpoint is None or memory is None or memory.scorer != SCORER:
        raise NotFound("no findings of a last run", where=network.state, todo="run `evenhand run` first")
    return memory, fold(ledger, read_history(network.state, checkpoint, ledger.root)).judgements


def pair_of_finding(finding: Finding) -> Pair:
    """Return the pair of party and entry that a match is about."""
    return finding.party_kind, finding.party_id, finding.list, finding.entity_id


def mark_of(finding: Finding, party: ScreenedParty, known: list[RecordedJudgement]) -> str:
    """Return 12 hex digits over what a match rests on, whose it is, and the last judgement that a person made of it."""
    last = known[-1].seq if known else -1
    return sha256_hex(canonical_exact((used_by(finding, party.name), party.identity, last)))[:12]


def matches_of(memory: FindingsMemory) -> Iterator[tuple[PartyKey, CountedFinding]]:
    """Yield every match of the last run that a person can judge."""
    for key, seen in memory.seen.items():
        yield from ((key, each) for each in seen.noticed if each.finding.kind in MATCHES)


def open_findings(memory: FindingsMemory, judgements: Judgements) -> Iterator[tuple[Finding, JudgedMatch | None]]:
    """Yield every match of the last run that nobody has decided, with what came of its last judgement, if any."""
    _, effects = apply_judgements(memory, judgements)
    met = {pair_of_finding(each.match): each for each in effects}
    for _, noticed in matches_of(memory):
        effect = met.get(pair_of_finding(noticed.finding))
        is_open = effect is None or effect.effect in {"unsure", "open again"}
        if is_open and not (effect.noticed.finding if effect is not None else noticed.finding).certain:
            yield noticed.finding, effect


def _strongest(finding: Finding) -> tuple[float, str, str, str]:
    return -finding.score, finding.list, finding.entity_id, finding.party_id


def _earlier(effect: JudgedMatch | None) -> str:
    if effect is None:
        return ""
    judgement = effect.recorded.judgement
    text = f"{judgement.verdict}, {judgement.by}, {judgement.at:%Y-%m-%d}: {judgement.why}"
    return f"{text}; since then changed: {', '.join(effect.changed)}" if effect.changed else text


def _orders(tables: Tables) -> dict[str, tuple[int, int]]:
    """Return by party how many campaigns that have not ended it runs or pays for, and what is left of their budgets."""
    found: dict[str, tuple[int, int]] = {}
    for each in tables.campaigns:
        if each.status is CampaignStatus.ENDED:
            continue
        for party in {each.advertiser_id, each.payer_id} - {""}:
            number, left = found.get(party, (0, 0))
            found[party] = (number + 1, left + max(each.budget_micros - each.spent_micros, 0))
    return found

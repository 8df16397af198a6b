"""Both sides of a finding, its sentence and its word comparisons, for the person who judges it."""

from collections.abc import Callable

from msgspec.structs import replace

from evenhand.intake import read_tables
from evenhand.lists import Versions
from evenhand.model.errors import BadInput
from evenhand.model.finding import Finding
from evenhand.model.finding_sentences import BASE_RATE, comparison_sentence
from evenhand.model.hosts import Suffixes
from evenhand.model.matches import EntryShown, MatchShown, PartyShown, finding_key
from evenhand.model.party import PartyKind, Payer
from evenhand.model.run import Explained
from evenhand.policy import Rulebook
from evenhand.screening.explanation import sentence
from evenhand.store.network import Network
from evenhand.workflows.evaluation.listed_entries import ListedEntries, list_sources
from evenhand.workflows.evaluation.run_context import parties_of
from evenhand.workflows.evaluation.unused_entries import unused_match

_OF_ONE = frozenset({"listed", "state_media", "lookalike_domain"})


def with_matches(explained: Explained, network: Network, suffixes: Suffixes) -> Explained:
    """Return an explained case with both sides of each finding, from today's tables and the kept lists.

    A table that cannot be read today leaves our side out; the decision stands all the same.
    """
    if not any(case.decision.findings for case in (*explained.in_force, *explained.waiting)):
        return explained
    settings = network.settings
    try:
        tables = read_tables(network.folder, settings.intake, settings.fx, settings.network.currency, suffixes)
        parties = {party_id: party_shown(kind, party) for (kind, party_id), party in parties_of(tables).items()}
    except BadInput:
        parties = {}
    rulebook = Rulebook.load(network.rulebook, settings.rulebook.historic)
    return beside_entries(explained, parties.get, ListedEntries(Versions(network.lists)), rulebook)


def beside_entries(
    explained: Explained, party_of: Callable[[str], PartyShown | None], entries: ListedEntries, rulebook: Rulebook
) -> Explained:
    """Return an explained case with both sides of each finding; `party_of` gives our side by the party's id.

    A certain match that no rule of `rulebook` can use says so.
    """
    cases = (*explained.in_force, *explained.waiting)
    findings = {finding_key(each): each for case in cases for each in case.decision.findings}
    shown = (match_shown(each, party_of(each.party_id), entries) for each in findings.values())
    matches = tuple(replace(each, unused=unused_match(each.finding, each.entries, rulebook)) for each in shown)
    return replace(explained, matches=matches)


def match_shown(finding: Finding, party: PartyShown | None, entries: ListedEntries) -> MatchShown:
    """Return a finding with both sides; `party` is the one that the finding is about, None where no table has it."""
    found = {source: entries.entry(*source) for source in list_sources(finding)}
    kept = tuple(each for each in found.values() if each is not None)
    return MatchShown(
        finding=finding,
        party=party,
        entries=kept,
        sentence=finding_point(finding, party, kept),
        comparisons=comparisons(finding),
        missing=tuple(f"{entity} of {key}, version {sha256[:12]}" for (key, sha256, entity), each in found.items()
                      if each is None),
    )  # fmt: skip


def finding_point(finding: Finding, party: PartyShown | None, entries: tuple[EntryShown, ...]) -> str:
    """Return the sentence of a finding, with its own entry beside it where it is a match with one."""
    entry = entries[0] if entries and finding.kind in _OF_ONE else None
    return sentence(finding, party, entry)


def comparisons(finding: Finding) -> tuple[str, ...]:
    """Return the comparisons in words, heaviest first, without the one that says nothing of the case."""
    return tuple(comparison_sentence(each) for each in finding.because if each.name != BASE_RATE)


def party_shown(kind: PartyKind, party: Payer) -> PartyShown:
    """Return a party of the tables for people to read."""
    return PartyShown(
        kind=kind,
        id=party.id,
        name=party.name,
        aliases=party.aliases,
        schema=party.schema,
        birth_date=party.birth_date,
        country=party.country,
        identifiers=tuple(f"{each.scheme} {each.value}" for each in party.identifiers),
        domains=party.domains,
        accounts=party.accounts,
    )

"""Both sides of a finding, its sentence and its word comparisons, for the person who judges it."""

from evenhand.cases.listed_entries import ListedEntries, list_sources
from evenhand.model.finding import Finding
from evenhand.model.matches import EntryShown, MatchShown, PartyShown
from evenhand.model.party import PartyKind, Payer
from evenhand.model.sentences import BASE_RATE, comparison_sentence
from evenhand.screening.explanation import sentence

_OF_ONE = frozenset({"listed", "state_media", "lookalike_domain"})


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

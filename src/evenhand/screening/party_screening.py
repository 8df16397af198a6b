"""Parties beside an index of listed entities: what is like enough becomes a finding."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from evenhand.model.finding import Finding, FindingKind
from evenhand.model.listing import ListVersion
from evenhand.model.party import PartyKind, Payer
from evenhand.screening.index.entity_index import Candidates, Index
from evenhand.screening.index.listed_entries import Listed
from evenhand.screening.names.comparison_terms import Term
from evenhand.screening.names.weights import LOOKALIKE, THRESHOLD
from evenhand.screening.parties.party_comparison import (
    Weighed,
    acronym_term_of,
    best_names,
    may_be_acronym,
    may_reach,
    score_of,
    weigh,
    whole_names,
)
from evenhand.screening.parties.profile import Profile, profile_of_party

_AT_ONCE = 256


def screen(parties: Iterable[tuple[PartyKind, Payer]], index: Index) -> Iterator[Finding]:
    """Yield the findings of each party in turn, the best first, one a listed entity.

    The threshold belongs to the scorer's version (`THRESHOLD`, `SCORER`). A look-alike of a listed domain, and a host
    beside a listed one below the same domain, are shown below it, as a kind of its own and never certain. Nothing is
    remembered between parties but what equal words look like, so an id that returns with another name is screened
    under that name. Parties are read by the hundred: that costs a tenth of one by one.
    """
    for _, found in screened(parties, index):
        yield from (finding for finding, _ in found)


def screened(
    parties: Iterable[tuple[PartyKind, Payer]], index: Index
) -> Iterator[tuple[Payer, list[tuple[Finding, Listed]]]]:
    """Yield every party in turn, one that nobody is like too, with its findings and the entry that each speaks of."""
    for several in _batches(parties):
        profiles = [profile_of_party(party, index.suffixes) for _, party in several]
        found, looking = weighed_candidates(profiles, index), index.lookalikes(profiles)
        for (kind, party), weighed, alike in zip(several, found, looking, strict=True):
            yield party, list(_findings(kind, party, weighed, alike, index))


def weighed_candidates(parties: Sequence[Profile], index: Index) -> list[list[tuple[Listed, Weighed]]]:
    """Return, for each party, the candidates that come near the threshold with their comparison, best first.

    Order: score, number of strong comparisons, exactness of the best name, list, entity id; no ties are left.
    """
    candidates = index.candidates(parties)
    return [_weighed(ours, found, index) for ours, found in zip(parties, candidates, strict=True)]


def _weighed(ours: Profile, candidates: Candidates, index: Index) -> list[tuple[Listed, Weighed]]:
    found: list[tuple[Listed, Weighed]] = []
    letters = may_be_acronym(ours)
    for number, names in candidates.names.items():
        listed = index.entries[number]
        best = best_names(ours, names)
        whole = number in candidates.as_whole
        if (
            may_reach(best)
            or number in candidates.by_key
            or (letters and acronym_term_of(ours, listed.profile))
            or (whole and whole_names(ours, listed.profile, names, media=listed.media))
        ):
            found.append((listed, weigh(ours, listed.profile, best, index.suffixes, media=listed.media, whole=whole)))
    if len(found) > 1:
        found.sort(key=lambda each: (*each[1].order, index.version(each[0]).key, each[0].id))
    return found


def _batches(parties: Iterable[tuple[PartyKind, Payer]]) -> Iterator[list[tuple[PartyKind, Payer]]]:
    rest = iter(parties)
    while several := list(islice(rest, _AT_ONCE)):
        yield several


def _findings(
    kind: PartyKind,
    party: Payer,
    weighed: list[tuple[Listed, Weighed]],
    alike: Mapping[int, tuple[str, str]],
    index: Index,
) -> Iterator[tuple[Finding, Listed]]:
    found = [each for each in weighed if each[1].score >= THRESHOLD or each[1].name_only]
    for listed, compared in found:
        of_kind: FindingKind = "state_media" if listed.media else "listed"
        yield _finding(kind, party, listed, index.version(listed), of_kind, compared), listed
    seen = {(listed.source, listed.id) for listed, _ in found}
    for listed, looks in (*_of_shared_domains(weighed), *_lookalikes(alike, index)):
        if (listed.source, listed.id) not in seen:
            seen.add((listed.source, listed.id))
            yield _finding(kind, party, listed, index.version(listed), "lookalike_domain", looks), listed


def _finding(
    kind: PartyKind, party: Payer, listed: Listed, version: ListVersion, found: FindingKind, weighed: Weighed
) -> Finding:
    match = weighed.match(listed.id)
    return Finding(
        party_kind=kind,
        party_id=party.id,
        kind=found,
        list=version.key,
        entity_id=listed.id,
        score=match.score,
        certain=match.certain,
        name_only=match.name_only,
        because=match.because,
        sources=(f"list:{version.key}@{version.sha256}#{listed.id}",),
    )


def _of_shared_domains(weighed: list[tuple[Listed, Weighed]]) -> Iterator[tuple[Listed, Weighed]]:
    """Yield the entries with a website beside ours below one registered domain, with that comparison alone."""
    for listed, compared in weighed:
        for term in compared.terms:
            if term.name == "domain.shared":
                yield listed, _alone(term)


def _lookalikes(alike: Mapping[int, tuple[str, str]], index: Index) -> Iterator[tuple[Listed, Weighed]]:
    for number, (host, theirs) in sorted(alike.items()):
        yield index.entries[number], _alone(Term("domain.lookalike", host, theirs, 0.0, LOOKALIKE, "website"))


def _alone(term: Term) -> Weighed:
    return Weighed(score_of(term.weight), False, (term,))

"""Parties beside an index of listed entities: what is like enough becomes a finding."""

from collections.abc import Iterable, Iterator

from evenhand.model.finding import Finding, FindingKind
from evenhand.model.party import PartyKind, Payer
from evenhand.screening.compare import Weighed, acronym_term_of, best_names, may_reach, score_of, weigh
from evenhand.screening.index import Index, Listed
from evenhand.screening.profile import Profile, profile_of_party
from evenhand.screening.terms import Term
from evenhand.screening.weights import LOOKALIKE, THRESHOLD


def screen(parties: Iterable[tuple[PartyKind, Payer]], index: Index) -> Iterator[Finding]:
    """Yield the findings of each party in turn, the best first, one a listed entity.

    The threshold belongs to the scorer's version (`THRESHOLD`, `SCORER`). A look-alike of a listed domain is shown
    below it, as a kind of its own and never certain. Nothing is remembered between parties but what equal words
    look like, so an id that returns with another name is screened under that name.
    """
    for kind, party in parties:
        ours = profile_of_party(party, index.suffixes)
        found = [each for each in weighed_candidates(ours, index) if each[1].score >= THRESHOLD]
        for listed, weighed in found:
            yield _finding(kind, party, listed, "state_media" if listed.is_media else "listed", weighed)
        seen = {id(listed) for listed, _ in found}
        for number, (host, theirs) in sorted(index.lookalikes(ours).items()):
            listed = index.listed[number]
            if id(listed) not in seen:
                yield _finding(kind, party, listed, "lookalike_domain", _lookalike(host, theirs))


def weighed_candidates(ours: Profile, index: Index) -> list[tuple[Listed, Weighed]]:
    """Return the candidates that come near the threshold with their comparison, best first.

    Order: score, number of strong comparisons, exactness of the best name, list, entity id; no ties are left.
    """
    found: list[tuple[Listed, Weighed]] = []
    candidates, by_key = index.candidates(ours)
    for number, names in candidates.items():
        listed = index.listed[number]
        best = best_names(ours, names)
        if number in by_key or may_reach(best) or acronym_term_of(ours, listed.profile):
            found.append((listed, weigh(ours, listed.profile, best, index.suffixes)))
    return sorted(found, key=lambda each: (*each[1].order, each[0].version.key, each[0].entity.id))


def _finding(kind: PartyKind, party: Payer, listed: Listed, found: FindingKind, weighed: Weighed) -> Finding:
    match = weighed.match(listed.entity.id)
    return Finding(
        party_kind=kind,
        party_id=party.id,
        kind=found,
        list=listed.version.key,
        entity_id=listed.entity.id,
        score=match.score,
        certain=match.certain,
        because=match.because,
        sources=(f"list:{listed.version.key}@{listed.version.sha256}#{listed.entity.id}",),
    )


def _lookalike(host: str, theirs: str) -> Weighed:
    term = Term("domain.lookalike", host, theirs, 0.0, LOOKALIKE, "website")
    return Weighed(score_of(term.weight), False, (term,))

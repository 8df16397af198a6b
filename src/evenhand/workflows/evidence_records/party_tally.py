"""What the confirmed claims linked to a party come to: sources, copies and denials, counted anew from the ledger."""

from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple

from evenhand.model.claims import Tally
from evenhand.model.decision import Party
from evenhand.model.evidence import ClaimMark, EvidenceEvent, PartyTally
from evenhand.model.finding import Comparison, Finding
from evenhand.model.party import PartyKind
from evenhand.model.record import record_sha256
from evenhand.workflows.evidence_records.evidence_fold import DocumentRecords, Evidence, denies

NAMED = frozenset({"named_person", "named_organisation", "state", "document"})
_OF_THE_PARTY = ("by", "for")


class _Counted(NamedTuple):
    """A confirmed claim with its document."""

    document: DocumentRecords
    claim: str
    mark: ClaimMark


class _Groups:
    """Things that are one, found by joining pairs of them."""

    def __init__(self) -> None:
        self._above: dict[Hashable, Hashable] = {}

    def join(self, several: Iterable[Hashable]) -> None:
        """Say that some things are one."""
        first, *others = [self.of(each) for each in several] or [None]
        for each in others:
            self._above[self.of(each)] = self.of(first)

    def of(self, each: Hashable) -> Hashable:
        """Return what stands for a thing and all that are one with it."""
        while (above := self._above.get(each, each)) != each:
            each = above
        return each


def party_tallies(evidence: Evidence) -> dict[Party, PartyTally]:
    """Return by party what its confirmed claims come to; a party without accusations has none."""
    found = {party: _tally(evidence, party, links) for party, links in evidence.linked().items()}
    return {party: each for party, each in found.items() if each.accusations}


def _tally(evidence: Evidence, party: Party, links: list[tuple[DocumentRecords, EvidenceEvent]]) -> PartyTally:
    about = [_counted(document, link.claim) for document, link in links if link.relation == "about"]
    accusations = [each for each in about if each.mark.stance == "accuses"]
    own = [each for each in accusations if not _tells_of_another(each, accusations)]
    denials = list(dict.fromkeys([*_denials_of(evidence, accusations), *_replies(links)])) if accusations else []
    outlets = _one_origin(evidence, party)
    days = sorted(each.mark.said_on for each in accusations if each.mark.said_on)
    groups: dict[Hashable, list[str]] = {}
    for each in accusations:
        known = groups.setdefault(outlets.of(each.document.id), [])
        known += [each.document.id] if each.document.id not in known else []
    reports = {outlets.of(each.document.id) for each in accusations if not each.document.added.official}
    papers = {outlets.of(each.document.id) for each in accusations if each.document.added.official}
    return PartyTally(
        party=party,
        tally=Tally(
            independent_outlets=len(reports),
            named_sources=_named_sources(own),
            anonymous_sources=_anonymous_sources(own, outlets),
            official_documents=len(papers),
            denials=len(denials),
            earliest=days[0] if days else None,
            latest=days[-1] if days else None,
            same_origin=tuple(tuple(each) for each in groups.values() if len(each) > 1),
        ),
        accusations=tuple(each.claim for each in accusations),
        denials=tuple(denials),
    )


def _tells_of_another(claim: _Counted, accusations: list[_Counted]) -> bool:
    """Return whether a claim only tells that somebody accuses, where what that one says is counted too.

    "The League accused the firm of fraud, the Courier reported" is one accusation, the League's.
    """
    first, last = claim.mark.content[0][0], claim.mark.content[-1][1]
    return any(
        each.document.id == claim.document.id and each.claim != claim.claim and each.mark.form == "nested"
        and first <= each.mark.content[0][0] and each.mark.content[-1][1] <= last
        for each in accusations
    )  # fmt: skip


def _counted(document: DocumentRecords, claim: str) -> _Counted:
    mark = document.decided[claim].mark
    assert mark is not None  # what is confirmed or corrected has one
    return _Counted(document, claim, mark)


def _one_origin(evidence: Evidence, party: Party) -> _Groups:
    """Return which documents linked to a party are copies of one: as it was seen when each was linked."""
    groups = _Groups()
    for document in evidence.documents.values():
        for link in document.links.values():
            if link.party == party and link.origins:
                groups.join((document.id, *link.origins))
    return groups


def _named_sources(accusations: list[_Counted]) -> int:
    """Return how many sources have a name: a person and the body spoken for are one, a copy adds none.

    What an official document says itself is counted as a document.
    """
    groups, first = _Groups(), list[str]()
    for each in accusations:
        own = each.mark.kind == "document" and each.document.added.official
        if each.mark.kind in NAMED and each.mark.sources and not own:
            groups.join(each.mark.sources)
            first.append(each.mark.sources[0])
    return len({groups.of(each) for each in first})


def _anonymous_sources(accusations: list[_Counted], outlets: _Groups) -> int:
    """Return how many unnamed persons speak: those whom one report and its copies call alike are the same."""
    persons: dict[Hashable, int] = {}
    for each in accusations:
        if each.mark.kind == "anonymous":
            who = outlets.of(each.document.id), each.mark.sources
            persons[who] = max(persons.get(who, 0), each.mark.persons)
    return sum(persons.values())


def _denials_of(evidence: Evidence, accusations: list[_Counted]) -> Iterator[str]:
    """Yield the confirmed claims that deny one of these in the same document, or were put beside it, in any."""
    accused = {each.claim for each in accusations}
    beside = {name for each in accusations for name in each.mark.denied_by}
    for document in dict.fromkeys(each.document.id for each in accusations):
        records = next(each.document for each in accusations if each.document.id == document)
        for claim, decided in records.decided.items():
            if decided.mark is not None and (claim in beside or accused & set(decided.mark.denies)):
                yield claim
    yield from (claim for claim in evidence.denials if claim in beside)


def _replies(links: list[tuple[DocumentRecords, EvidenceEvent]]) -> Iterator[str]:
    """Yield the denials that a person linked as the party's own, or as made for it."""
    for document, link in links:
        mark = document.decided[link.claim].mark
        if link.relation in _OF_THE_PARTY and mark is not None and denies(mark):
            yield link.claim


def claims_finding(counted: PartyTally, kind: PartyKind) -> Finding:
    """Return the finding that a tally is to its party: what was counted, and which claims it rests on.

    INVARIANT: its `entity_id` changes with every claim that counts and every denial, so that a decision on grounds of
    it is made and told anew: a notice never lacks a denial that is on record.
    """
    tally, claims = counted.tally, (*counted.accusations, *counted.denials)
    return Finding(
        party_kind=kind,
        party_id=counted.party.id,
        kind="claims",
        entity_id=f"e-{record_sha256(sorted(claims))[:12]}",
        score=1.0,
        certain=True,
        because=tuple(_comparisons(tally)),
        sources=tuple(f"claim:{each}" for each in claims),
    )


def _comparisons(tally: Tally) -> Iterator[Comparison]:
    counts = {
        "claims.named_sources": tally.named_sources, "claims.anonymous_sources": tally.anonymous_sources,
        "claims.official_documents": tally.official_documents, "claims.outlets": tally.independent_outlets,
    }  # fmt: skip
    for name, number in counts.items():
        if number:
            yield Comparison(name=name, ours=str(number), theirs="", similarity=1.0, weight=0.0, effect="for")
    if tally.denials:
        yield Comparison(
            name="claims.denials", ours=str(tally.denials), theirs="", similarity=1.0, weight=0.0, effect="against"
        )

"""Confirmed claims as a statement of reasons may give them, with what denies each."""

from collections.abc import Iterable

from evenhand.model.evidence import EvidenceEvent, PartyTally, QuotedClaim
from evenhand.store.network import Network
from evenhand.workflows.evidence_records.claim_marks import words_of
from evenhand.workflows.evidence_records.claims_shown import OpenedDocument, mark_in, outlet_of, parties_of_claim
from evenhand.workflows.evidence_records.evidence_fold import Evidence, fold_evidence
from evenhand.workflows.evidence_records.party_tally import party_tallies
from evenhand.workflows.evidence_records.verb_phrases import verb_phrase


def claims_of_history(network: Network, events: Iterable[EvidenceEvent]) -> dict[str, QuotedClaim]:
    """Return by id every claim that a statement about any party could give.

    Raises:
        NotFound, NotVerified: a file is missing, or it was changed.
    """
    evidence = fold_evidence(events)
    return quoted_claims(network, evidence, party_tallies(evidence).values())


def quoted_claims(network: Network, evidence: Evidence, tallies: Iterable[PartyTally]) -> dict[str, QuotedClaim]:
    """Return by id every claim that a statement about one of these parties could give; read once a document.

    Raises:
        NotFound, NotVerified: a file is missing, or it was changed.
    """
    counted = tuple(tallies)
    denials = {claim for each in counted for claim in each.denials}
    wanted = denials.union(*(each.accusations for each in counted))
    found: dict[str, QuotedClaim] = {}
    for records in evidence.documents.values():
        own = [each for each in records.decided if each in wanted]
        opened = OpenedDocument(network, records, evidence) if own else None
        for claim in own if opened is not None else ():
            found[claim] = _quoted(opened, claim, denials)  # type: ignore[arg-type]  # it is opened where `own` has any
    return found


def _quoted(opened: OpenedDocument, claim: str, denials: set[str]) -> QuotedClaim:
    current, (_, reading) = opened.current(claim), opened.reading_of(claim)
    mark, document = mark_in(opened.records, claim), reading.article.document
    speaker = current.speaker
    known = speaker.name if speaker.resolved_from is None else ""
    links = (each for each in opened.records.links.values() if each.claim == claim and each.party is not None)
    return QuotedClaim(
        id=claim,
        state=opened.records.state_of(claim),
        words=words_of(reading.text, current.content),
        spans=current.content,
        text=reading.text,
        sha256=mark.words if mark is not None else "",
        speaker=known,
        person=speaker.kind == "named_person",
        outlet=outlet_of(document),
        published=document.published.date or "",
        denial=claim in denials,
        spoken=current.form == "direct",
        phrase=verb_phrase(reading.text, current),
        not_named=tuple(sorted({each.party.id for each in links if each.although and each.party is not None})),
        document=opened.records.id,
        of=tuple(sorted(parties_of_claim(opened.records, claim))),
        apart=mark.apart if mark is not None else (),
        denied_by=tuple(each for each in opened.denials_of(claim) if each in denials),
    )

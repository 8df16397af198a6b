"""Saved documents with their claims as people see them."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from urllib.parse import urlsplit

from evenhand.model.claims import Claim, Document
from evenhand.model.errors import NotFound
from evenhand.model.evidence import ClaimLink, ClaimMark, ClaimShown, DocumentShown, EvidenceEvent, Reading
from evenhand.store.network import Network
from evenhand.workflows.evidence_records.accused_names import accused_names, names_one_of
from evenhand.workflows.evidence_records.claim_marks import claim_ids, words_of
from evenhand.workflows.evidence_records.evidence_files import read_claim, read_reading
from evenhand.workflows.evidence_records.evidence_fold import ID_SHOWN, DocumentRecords, Evidence
from evenhand.workflows.evidence_records.possible_denials import accuser_denials, is_denial, possible_denials


class OpenedDocument:
    """A saved document with the readings that its claims are of, loaded once and checked against the ledger.

    It is as the records are when it is made: after an event, open the document again. With all `evidence` it knows the
    denials of other documents too that stand beside its claims, or may.
    """

    def __init__(self, network: Network, records: DocumentRecords, evidence: Evidence | None = None) -> None:
        self.network, self.records, self._evidence = network, records, evidence
        self._others: dict[str, OpenedDocument] = {}
        self._readings: dict[str, Reading] = {}
        self._ids: dict[str, dict[str, str]] = {}
        self._places: dict[str, tuple[str, Claim]] = {}
        self._corrected: dict[str, Claim] = {}
        self._load(records.readings[-1].reading)
        for claim, decided in records.decided.items():
            if claim not in self._places:
                self._load(decided.reading)

    def _load(self, sha256: str) -> Reading:
        if sha256 not in self._readings:
            reading = read_reading(self.network, self.records.id, sha256)
            self._readings[sha256] = reading
            ids = self._ids[sha256] = claim_ids(self.records.id, reading)
            for each in reading.article.claims:
                self._places.setdefault(ids[each.id], (sha256, each))
        return self._readings[sha256]

    @property
    def latest(self) -> Reading:
        """Return the newest reading, whose claims are proposed."""
        return self._readings[self.records.readings[-1].reading]

    @property
    def ids(self) -> list[str]:
        """Return the ids of its claims in the order of the text: what the newest reading has, and what was decided."""
        proposed = self._ids[self.records.readings[-1].reading].values()
        return list(dict.fromkeys([*proposed, *(each for each in self.records.decided if each in self._places)]))

    @property
    def waiting(self) -> list[str]:
        """Return the ids of claims of the newest reading that nobody has decided."""
        proposed = self._ids[self.records.readings[-1].reading].values()
        return [each for each in dict.fromkeys(proposed) if each not in self.records.decided]

    def waits(self, claim: str) -> bool:
        """Return whether nobody has decided about a claim of this document; what stands elsewhere is decided."""
        return claim in self._places and claim not in self.records.decided

    def reading_of(self, claim: str) -> tuple[str, Reading]:
        """Return the reading that a claim is of, and its SHA-256.

        Raises:
            NotFound: no reading has this claim.
        """
        if claim not in self._places:
            raise NotFound("no such claim", got=claim, todo="`evenhand evidence claims DIR` lists them")
        sha256 = self._places[claim][0]
        return sha256, self._readings[sha256]

    def ids_within(self, claim: str) -> dict[str, str]:
        """Return by the ids within the document those of the claims of the same reading."""
        return self._ids[self.reading_of(claim)[0]]

    def proposed(self, claim: str) -> Claim:
        """Return a claim as it was proposed."""
        self.reading_of(claim)
        return self._places[claim][1]

    def current(self, claim: str) -> Claim:
        """Return a claim as it stands: as a person corrected it, else as it was proposed."""
        decided = self.records.decided.get(claim)
        proposed = self.proposed(claim)
        if decided is None or decided.kind != "correct" or decided.mark is None:
            return proposed
        if claim not in self._corrected:
            self._corrected[claim] = read_claim(self.network, self.records.id, decided.mark.record)
        return self._corrected[claim]

    def shown(self, claim: str) -> ClaimShown:
        """Return a claim with its words, its state and its links."""
        current, proposed, decided = self.current(claim), self.proposed(claim), self.records.decided.get(claim)
        links = self._links.get(claim, ())
        return ClaimShown(
            id=claim,
            document=self.records.id,
            state=self.records.state_of(claim),
            claim=current,
            words=words_of(self.reading_of(claim)[1].text, current.content),
            denies=self.denied_by_it(claim),
            denied_by=self.denials_of(claim),
            perhaps_denied_by=self.possible_denials_of(claim),
            number=decided.number if decided is not None else None,
            by=decided.by if decided is not None else "",
            at=decided.at if decided is not None else None,
            note=decided.note if decided is not None else "",
            before=proposed if current != proposed else None,
            links=tuple(_link(each) for each in links),
        )

    @cached_property
    def _links(self) -> dict[str, list[EvidenceEvent]]:
        found: dict[str, list[EvidenceEvent]] = {}
        for each in self.records.links.values():
            found.setdefault(each.claim, []).append(each)
        return found

    def denied_by_it(self, claim: str) -> tuple[str, ...]:
        """Return the claims that a claim denies, as it stands."""
        ids = self.ids_within(claim)
        return tuple(ids[each] for each in self.current(claim).denies if each in ids)

    def denials_of(self, claim: str) -> tuple[str, ...]:
        """Return the claims that deny a claim and that nobody has rejected: by themselves, or as a person said."""
        return tuple(dict.fromkeys((*self.own_denials_of(claim), *self.named_denials_of(claim))))

    def own_denials_of(self, claim: str) -> tuple[str, ...]:
        """Return the claims that say themselves, as they stand, that they deny a claim."""
        return self._denials.get(claim, ())

    def named_denials_of(self, claim: str) -> tuple[str, ...]:
        """Return the denials that a person put beside a claim though they do not say themselves what they deny."""
        mark, own = mark_in(self.records, claim), self.own_denials_of(claim)
        beside = (each for each in (mark.denied_by if mark is not None else ()) if each not in own)
        return tuple(each for each in beside if self._stands(each))

    def _stands(self, denial: str) -> bool:
        if denial in self._places:
            return self.records.state_of(denial) != "rejected"
        return denial in self.denials_elsewhere

    @property
    def denials_elsewhere(self) -> Mapping[str, DocumentRecords]:
        """Return by id the confirmed denials of all documents, of which those of others are no claims of this one."""
        return self._evidence.denials if self._evidence is not None else {}

    def holder_of(self, claim: str) -> "OpenedDocument":
        """Return the document that has a claim: this one, or the other one whose denial it is."""
        if claim in self._places:
            return self
        records = self.denials_elsewhere[claim]
        if records.id not in self._others:
            self._others[records.id] = OpenedDocument(self.network, records, self._evidence)
        return self._others[records.id]

    def original_of(self, claim: str) -> str:
        """Return the claim that a repeating headline is asked and counted as, any other claim itself.

        A headline stands for itself where somebody rejected what it repeats, or where it alone is a denial.
        """
        current = self.current(claim)
        original = self.ids_within(claim).get(current.repeat_of or "")
        if original is None or self.records.state_of(original) == "rejected":
            return claim
        return original if is_denial(self.current(original)) or not is_denial(current) else claim

    def possible_denials_of(self, claim: str, corrected: Claim | None = None) -> tuple[str, ...]:
        """Return the denials of which a person has to say whether they are of a claim, as it stands or is corrected.

        Those that are tied to it already, or of which somebody said that they are not, are left out.
        """
        current = corrected or self.current(claim)
        mark = mark_in(self.records, claim)
        known = {claim, *self.denials_of(claim), *(mark.apart if mark is not None else ())}
        reading = self.reading_of(claim)[1]
        found = [*possible_denials(reading, current, self.denying.items()), *self._of_the_accuser(reading, current)]
        return tuple(each for each in found if each not in known)

    def _of_the_accuser(self, reading: Reading, accusation: Claim) -> Iterator[str]:
        """Yield the confirmed denials of other documents that the accuser's own side makes, and that may be of it."""
        others = ((name, each) for name, each in self.denials_elsewhere.items() if each.id != self.records.id)
        for name in accuser_denials(reading, accusation, others):
            if names_one_of(accused_names(reading.text, accusation), self.holder_of(name).latest.text):
                yield name

    @cached_property
    def denying(self) -> dict[str, Claim]:
        """Return by id the claims that deny something and that nobody has rejected, without headlines that repeat."""
        standing = ((each, self.current(each)) for each in self.ids if self.records.state_of(each) != "rejected")
        return {name: each for name, each in standing if is_denial(each) and each.repeat_of is None}

    @cached_property
    def _denials(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for each in (each for each in self.ids if self.records.state_of(each) != "rejected"):
            for denied in self.denied_by_it(each):
                found.setdefault(denied, {})[self.original_of(each)] = None
        return {claim: tuple(each) for claim, each in found.items()}

    def whole(self) -> DocumentShown:
        """Return the document with all its claims; made once."""
        return self._whole

    @cached_property
    def _whole(self) -> DocumentShown:
        added = self.records.added
        return DocumentShown(
            document=self.latest.article.document,
            added_by=added.by,
            added_at=added.at,
            official=added.official,
            text=self.latest.text,
            claims=tuple(map(self.shown, self.ids)),
            readings=len(self.records.readings),
        )


def _link(event: EvidenceEvent) -> ClaimLink:
    assert event.party is not None  # a link has both
    assert event.relation is not None
    return ClaimLink(party=event.party, relation=event.relation, by=event.by, at=event.at, note=event.note,
                     although=event.although, number=event.number)  # fmt: skip


def open_documents(network: Network, evidence: Evidence) -> Iterator[OpenedDocument]:
    """Yield every saved document, in the order in which they were added.

    Raises:
        NotFound, NotVerified: a file is missing, or it was changed.
    """
    return (OpenedDocument(network, each, evidence) for each in evidence.documents.values())


def mark_in(records: DocumentRecords, claim: str) -> ClaimMark | None:
    """Return what the ledger keeps of a claim, None of one that nobody confirmed."""
    decided = records.decided.get(claim)
    return decided.mark if decided is not None else None


def parties_of_claim(records: DocumentRecords, claim: str) -> set[str]:
    """Return the ids of the parties whose own a claim is, as a person linked it: said by them or for them."""
    links = (each for each in records.links.values() if each.claim == claim and each.relation in ("by", "for"))
    return {each.party.id for each in links if each.party is not None}


def title_of(document: Document) -> str:
    """Return how a document is called: whose it is and of which day, else how its SHA-256 begins."""
    whose, day = outlet_of(document), document.published.date or ""
    if day and not whose:
        return f"a report of {day}"
    return ", ".join(filter(None, (whose, day))) or f"document {document.id[:ID_SHOWN]}"


def outlet_of(document: Document) -> str:
    """Return whose a document is: its publisher, agency or host, ``""`` where it does not say."""
    return document.publisher or document.agency or urlsplit(document.uri).hostname or ""


def find_claim(network: Network, evidence: Evidence, text: str, document: str = "") -> tuple[OpenedDocument, str]:
    """Return the document and id of the claim of this id, or of the only one that begins so.

    Cost: every document is opened, unless `document` says which one it is of.

    Raises:
        NotFound: there is none, or there are several.
    """
    text, found = text.strip().lower(), list[tuple[OpenedDocument, str]]()
    one = [OpenedDocument(network, evidence.find(document), evidence)] if document else ()
    for opened in (one or open_documents(network, evidence)) if len(text) > len("q-") else ():
        found += [(opened, each) for each in opened.ids if each.startswith(text)]
    if len(found) == 1:
        return found[0]
    what = "several claims begin with" if found else "no such claim"
    raise NotFound(what, got=text, expected=", ".join(each for _, each in found[:5]),
                   todo="`evenhand evidence claims DIR` lists them")  # fmt: skip

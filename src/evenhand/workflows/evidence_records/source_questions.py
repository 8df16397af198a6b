"""What may change claims: a later version of their report, a correction there or elsewhere, an accuser who denies."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, Literal, NamedTuple

from evenhand.evidence.corrections import has_correction_words
from evenhand.evidence.text_spans import lines
from evenhand.intake.object_names import page_name
from evenhand.model.decision import Party
from evenhand.model.errors import NotFound, NotVerified
from evenhand.model.evidence import ClaimMark
from evenhand.store.network import Network
from evenhand.workflows.evidence_records.accused_names import accused_names, names_one_of
from evenhand.workflows.evidence_records.claims_shown import OpenedDocument, title_of
from evenhand.workflows.evidence_records.evidence_fold import ID_SHOWN, DocumentRecords, Evidence
from evenhand.workflows.evidence_records.own_corrections import corrected_claims

_WEB: Final = ("https:/", "http:/")
QuestionKind = Literal["later_version", "correction", "own_correction", "accuser_denies"]


class SourceFacts(NamedTuple):
    """What is compared of a saved document.

    `page` is its address in one form, ``""`` where it has none of the web; `body` its article on one line; `names` whom
    each accusation that counts names. `corrects`: it has words of a correction or retraction; `corrected` are the
    claims that it may take back itself.
    """

    title: str
    page: str
    body: str
    corrects: bool
    names: Mapping[str, tuple[str, ...]]
    corrected: tuple[str, ...]


class SourceQuestion(NamedTuple):
    """That a document may change what claims of others say or count for, and whom they are linked to.

    `denial` is the claim by which the accuser denies, ``""`` of other questions; `title` is that of the document.
    `claims` count; of `proposed`, which nobody decided, the same will be asked: there is a task once a claim counts.
    """

    kind: QuestionKind
    document: str
    at: datetime
    title: str
    corrects: bool
    denial: str
    claims: tuple[str, ...]
    parties: tuple[Party, ...]
    proposed: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """Return what tells it from other questions; the claims that it is asked of may grow."""
        return self.kind, self.document, self.denial

    @property
    def sentence(self) -> str:
        """Return what is the case, without a name or a word of a claim."""
        saved = f"saved on {self.at:%Y-%m-%d} as {self.document[:ID_SHOWN]}"
        words = ", with words of a correction or retraction," if self.corrects else ""
        match self.kind:
            case "later_version":
                return f"a later version of the report that this rests on{words} was {saved}; compare them"
            case "correction":
                return (
                    f"a document with words of a correction or retraction, {saved}, names whom this accuses; compare"
                    " them"
                )
            case "own_correction":
                return (
                    f"the document of this, {saved}, says itself that something is withdrawn, corrected or apologised"
                    " for; read whether it is this"
                )
            case "accuser_denies":
                return (
                    f"the source of this denies something in another document, {saved}, claim {self.denial}: say of it"
                    " whether it denies this"
                )


class KeptSourceFacts:
    """What is compared of each document, for many readers: a document is opened again when something is recorded."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[object, SourceFacts]] = {}
        self._lock = threading.Lock()

    def note(self, opened: OpenedDocument) -> SourceFacts:
        """Keep and return what is compared of a document that a reader has open anyway."""
        facts = _facts(opened)
        with self._lock:
            self._kept[opened.records.id] = _stamp(opened.records), facts
        return facts

    def questions(self, network: Network, evidence: Evidence) -> tuple[SourceQuestion, ...]:
        """Return the questions as they stand; a document whose files are missing or changed asks none."""
        with self._lock:
            known, self._kept = self._kept, {}
            for records in evidence.documents.values():
                stamp, kept = _stamp(records), known.get(records.id)
                if kept is None or kept[0] != stamp:
                    try:
                        kept = stamp, _facts(OpenedDocument(network, records))
                    except (NotFound, NotVerified):  # `doctor` says so
                        continue
                self._kept[records.id] = kept
            facts = {name: each for name, (_, each) in self._kept.items()}
        return tuple(_questions(evidence, facts))


def of_claim(questions: Iterable[SourceQuestion], claim: str) -> tuple[str, ...]:
    """Return what may change a claim, a sentence each."""
    return tuple(each.sentence for each in questions if claim in each.claims or claim in each.proposed)


def _stamp(records: DocumentRecords) -> object:
    return len(records.events), records.last


def _facts(opened: OpenedDocument) -> SourceFacts:
    reading, records = opened.latest, opened.records
    spans = lines(reading.text)
    body = (reading.text[slice(*spans[at - 1])] for at in reading.article.document.body_lines if at <= len(spans))
    accusing = [each for each, decided in records.decided.items() if decided.mark and decided.mark.stance == "accuses"]
    texts = {each: opened.reading_of(each)[1].text for each in accusing}
    return SourceFacts(
        title=title_of(reading.article.document),
        page=page_of(reading.article.document.uri),
        body=" ".join(" ".join(body).split()),
        corrects=has_correction_words(reading.text),
        names={each: accused_names(text, opened.current(each)) for each, text in texts.items()},
        corrected=corrected_claims(opened),
    )


def page_of(uri: str) -> str:
    """Return the address of a page in one form, of an archive's copy that of the page; ``""`` of a file or front page.

    >>> page_of("https://web.archive.org/web/2026/http://www.wire.example/1/?utm_source=x"), page_of("a.txt")
    ('wire.example/1', '')
    """
    at = max(uri.lower().rfind(each) for each in _WEB)
    if at < 0:
        return ""
    scheme, _, rest = uri[at:].partition(":")
    page = page_name(f"{scheme}://{rest.lstrip('/')}")
    return page if "/" in page or "?" in page else ""


def _questions(evidence: Evidence, facts: Mapping[str, SourceFacts]) -> Iterator[SourceQuestion]:
    places = {name: place for place, name in enumerate(evidence.documents)}
    later: set[tuple[str, str]] = set()
    by_page: dict[str, list[str]] = {}
    for name in sorted(facts, key=places.__getitem__):
        found = by_page.setdefault(facts[name].page, []) if facts[name].page else []
        others = [evidence.documents[each] for each in found if facts[each].body != facts[name].body]
        claims = tuple(claim for each in others for claim in each.decided if each.counts(claim))
        if claims:
            later.update((each.id, name) for each in others)
            yield _question(evidence, facts, "later_version", name, claims)
        found.append(name)
    accusing = [each for each in _accusations(evidence) if each[0].id in facts]
    for name in facts:
        if facts[name].corrected:
            yield _own_correction(evidence, facts, name)
        if facts[name].corrects:
            yield from _corrections(evidence, facts, name, [x for x in accusing if (x[0].id, name) not in later])
    for denial, records in evidence.denials.items():
        if records.id in facts:
            yield from _denials(evidence, facts, denial, accusing)


def _corrections(
    evidence: Evidence, facts: Mapping[str, SourceFacts], name: str, accusing: Iterable[tuple[DocumentRecords, str]]
) -> Iterator[SourceQuestion]:
    """Yield that a document with words of a correction names whom claims of other documents accuse."""
    claims = tuple(
        claim
        for records, claim in accusing
        if records.id != name
        and (names := facts[records.id].names.get(claim))
        and names_one_of(names, facts[name].body)
    )
    if claims:
        yield _question(evidence, facts, "correction", name, claims)


def _own_correction(evidence: Evidence, facts: Mapping[str, SourceFacts], name: str) -> SourceQuestion:
    """Return that a document may take back what it says itself."""
    records, corrected = evidence.documents[name], facts[name].corrected
    claims = tuple(each for each in corrected if records.counts(each))
    proposed = tuple(each for each in corrected if each not in claims)
    return _question(evidence, facts, "own_correction", name, claims)._replace(proposed=proposed)


def _denials(
    evidence: Evidence, facts: Mapping[str, SourceFacts], denial: str, accusing: Iterable[tuple[DocumentRecords, str]]
) -> Iterator[SourceQuestion]:
    """Yield that the side of accusations denies something elsewhere, of which nobody has said whether it is them."""
    records = evidence.denials[denial]
    sources = set(_mark(records, denial).sources)
    claims = tuple(
        claim
        for other, claim in accusing
        if other.id != records.id
        and sources.intersection((mark := _mark(other, claim)).sources)
        and denial not in (*mark.denied_by, *mark.apart)
        and names_one_of(facts[other.id].names.get(claim, ()), facts[records.id].body)
    )
    if claims:
        yield _question(evidence, facts, "accuser_denies", records.id, claims, denial)


def _question(
    evidence: Evidence, facts: Mapping[str, SourceFacts], kind: QuestionKind, document: str, claims: tuple[str, ...],
    denial: str = "",
) -> SourceQuestion:  # fmt: skip
    parties = {link.party: None for each in evidence.documents.values() for link in each.links.values()
               if link.claim in claims and link.party is not None}  # fmt: skip
    return SourceQuestion(
        kind=kind, document=document, at=evidence.documents[document].added.at, title=facts[document].title,
        corrects=facts[document].corrects, denial=denial, claims=claims, parties=tuple(parties),
    )  # fmt: skip


def _accusations(evidence: Evidence) -> Iterator[tuple[DocumentRecords, str]]:
    """Yield each accusation that counts and is linked to a party, once."""
    linked = {link.claim: records for found in evidence.linked().values() for records, link in found
              if link.relation == "about" and _mark(records, link.claim).stance == "accuses"}  # fmt: skip
    yield from ((records, claim) for claim, records in linked.items())


def _mark(records: DocumentRecords, claim: str) -> ClaimMark:
    mark = records.decided[claim].mark
    assert mark is not None  # what is confirmed or corrected has one
    return mark

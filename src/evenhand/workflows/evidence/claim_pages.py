"""One claim with all that a person looks at before they decide: what denies it, what it denies, what it would count."""

from typing import Final, Literal, NamedTuple

from evenhand.model.claims import Claim, Span
from evenhand.model.errors import NotFound
from evenhand.model.evidence import ClaimShown, DocumentShown, PartyTally
from evenhand.store.network import Network
from evenhand.workflows.evidence_records.claim_marks import mark_of
from evenhand.workflows.evidence_records.claims_shown import OpenedDocument, mark_in, title_of
from evenhand.workflows.evidence_records.evidence_fold import Evidence
from evenhand.workflows.evidence_records.party_tally import NAMED, party_tallies
from evenhand.workflows.evidence_records.possible_denials import is_denial

MOST_DENIABLE: Final = 40
Counts = Literal["named source", "unnamed persons", "official document", "no source", "denial", "nothing"]


class DenialShown(NamedTuple):
    """A denial beside a claim, and the text that it is of; `is_tied`: it says itself that it denies the claim.

    `answered` is what a person said of it when they decided: it denies the claim, or is of something else.
    """

    shown: ClaimShown
    text: str
    is_tied: bool
    answered: Literal["", "beside", "unrelated"]


class CountedAs(NamedTuple):
    """What a claim comes to once it is confirmed and linked to a party that it is about; `persons` of unnamed ones."""

    counts: Counts
    persons: int = 0


class ClaimPage(NamedTuple):
    """A claim in its document; `text` is what its spans are of, `place` its number among all from 1."""

    shown: ClaimShown
    document: DocumentShown
    title: str
    text: str
    place: int
    denials: tuple[DenialShown, ...]
    denied: tuple[tuple[ClaimShown, str], ...]
    accusations: tuple[ClaimShown, ...]
    counted: CountedAs
    tallies: tuple[PartyTally, ...]
    repeats: str

    @property
    def next(self) -> str:
        """Return the id of the claim that comes next in the text, ``""`` after the last one."""
        return self._at(self.place)

    @property
    def previous(self) -> str:
        """Return the id of the claim before it in the text, ``""`` before the first one."""
        return self._at(self.place - 2)

    @property
    def next_waiting(self) -> str:
        """Return the id of the next claim that waits for a person, from the first on again; ``""`` where none does."""
        claims = self.document.claims
        return next((each.id for each in (*claims[self.place :], *claims[: self.place - 1]) if is_waiting(each)), "")

    def _at(self, index: int) -> str:
        claims = self.document.claims
        return claims[index].id if 0 <= index < len(claims) else ""


class DocumentPage(NamedTuple):
    """A saved document: its title, and where the words of each claim stand in its text.

    `elsewhere` are claims of an earlier reading whose text was another: they have no place in this one.
    """

    shown: DocumentShown
    title: str
    places: dict[str, tuple[Span, ...]]
    elsewhere: tuple[str, ...]


def is_waiting(shown: ClaimShown) -> bool:
    """Return whether nobody has decided about a claim."""
    return shown.state == "proposed"


def document_page(
    network: Network, evidence: Evidence, document: str, opened: OpenedDocument | None = None
) -> DocumentPage:
    """Return a saved document with its claims; `opened` is it, where a process has it open.

    Raises:
        NotFound, NotVerified: there is none, or a file is missing or was changed.
        BadInput: too short for a document.
    """
    opened = opened or OpenedDocument(network, evidence.find(document), evidence)
    whole = opened.whole()
    texts = {each: opened.reading_of(each)[1].text for each in opened.ids}
    placed = {each.id: each.claim.content for each in whole.claims if texts[each.id] == whole.text}
    elsewhere = tuple(each for each in texts if each not in placed)
    return DocumentPage(whole, title_of(whole.document), placed, elsewhere)


def claim_page(
    network: Network, evidence: Evidence, document: str, claim: str, opened: OpenedDocument | None = None
) -> ClaimPage:
    """Return a claim of a document with what stands beside it; `opened` as `document_page`.

    Raises:
        NotFound, NotVerified: there is none, or a file is missing or was changed.
        BadInput: too short for a document.
    """
    opened = opened or OpenedDocument(network, evidence.find(document), evidence)
    if claim not in opened.ids:
        raise NotFound("no such claim in this document", got=claim, todo="choose one from the list of the document")
    whole = opened.whole()
    by_id = {each.id: each for each in whole.claims}
    shown = by_id[claim]
    linked, original = {each.party for each in shown.links}, opened.original_of(claim)
    tallies = party_tallies(evidence) if linked else {}
    return ClaimPage(
        shown=shown, document=whole, title=title_of(whole.document), text=opened.reading_of(claim)[1].text,
        place=opened.ids.index(claim) + 1, denials=tuple(_denials(opened, shown)),
        denied=tuple((by_id[each], opened.reading_of(each)[1].text) for each in shown.denies if each in by_id),
        accusations=tuple(_deniable(opened, shown, by_id)), counted=_counted_as(opened, shown.claim, claim),
        tallies=tuple(tallies[each] for each in tallies if each in linked),
        repeats="" if original == claim else original,
    )  # fmt: skip


def _denials(opened: OpenedDocument, shown: ClaimShown) -> list[DenialShown]:
    """Return what denies a claim, what may deny it, and what a person said is of something else, in this order."""
    mark, own = mark_in(opened.records, shown.id), opened.own_denials_of(shown.id)
    beside, apart = (mark.denied_by, mark.apart) if mark is not None else ((), ())
    standing = [each for each in apart if each in opened.denying or each in opened.denials_elsewhere]
    names = dict.fromkeys((*shown.denied_by, *shown.perhaps_denied_by, *standing))
    return [
        DenialShown(holder.shown(each), holder.reading_of(each)[1].text, each in own,
                    "beside" if each in beside else "unrelated" if each in apart else "")
        for each, holder in ((each, opened.holder_of(each)) for each in names)
    ]  # fmt: skip


def _deniable(opened: OpenedDocument, shown: ClaimShown, by_id: dict[str, ClaimShown]) -> list[ClaimShown]:
    """Return the claims that a person can say this one denies: accusations of the same reading, and those it denies.

    Of very many accusations those nearest in the text are given.
    """
    within = [by_id[each] for each in dict.fromkeys(opened.ids_within(shown.id).values()) if each in by_id]
    at = shown.claim.content[0][0]
    accusing = [each for each in within if each.claim.stance == "accuses" and each.id != shown.id]
    near = {each.id for each in sorted(accusing, key=lambda each: abs(each.claim.content[0][0] - at))[:MOST_DENIABLE]}
    return [each for each in within if each.id in near or each.id in shown.denies]


def _counted_as(opened: OpenedDocument, claim: Claim, name: str) -> CountedAs:
    """Return what a claim counts as; the same conditions as `party_tally` has."""
    if claim.stance != "accuses":
        return CountedAs("denial" if is_denial(claim) else "nothing")
    mark = mark_of(opened.reading_of(name)[1], claim, opened.ids_within(name),
                   named_by_person=claim.speaker != opened.proposed(name).speaker)  # fmt: skip
    official = opened.records.added.official
    if mark.kind == "anonymous":
        return CountedAs("unnamed persons", mark.persons)
    if mark.kind in NAMED and mark.sources and not (mark.kind == "document" and official):
        return CountedAs("named source")
    return CountedAs("official document" if official else "no source")

"""Which denials of a document may be of an accusation though the reader did not tie them: a person has to say."""

import re
from collections.abc import Iterable, Iterator

from evenhand.model.claims import Claim, Speaker
from evenhand.model.evidence import Reading, Relation
from evenhand.workflows.evidence_records.claim_marks import source_keys
from evenhand.workflows.evidence_records.evidence_fold import DocumentRecords

_WORD = re.compile(r"[^\W_]{4,}")


def is_denial(claim: Claim) -> bool:
    """Return whether a claim denies something, first of all or among other things."""
    return claim.stance == "denies" or "denies" in claim.secondary


def counts_for_party(claim: Claim, relation: Relation) -> bool:
    """Return whether a link alone makes a claim count: an accusation about a party, or a denial by it or for it."""
    return claim.stance == "accuses" if relation == "about" else is_denial(claim)


def possible_denials(reading: Reading, accusation: Claim, denials: Iterable[tuple[str, Claim]]) -> Iterator[str]:
    """Yield the ids of those denials that may be of an accusation; in doubt a denial is.

    It is not where the accuser's own side makes it, or where it is tied to others and the accusation is of somebody
    whose name has no word in common with the speaker's, or the body's that they speak for.
    """
    if accusation.stance != "accuses":
        return
    side = frozenset(source_keys(accusation.speaker, reading.article))
    target = reading.text[slice(*accusation.target)] if accusation.target else ""
    content = " ".join(reading.text[slice(*span)] for span in accusation.content)
    names_somebody, accused = any(map(str.isupper, target)), _words(f"{target} {content}")
    for name, denial in denials:
        if side.intersection(source_keys(denial.speaker, reading.article)):
            continue
        if not denial.denies or not names_somebody or accused & _names(denial.speaker):
            yield name


def accuser_denials(
    reading: Reading, accusation: Claim, denials: Iterable[tuple[str, DocumentRecords]]
) -> Iterator[str]:
    """Yield the ids of those confirmed denials, each with its document, that the accuser's own side makes."""
    if accusation.stance != "accuses":
        return
    side = frozenset(source_keys(accusation.speaker, reading.article))
    for name, records in denials:
        mark = records.decided[name].mark
        if mark is not None and side.intersection(mark.sources):
            yield name


def _names(speaker: Speaker) -> frozenset[str]:
    return _words(" ".join(filter(None, (speaker.name, speaker.organisation, speaker.speaks_for))))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))

"""Which denials of a document may be of an accusation though the reader did not tie them: a person has to say."""

import re
from collections.abc import Iterable, Iterator

from evenhand.model.claims import Claim, Speaker
from evenhand.model.evidence import Reading
from evenhand.workflows.evidence_records.claim_marks import source_keys

_WORD = re.compile(r"[^\W_]{4,}")


def is_denial(claim: Claim) -> bool:
    """Return whether a claim denies something, first of all or among other things."""
    return claim.stance == "denies" or "denies" in claim.secondary


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


def _names(speaker: Speaker) -> frozenset[str]:
    return _words(" ".join(filter(None, (speaker.name, speaker.organisation, speaker.speaks_for))))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))

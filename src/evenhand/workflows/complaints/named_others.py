"""Whether the words of an answer name another party: a complainant is shown like cases by number, without names."""

import re
from collections.abc import Iterable, Iterator

from evenhand.model.complaint import Complaint
from evenhand.store.network import Network
from evenhand.workflows.complaints.comparator_run import attached_finding
from evenhand.workflows.delivery.party_names import decided_names, known_names
from evenhand.workflows.evaluation.findings import PartyKey, Progress

_FEWEST_DIGITS = 5
"""An id of digits alone counts from this length on: `18` stands in many a date."""


def others_named(network: Network, complaint: Complaint, texts: Iterable[str], progress: Progress) -> tuple[str, ...]:
    """Return the names and ids of parties of a complaint's like cases that stand in these texts, sorted.

    What the complainant is called itself may stand there. None where the complaint has no like cases.
    """
    if not complaint.comparators:
        return ()
    names = _Names(network)
    finding = attached_finding(network, complaint, progress)
    own = {text.casefold() for text in names.of((finding.party.kind, finding.party.id))}
    parties = {(party.kind, party.id) for each in finding.comparators for party in each.parties}
    whole = " ".join(" ".join(texts).split())
    found = {text for key in parties for text in names.of(key) if text.casefold() not in own and _stands(text, whole)}
    return tuple(sorted(found))


class _Names:
    """What parties are called, as the last run knew it."""

    def __init__(self, network: Network) -> None:
        self._register = known_names(network)
        self._decided = decided_names(network)

    def of(self, key: PartyKey) -> Iterator[str]:
        """Yield id and names of a party, on one line each."""
        if not key[1].isdecimal() or len(key[1]) >= _FEWEST_DIGITS:
            yield key[1]
        for text in (*self._register.get(key, ()), self._decided.get(key, "")):
            if text.strip():
                yield " ".join(text.split())


def _stands(text: str, whole: str) -> bool:
    """Return whether a text stands in a whole as words of its own, in any case of letters.

    >>> _stands("RT", "They and rt, too."), _stands("RT", "A part of it.")
    (True, False)
    """
    return re.search(rf"(?<!\w){re.escape(text)}(?!\w)", whole, re.IGNORECASE) is not None

"""Earlier records, by what they explained: the same words for other facts are boilerplate."""

from collections import Counter, defaultdict
from hashlib import blake2b

from evenhand.reasons.text_comparison import normalised


class Corpus:
    """An index of (explanation, facts) pairs of earlier records, by the hash of the normalised explanation.

    Adding and asking cost one look-up whatever its size; it holds 16 bytes a text, no texts.
    """

    def __init__(self) -> None:
        self._facts: defaultdict[bytes, Counter[bytes]] = defaultdict(Counter)

    def add(self, explanation: str, facts: str) -> None:
        """Remember an exported record."""
        self._facts[_key(explanation)][_key(facts)] += 1

    def repeats(self, explanation: str, facts: str) -> int:
        """Return how many earlier records have the same explanation but other facts."""
        seen = self._facts.get(_key(explanation))
        return 0 if seen is None else seen.total() - seen[_key(facts)]


def _key(text: str) -> bytes:
    return blake2b(normalised(text).encode("utf-8", "surrogatepass"), digest_size=16).digest()

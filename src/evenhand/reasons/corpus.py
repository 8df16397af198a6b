"""Earlier records, by what they explained: the same words for other facts are boilerplate."""

from collections import Counter, defaultdict
from hashlib import blake2b

from evenhand.reasons.texts import normalised


class Corpus:
    """An index of (explanation, facts) pairs of earlier records, by the hash of the normalised explanation.

    Adding and asking cost one look-up whatever its size; it holds 16 bytes a text, no texts.
    """

    def __init__(self) -> None:
        self._facts: defaultdict[bytes, Counter[bytes]] = defaultdict(Counter)

    def add(self, explanation: str, facts: str) -> None:
        """Remember a record that was told."""
        self._facts[_key(explanation)][_key(facts)] += 1

    def repeats(self, explanation: str, facts: str) -> int:
        """Return how many earlier records have the same explanation but other facts."""
        told = self._facts.get(_key(explanation))
        return 0 if told is None else told.total() - told[_key(facts)]


def _key(text: str) -> bytes:
    return blake2b(normalised(text).encode("utf-8", "surrogatepass"), digest_size=16).digest()

"""The arrays of a prefilter: what is asked of an index about each party, its names and their different words."""

from array import array
from collections.abc import Iterable, Mapping

import numpy as np

from evenhand.model.hosts import Suffixes
from evenhand.screening.index.candidates import probes_of
from evenhand.screening.index.entity_keys import look_keys, most_beside, most_of, party_keys, query_keys
from evenhand.screening.index.score_bounds import Measures, counts, query_measures
from evenhand.screening.index.stored_arrays import Array
from evenhand.screening.names.word_keys import hashes_of, query_word_keys
from evenhand.screening.parties.profile import Profile


class PrefilterBuilder:
    """Parties on their way into arrays."""

    def __init__(self, suffixes: Suffixes) -> None:
        self._suffixes = suffixes
        self._words: dict[str, int] = {}
        self._contents: list[str] = []
        self._measures: list[tuple[float, ...]] = []
        self._owner, self._probe_name, self._probe_word = (array("i") for _ in range(3))
        self._least = array("B")
        self._keys = {kind: (array("I"), array("i")) for kind in ("names", "parties", "words")}

    def add(self, content: str, party: Profile) -> None:
        """Take one party."""
        number = len(self._contents)
        self._contents.append(content)
        for name in party.names:
            place = len(self._owner)
            self._owner.append(number)
            self._measures.append((*query_measures(name), most_beside(party) + most_of(name)))
            for word in probes_of(name):
                self._probe_name.append(place)
                self._probe_word.append(self._word(word))
            self._under("names", number, query_keys(name))
        self._under("parties", number, party_keys(party, self._suffixes))
        for host in party.hosts:
            self._under("parties", number, look_keys(host, self._suffixes))

    def _word(self, word: str) -> int:
        known = self._words.get(word)
        if known is None:
            known = self._words[word] = len(self._words)
            keys = query_word_keys(word)
            self._under("words", known, keys)
            self._least.extend(keys.values())
        return known

    def _under(self, kind: str, number: int, keys: Iterable[str]) -> None:
        hashes, owners = self._keys[kind]
        found = hashes_of(keys)
        hashes.extend(found)
        owners.extend([number] * len(found))

    def arrays(self) -> dict[str, Array]:
        """Return all that was taken."""
        own = np.array(self._measures, np.float32).reshape(-1, len(Measures._fields) + 1)
        made = {f"names.{each}": own[:, place].copy() for place, each in enumerate((*Measures._fields, "most"))}
        made |= {f"{kind}.keys": np.array(keys, np.uint32) for kind, (keys, _) in self._keys.items()}
        made |= {f"{kind}.keys_of": np.array(owners, np.int32) for kind, (_, owners) in self._keys.items()}
        weighed = np.array([counts(word) for word in self._words], np.float32).reshape(-1, 2)
        return made | {
            "parties.contents": text_of(self._contents),
            "names.owner": np.array(self._owner, np.int32),
            "probes.name": np.array(self._probe_name, np.int32),
            "probes.word": np.array(self._probe_word, np.int32),
            "words.text": text_of(self._words),
            "words.least": np.array(self._least, np.uint8),
            "words.weight": weighed[:, 0].copy(),
            "words.left": weighed[:, 1].copy(),
        }


def joined_arrays(first: Mapping[str, Array], second: Mapping[str, Array]) -> dict[str, Array]:
    """Return the arrays of some parties and of others behind them, as if all had been taken by one builder.

    INVARIANT: a word of both stands where the first has it, with its keys; none of the two is empty.
    """
    words, others = (words_in(each) for each in (first, second))
    numbers = {word: number for number, word in enumerate(words)}
    place = np.array([numbers.setdefault(word, len(numbers)) for word in others], np.int32)
    new, new_keys = place >= len(words), place[second["words.keys_of"]] >= len(words)
    parties, names = first["parties.contents"].tobytes().count(b"\n") + 1, len(first["names.owner"])
    behind = dict(second)
    behind |= {each: second[each] + np.int32(parties) for each in ("names.owner", "names.keys_of", "parties.keys_of")}
    behind |= {"probes.name": second["probes.name"] + np.int32(names), "probes.word": place[second["probes.word"]]}
    behind |= {each: second[each][new] for each in ("words.weight", "words.left")}
    behind |= {each: second[each][new_keys] for each in ("words.keys", "words.least")}
    behind["words.keys_of"] = place[second["words.keys_of"][new_keys]]
    line = np.frombuffer(b"\n", np.uint8)
    whole = {
        "parties.contents": np.concatenate((first["parties.contents"], line, second["parties.contents"])),
        "words.text": text_of(numbers),
    }
    return {each: whole[each] if each in whole else np.concatenate((first[each], behind[each])) for each in first}


def words_in(arrays: Mapping[str, Array]) -> list[str]:
    """Return the different words of all names, by number."""
    text = arrays["words.text"].tobytes().decode("utf-8", "surrogatepass")
    return text.split("\n") if text else []


def text_of(lines: Iterable[str]) -> Array:
    """Return lines as one array of bytes."""
    return np.frombuffer("\n".join(lines).encode("utf-8", "surrogatepass"), np.uint8)

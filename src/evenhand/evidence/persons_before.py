"""Whom "he" or "she" means by what stands before: the person of this sentence, else of the nearest one before it.

Where two persons could be meant the one that opens the sentence is; where a name is not known to be a person's, nobody.
"""

import re
from typing import Final, NamedTuple

from evenhand.evidence.known_names import KnownNames
from evenhand.evidence.source_counts import is_person_noun
from evenhand.evidence.text_spans import sentences
from evenhand.evidence.word_classes import HUMANS
from evenhand.model.claims import Span

_QUOTED: Final = re.compile(r"[“\"«„][^“”\"«»„]{0,2000}[”\"»“]")
_CAPITAL: Final = re.compile(r"(?<![\w’'-])[^\W\d_a-z][\w’'-]*\w(?![\w-])")
_OWNS: Final = re.compile(r"[’'](?=\s[a-z])")
# Behind words in marks, or an opening such as "When contacted," too.
_UNNAMED: Final = re.compile(
    r"(?:[\s,]+|[A-Z][a-z]+\s[^,]{2,60},\s|And\s|But\s)?"
    r"(?P<who>(?:[Oo]ne|[Aa]n?|[Aa]nother)\s(?:(?!of\b|who\b)[a-z-]+\s){0,3}?(?P<noun>(?!former\b|senior\b)[a-z-]+)"
    r"(?:\s(?:of|at|in|from|for)\s(?:the\s)?[\w-]+(?:\s[A-Z][\w-]+)*)?)\b"
)
_OWNED: Final = re.compile(
    r"(?P<who>(?:(?:The|A|An)\s(?:[a-z-]+\s)?[a-z-]+[’']s|His|Her|Its|Their)\s(?:[a-z-]+\s){0,2}?(?P<noun>[a-z-]+))"
    r"(?=\s(?:was|were|is|has|had|did|could|would|declined|refused|said|told|[a-z]+ed)\b)"
)
_NAMED_BESIDE: Final = re.compile(r"(?P<noun>[a-z-]+),\s(?P<name>[^\W\d_a-z][\w’-]+),")
_OBJECT: Final = {
    "he": re.compile(r"\b(?:to|for|by|from|of|asked|told|with|against) him\b"),
    "she": re.compile(
        r"\b(?:to|for|by|from|of|asked|told|with|against) her(?=[,.]| (?:why|that|how|whether|if|to|what)\b)"
    ),
}
_SENTENCES: Final = 3
"""Sentences, that of the pronoun among them, in which a person is looked for."""
_OPENING: Final = 60
"""Characters at the beginning of a sentence in which its subject stands."""


class Meant(NamedTuple):
    """A person by full name, or the words of an unnamed one; `somebody` is false where the sentences name nobody.

    `open` is true where somebody acts of whom the text does not say that they are a person.
    """

    name: str = ""
    unnamed: Span | None = None
    somebody: bool = True
    open: bool = False


def person_before(text: str, names: KnownNames, paragraph: Span, at: int, pronoun: str) -> Meant:
    """Return whom a pronoun at a place means by the sentences of its paragraph before it."""
    start = max(paragraph[0], at - 1_500)
    words = _QUOTED.sub(lambda found: " " * len(found[0]), text[start:at])
    found = sentences(words + text[at : at + 1], (0, len(words) + 1))
    for number, (first, last) in enumerate(reversed(found[-_SENTENCES:])):
        sentence = words[first:last]
        if number and _OBJECT[pronoun].search(sentence):
            continue  # "Lim asked him why": he is another one
        mentions = _mentions(names, sentence)
        unnamed = _UNNAMED.match(sentence)
        if unnamed is not None and not (is_person_noun(unnamed["noun"]) or unnamed["noun"].endswith(("er", "or"))):
            unnamed = None
        if mentions and (unnamed is None or mentions[0][0] >= unnamed.end("who")):
            return Meant(_one(sentence, mentions, own=number == 0))
        if unnamed is None and not mentions and number:
            unnamed = _owned(sentence)
        if unnamed is not None:
            return Meant(unnamed=(start + first + unnamed.start("who"), start + first + unnamed.end("who")))
        if (beside := _NAMED_BESIDE.search(sentence)) is not None:
            known = is_person_noun(beside["noun"]) or beside["noun"] in HUMANS
            return Meant(beside["name"]) if known else Meant(open=True)
    return Meant(somebody=False)


def _owned(sentence: str) -> re.Match[str] | None:
    """Return the person that opens a sentence by an office and whose it is: `The firm's manager declined`."""
    found = _OWNED.match(sentence)
    return found if found is not None and is_person_noun(found["noun"]) else None


def _mentions(names: KnownNames, sentence: str) -> list[tuple[int, str]]:
    """Return the persons that a sentence names, by full name; not those who only own something: `Lim's daughter`."""
    found: list[tuple[int, str]] = []
    for match in _CAPITAL.finditer(sentence):
        owner = match[0].endswith(("’s", "'s")) or (match[0][-1] == "s" and _OWNS.match(sentence, match.end()))
        bearers = set() if owner else names.bearers.get(match[0], set())
        if bearers:
            written = [name for name in bearers if sentence[: match.end()].endswith(name)]
            known = written or list(bearers)
            found.append((match.start(), known[0] if len(known) == 1 else match[0]))
    return found


def _one(sentence: str, mentions: list[tuple[int, str]], *, own: bool) -> str:
    """Return the one person of a sentence, or the one that opens it; none where neither can be told."""
    persons = list(dict.fromkeys(name for _, name in mentions))
    if len(persons) == 1:
        opens = mentions[0][0] < _OPENING
        return persons[0] if opens or own else ""
    first = mentions[0]
    opens = len(sentence[: first[0]].split()) <= 2 or sentence[: first[0]].endswith(", ")
    return first[1] if opens and not own else ""

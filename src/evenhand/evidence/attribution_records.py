"""The records that drafts become: who speaks is named, pronouns and later short names are resolved."""

import re
from itertools import pairwise
from typing import Final, Literal, NamedTuple

import msgspec

from evenhand.evidence.drafts import Attribution, Draft, Reading
from evenhand.evidence.noun_phrases import Phrase
from evenhand.evidence.pronouns import People
from evenhand.evidence.word_classes import ADVERBS, BREAKS, DETERMINERS, PREPOSITIONS, TIMES, TITLES
from evenhand.model.claims import Span

_ELISION: Final = re.compile(r"\.\.\.+|…|\[\s*(?:\.\.\.+|…)\s*\]")
_INSERTION: Final = re.compile(r"\[[^\[\]]{1,60}\]|\([^()]{1,60}\)")
_HEDGE: Final = re.compile(
    r"\b(?:most probably|most likely|(?:is|are|was|were) (?:un)?likely to|probably|possibly|perhaps|apparently"
    r"|allegedly|reportedly|presumably|may have|might have|appears? to|seems? to)\b",
    re.IGNORECASE,
)


# A part of each hedge: where none of them stands the slower pattern is not tried.
_IN_HEDGES: Final = (
    "robabl",
    "ikely",
    "ossibly",
    "erhaps",
    "pparently",
    "llegedly",
    "eportedly",
    "resumabl",
    "may have",
    "ight have",
    "ppear",
    "eem",
)


_NO_FIRST_NAMES: Final = TITLES | BREAKS | PREPOSITIONS | DETERMINERS | ADVERBS | TIMES


class _Names:
    """Names in the order in which they are read: a later `Lim` is the earlier `Maria Lim`."""

    def __init__(self, reading: Reading) -> None:
        self.text = reading.text
        self.people = People(reading)
        self.first_names = _first_names(reading)
        self.longer: dict[str, set[str]] = {}

    def full(self, span: Span) -> str:
        """Return the name as it was first given, where no second person of the same last name is in the text."""
        name = " ".join(self.text[span[0] : span[1]].split())
        words = name.split()
        if len(words) > 1:
            if "and" not in words:
                self.longer.setdefault(words[-1], set()).add(name)
            return name
        known = self.longer.get(name, set())
        return next(iter(known)) if len(known) == 1 and len(self.first_names.get(name, ())) == 1 else name


def _first_names(reading: Reading) -> dict[str, set[str]]:
    """Return the words with a capital that stand before each other such word, without titles and small words."""
    found: dict[str, set[str]] = {}
    for passage in reading.passages:
        for sentence, _ in passage.sentences:
            for before, word in pairwise(sentence):
                if word.kind == "W" == before.kind and before.low not in _NO_FIRST_NAMES:
                    found.setdefault(word.text, set()).add(before.text)
    return found


def finished(reading: Reading) -> list[Attribution]:
    """Return the attributions of all passages, in the order of their content, each with its speaker."""
    drafts = sorted((draft for passage in reading.passages for draft in passage.drafts), key=lambda d: d.content[0])
    places = {id(draft): at for at, draft in enumerate(drafts)}
    names = _Names(reading)
    spoken: dict[str, int] = {}
    found: list[Attribution] = []
    for at, draft in enumerate(drafts):
        attribution = _attribution(reading, draft, _speech(draft, places, names, spoken))
        holder = _holder(drafts, at)
        if holder is not None:
            denied = found[holder].stance in {"denies", "refuses"} and attribution.stance == "asserts"
            stance = "accuses" if denied else attribution.stance  # what is denied accuses
            attribution = msgspec.structs.replace(attribution, form="nested", nested_in=holder, stance=stance)
        if attribution.name and attribution.resolution == "explicit":
            spoken[attribution.name] = at
        found.append(attribution)
    return found


def _holder(drafts: list[Draft], at: int) -> int | None:
    """Return the place of the attribution whose content holds another one with its cue, the innermost of them."""
    draft = drafts[at]
    if draft.cue is None or len(draft.content) != 1:
        return None
    first, last = draft.content[0]
    for place in range(at - 1, max(-1, at - 12), -1):
        for begin, end in drafts[place].content:
            if begin <= draft.cue[0] and last <= end and (begin, end) != (first, last):
                return place
    return None


class _Speech(NamedTuple):
    phrase: Phrase | None
    name: str = ""
    resolution: Literal["explicit", "pronoun", "continuation", "none"] = "none"
    resolved_by: int | None = None


def _speech(draft: Draft, places: dict[int, int], names: _Names, spoken: dict[str, int]) -> _Speech:
    """Return whose words a draft holds: named at the cue, meant by a pronoun, or carried on."""
    source = draft
    while source.phrase is None and source.carried_from is not None:
        source = source.carried_from
    phrase = source.phrase
    if phrase is None:
        return _Speech(None)
    name = names.full(phrase.name)
    if phrase.kind == "pronoun":
        meant = names.people.antecedent(phrase, source.paragraph)
        name = "" if meant is None else names.full(meant)
    if source is not draft:
        return _Speech(phrase, name, "continuation", places.get(id(source)))
    if phrase.kind == "pronoun":
        return _Speech(phrase, name, "pronoun" if name else "none", spoken.get(name))
    return _Speech(phrase, name, "explicit")


def _attribution(reading: Reading, draft: Draft, speech: _Speech) -> Attribution:
    text, phrase = reading.text, speech.phrase
    first, last = draft.content[0][0], draft.content[-1][1]
    inner = tuple(reading.quotations[number].span for number in draft.quotes)
    carried = speech.resolution == "continuation"
    return Attribution(
        form="direct" if draft.direct else "mixed" if inner else "indirect",
        content=tuple(draft.content),
        inner_quotes=() if draft.direct else inner,
        name=speech.name,
        speaker_span=None if phrase is None or carried else phrase.name,
        speaker_phrase=None if phrase is None else phrase.whole,
        relative=None if phrase is None or carried else phrase.relative,
        speaker_form="none" if phrase is None else phrase.kind,
        resolution=speech.resolution,
        resolved_by=speech.resolved_by,
        cue=draft.cue,
        cue_lemma=draft.lemma,
        stance=draft.stance,
        frames=draft.frames,
        hedge=next(iter(_matches(_HEDGE, _IN_HEDGES, text, first, last)), None),
        negated=draft.negated,
        elisions=_matches(_ELISION, ("..", "…"), text, first, last),
        insertions=_matches(_INSERTION, ("[", "("), text, first, last),
        reported_by=draft.reported_by,
        reported_cue=draft.reported_cue,
        target=draft.target,
    )


def _matches(pattern: re.Pattern[str], parts: tuple[str, ...], text: str, first: int, last: int) -> tuple[Span, ...]:
    content = text[first:last]
    if not any(map(content.__contains__, parts)):
        return ()
    return tuple((first + match.start(), first + match.end()) for match in pattern.finditer(content))

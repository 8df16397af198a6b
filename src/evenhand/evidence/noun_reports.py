"""Reports in a noun: "criticism in Lima that C", "Peru's accusations of C", "the union's claim that C"."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from evenhand.evidence.attributions import Attribution
from evenhand.evidence.text_spans import folded
from evenhand.model.claims import Span, Stance

_STANCES: Final[dict[str, Stance]] = {
    "accusation": "accuses", "allegation": "accuses", "charge": "accuses", "criticism": "accuses", "claim": "asserts",
    "complaint": "accuses", "denial": "denies", "assertion": "asserts", "suspicion": "accuses",
}  # fmt: skip
_NOUN: Final = "(?P<noun>" + "|".join(_STANCES) + ")s?"
_NAME: Final = r"(?:[^\W\d_a-z](?:[\w’'&-]|\.(?=\w|\s[a-z]))*\.?)"
_WORD: Final = re.compile(rf"\b{_NOUN}\b", re.IGNORECASE)
_BEHIND: Final = re.compile(
    r"(?:\s+(?P<by>by|from|in|among)\s+(?P<who>[^,.;:“”\"\n]{2,60}?)(?:\s+against\s[^,.;:“”\"\n]{2,60}?)?)?\s+that\s+"
    r"(?P<content>[^;:\n“”\"]{8,400}?)(?=[.;]\s|[.;]?$|\n|,\s+(?:said|according)|[“”])"
)
_OWNER: Final = re.compile(r"(?<!\w)(?P<who>(?:(?:[Aa]n?|[Tt]he)\s)?(?:[\w-]+\s){0,2}?[\w-]+)(?:[’']s|(?<=s)[’'])\s$")
_NAMED_OWNER: Final = re.compile(rf"(?<!\w)(?P<who>{_NAME}(?:\s{_NAME}){{0,3}})(?:[’']s|(?<=s)[’'])?\s$")
_DENYING: Final = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?|dismiss(?:es|ed|ing)?|refut(?:es?|ed)|rebut(?:s|ted)?|disput(?:es?|ed))"
    r"\s(?:[a-z]+\s)?$"
)
_ENDS_DENIED: Final = re.compile(r"\b(?:den(?:y|ies|ied)|reject(?:s|ed)?|dismiss(?:es|ed)?|disput(?:es?|ed))$")
_OF: Final = re.compile(
    r"\s+(?:of|that)\s+(?P<content>[^,;:\n“”\"]{4,300}?)(?=[.;,]|\s+(?:as|and|but|which|after|before)\s|$)"
)
_CHARGE: Final = re.compile(
    r"(?:an?\s(?:charge|claim|accusation|allegation|suggestion|offer|demand|proposal)|something)\b", re.IGNORECASE
)
REPORTING_WORDS: Final = frozenset(_STANCES)


def find_noun_reports(text: str, span: Span) -> Iterator[Attribution]:
    """Yield what such words of a part of a text report, whatever else was read of it."""
    known = _nouns_of(text)
    if not known or not any(map(folded(text[slice(*span)]).__contains__, known)):
        return
    for word in _WORD.finditer(text, *span):
        start = max(span[0], word.start() - 80)
        before = text[start : word.start()]
        named = _owner(before)
        if named is not None and (behind := _OF.match(text, word.end(), span[1])):
            yield _attribution(word, behind, (start + named.start("who"), start + named.end("who")), text, named=True)
        elif (behind := _BEHIND.match(text, word.end(), span[1])) and not _ENDS_DENIED.search(behind["content"]):
            owner = _OWNER.search(before)
            who = (start + owner.start("who"), start + owner.end("who")) if owner else None
            if who is None and behind["who"]:
                who = behind.span("who")
            # "Criticism in Lima" is by somebody there, not by Lima.
            yield _attribution(word, behind, who, text, named=bool(owner) or behind["by"] in {"by", "from"})


@lru_cache(maxsize=2)
def _nouns_of(text: str) -> list[str]:
    """Return which of such words a text has; to look for all at each place of it would cost ten times as much."""
    small = folded(text)
    return [noun for noun in _STANCES if noun in small]


def _owner(before: str) -> re.Match[str] | None:
    """Return the name before such a word if it is that of the accuser: `Lima's accusations`, `denied U.S. accusations`.

    A name without a possessive may elsewhere be that of the accused.
    """
    named = _NAMED_OWNER.search(before)
    if named is None or named.end("who") < len(before) - 1 or _DENYING.search(before[: named.start("who")]):
        return named
    return None


def is_charge(text: str, phrase: Span | None) -> bool:
    """Return whether a phrase that speaks is none: "C, a charge the firm denies" is read as a denial of the firm's."""
    return phrase is not None and _CHARGE.match(text, phrase[0]) is not None


def _attribution(
    word: re.Match[str], behind: re.Match[str], who: Span | None, text: str, *, named: bool
) -> Attribution:
    noun = word["noun"].casefold()
    name = " ".join(text[slice(*who)].split()) if who and named else ""
    return Attribution(
        form="indirect",
        content=(behind.span("content"),),
        name=name,
        speaker_span=who,
        speaker_phrase=who,
        speaker_form="none" if not name else "noun" if name.split()[-1][0].islower() else "name",
        resolution="explicit" if name else "none",
        cue=word.span("noun"),
        cue_lemma=noun,
        stance=_STANCES[noun],
        frames="tz",
    )

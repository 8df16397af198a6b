"""Reports in a noun: "criticism in Lima that C", "Peru's accusations of C", "the union's claim that C"."""

import re
from collections.abc import Iterator
from typing import Final

from evenhand.evidence.attributions import Attribution
from evenhand.model.claims import Span, Stance

_STANCES: Final[dict[str, Stance]] = {
    "accusation": "accuses", "allegation": "accuses", "charge": "accuses", "criticism": "accuses", "claim": "asserts",
    "complaint": "accuses", "denial": "denies", "assertion": "asserts", "suspicion": "accuses",
}  # fmt: skip
_NOUN: Final = "(?P<noun>" + "|".join(_STANCES) + ")s?"
_NAME: Final = r"(?:[^\W\d_a-z](?:[\w’'&-]|\.(?=\w|\s[a-z]))*\.?)"
_THAT: Final = re.compile(
    r"(?:(?<!\w)(?P<owner>(?:(?:an?|the)\s)?(?:[\w-]+\s){0,2}?[\w-]+)(?:[’']s|(?<=s)[’'])\s)?\b"
    rf"{_NOUN}(?:\s+(?P<by>by|from|in|among)\s+(?P<who>[^,.;:“”\"\n]{{2,60}}?))?\s+that\s+"
    r"(?P<content>[^;:\n“”\"]{8,400}?)(?=[.;]\s|[.;]?$|\n|,\s+(?:said|according)|[“”])",
    re.IGNORECASE,
)
_OWNED: Final = re.compile(
    rf"\b(?P<who>{_NAME}(?:\s{_NAME}){{0,3}})(?:[’']s|(?<=s)[’'])?\s+(?P<noun>accusation|allegation|charge|claim)s?\s+"
    r"(?:of|that)\s+(?P<content>[^,;:\n“”\"]{4,300}?)(?=[.;,]|\s+(?:as|and|but|which|after|before)\s|$)"
)
_HINT: Final = re.compile("accus|alleg|charge|claim|critic|complai|denial|assert|suspic", re.IGNORECASE)
_CHARGE: Final = re.compile(r"an?\s(?:charge|claim|accusation|allegation|suggestion)\b", re.IGNORECASE)
REPORTING_WORDS: Final = frozenset(_STANCES)


def find_noun_reports(text: str, span: Span) -> Iterator[Attribution]:
    """Yield what such words of a part of a text report, whatever else was read of it."""
    if not _HINT.search(text, *span):
        return
    for match in (*_OWNED.finditer(text, *span), *_THAT.finditer(text, *span)):
        yield _attribution(match)


def is_charge(text: str, phrase: Span | None) -> bool:
    """Return whether a phrase that speaks is none: "C, a charge the firm denies" is read as a denial of the firm's."""
    return phrase is not None and _CHARGE.match(text, phrase[0]) is not None


def _attribution(match: re.Match[str]) -> Attribution:
    noun = match["noun"].casefold()
    group = "owner" if match.groupdict().get("owner") else "who"
    who = match.span(group) if match[group] else None
    # "Criticism in Lima" is by somebody there, not by Lima.
    named = who is not None and (group == "owner" or match.groupdict().get("by") not in {"in", "among"})
    return Attribution(
        form="indirect",
        content=(match.span("content"),),
        name=" ".join(match[group].split()) if named else "",
        speaker_span=who,
        speaker_phrase=who,
        speaker_form="none" if not named else "noun" if match[group].split()[-1][0].islower() else "name",
        resolution="explicit" if named else "none",
        cue=match.span("noun"),
        cue_lemma=noun,
        stance=_STANCES[noun],
        frames="tz",
    )

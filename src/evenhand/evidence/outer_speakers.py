"""Who speaks by the words around a pronoun: "Norvia said it regretted C", "The union will strike, it said"."""

import re
from typing import Final

import msgspec

from evenhand.evidence.attributions import Attribution
from evenhand.evidence.bodies_before import body_before
from evenhand.evidence.known_names import KnownNames
from evenhand.evidence.statements import Statement
from evenhand.evidence.word_classes import DETERMINERS, SUBJECT_PRONOUNS, TITLES

_COURT: Final = re.compile(
    r"\s(?:(?:an?|the)\s)?(?:[\w-]+\s){0,2}?(?:court|tribunal|jury|inquiry|inquest|hearing|judge|police|prosecutors"
    r"|investigators|detectives|commission of inquiry)\b"
)
_NEAR_CUE: Final = 60
_OUTER: Final = re.compile(
    r"(?:(?P<name>(?:[^\W\d_a-z][\w’'-]*\s){1,4})|(?P<noun>(?:The|An?|Its|His|Her|Their)\s(?:[\w’'-]+\s){1,4}))"
    r"(?:has\s|had\s|also\s|later\s)?(?:said|says|added|insisted|stressed)"
    r"(?:\s(?:on|in|late|by)\s[^,.;:“”\"]{2,40}?|\s\w+day)?(?:\sthat)?\s$"
)
"""Before a pronoun: who is said to say that "it regretted", "he hoped"."""
_SAYING: Final = (" said", " says", " added", " insisted", " stressed")
_BEFORE_PRONOUN: Final = 120
_NO_NAMES: Final = DETERMINERS | SUBJECT_PRONOUNS
_BESIDE: Final = 4


def outer_speaker(text: str, found: Attribution, known: KnownNames, full: dict[str, str]) -> Attribution | None:
    """Return an attribution to who is said to say it: "Norvia said it regretted C" is of Norvia."""
    if found.speaker_span is None:
        return None
    at = found.speaker_span[0]
    before = text[max(0, at - _BEFORE_PRONOUN) : at].rpartition("\n")[2]
    if not any(map(before.__contains__, _SAYING)):
        return None
    outer = _OUTER.search(before)
    if outer is None or (outer["name"] and outer["name"].split()[0].casefold() in _NO_NAMES):
        return None
    words = " ".join((outer["name"] or outer["noun"]).split())
    if outer["noun"]:
        return msgspec.structs.replace(
            found, name=words, speaker_form="noun", speaker_phrase=None, resolution="pronoun"
        )
    titles = [at for at, word in enumerate(words.split()) if word.casefold() in TITLES]
    words = " ".join(words.split()[titles[-1] + 1 :]) if titles and not outer["noun"] else words
    bearers = known.bearers.get(words, set())
    name = full.get(words) or (next(iter(bearers)) if len(bearers) == 1 else words)
    return msgspec.structs.replace(found, name=name, speaker_form="name", speaker_phrase=None, resolution="pronoun")


def subject_of_own_words(text: str, found: Attribution, known: KnownNames) -> str | None:
    """Return the body that opens a sentence which "it said" ends: "The union will strike, it said"."""
    first, last = found.content[0][0], found.content[-1][1]
    if found.speaker_span is None or not last <= found.speaker_span[0] <= last + _BESIDE:
        return None
    return body_before(text[first : found.speaker_span[0]], known)


def is_heard_by_court(text: str, statement: Statement) -> bool:
    """Return whether words were told to a court or the police: then what others did is an accusation."""
    cue = statement.attribution.cue
    if cue is None or statement.attribution.cue_lemma != "tell":
        return False
    end = statement.first if cue[1] <= statement.first else cue[1] + _NEAR_CUE
    return _COURT.match(text, cue[1], end) is not None

"""The name of a speaker whole: with its particles, what stands behind an office, and in full where it was given so."""

import re
from typing import Final

import msgspec

from evenhand.evidence.attributions import Attribution
from evenhand.evidence.known_names import KnownNames, is_definite_body
from evenhand.evidence.speaker_kinds import is_office
from evenhand.evidence.states import joined_state_at
from evenhand.evidence.text_spans import folded
from evenhand.model.claims import Span

_PARTICLE: Final = "de|da|do|di|du|des|dos|del|della|la|le|el|al|bin|ibn|van|von|der|den|ter|ten|zu|af"
_PARTICLES: Final = frozenset(_PARTICLE.split("|"))
_PARTICLE_BEFORE: Final = re.compile(rf"(?:[^\W\d_a-z][\w’'-]*\s)+(?:(?:{_PARTICLE})\s)+$")
_NAME_BEHIND: Final = re.compile(
    rf",\s(?P<name>[^\W\d_a-z][\w’'-]+(?:\s(?:(?:{_PARTICLE})[\s-])*[^\W\d_a-z][\w’'-]+){{0,3}})(?=[,.])"
)
_COUNTED_BEFORE: Final = re.compile(
    r"(?:^|[.!?,“”\"\n]\s?|\sand\s(?=at least))(?P<who>"
    r"(?:(?:at least|more than|no fewer than|up to|nearly|around|about|some)\s(?:\w+)|both|neither of the"
    r"|an?\s\w+\sand\san?)\s[^,.;:“”\"\n]{2,60})\s$",
    re.IGNORECASE,
)
# What it has one of: looked for first, as most speakers are not counted.
_IN_COUNTED: Final = (
    "at least",
    "more",
    "fewer",
    "up to",
    "nearly",
    "around",
    "about",
    "some",
    "both",
    "neither",
    "and",
)
_HEAD_BEFORE: Final = re.compile(r"(?:^|[.!?“”\"\n]\s?)(?P<who>[^,.;:“”\"\n]{3,60}?),?\swho\s$")
_PARTICIPLE_BEHIND: Final = re.compile(
    r"\s(?:seen|obtained|reviewed|released|published|filed|leaked|dated|made|contacted|interviewed|reached)$"
)
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters that nobody sees: beside a name they may have cut it."""


class WholeNames:
    """The names of speakers of a text; `full` holds the names of persons that spoke before, by their last name."""

    def __init__(self, text: str, known: KnownNames, full: dict[str, str]) -> None:
        self._text = text
        self._known = known
        self._full = full

    def named(self, found: Attribution) -> Attribution:
        """Return an attribution whose name is whole: with its particles, and what stands behind an office."""
        span = found.speaker_span
        if span is None or not found.name:
            return found
        if _UNSEEN.search(self._text, max(0, span[0] - 3), span[1] + 1):
            return msgspec.structs.replace(found, name="", resolution="none")
        if (state := joined_state_at(self._text, span)) is not None and state != span:
            name = " ".join(self._text[slice(*state)].split())
            return msgspec.structs.replace(found, name=name, speaker_span=state, speaker_phrase=state)
        found, span = self._without_office(found, span)
        counted = self._counted(found, span) or self._before_who(found, span)
        if counted is not None:
            return counted
        if (longer := self._longer(found, span)) is not None:
            return longer
        if found.speaker_form == "noun":
            return self._behind_office(found, span)
        words = self._text[max(0, span[0] - 60) : span[0]]
        before = _PARTICLE_BEFORE.search(words) if words.split()[-1:] and words.split()[-1] in _PARTICLES else None
        if before is None:
            return found
        first = span[0] - len(before[0])
        return msgspec.structs.replace(found, name=before[0] + found.name, speaker_span=(first, span[1]))

    def _longer(self, found: Attribution, span: Span) -> Attribution | None:
        """Return an attribution with the name in full: "Quist" is Ada Quist, "the office" the one that has a name.

        A plural that opens a sentence and is no name elsewhere is of unnamed persons.
        """
        if noun := is_definite_body(found.name):
            bodies = self._known.bodies_called(noun, span[0])
            return msgspec.structs.replace(found, name=bodies.pop(), speaker_form="name") if len(bodies) == 1 else None
        if found.speaker_form not in {"name", "noun"} or " " in found.name:
            return None
        if persons := self._known.bearers.get(found.name):
            # "King said", "Judge said": words for persons that open a sentence, if nobody is called so.
            name = next(iter(persons)) if len(persons) == 1 else found.name
            return msgspec.structs.replace(found, name=name, speaker_form="name")
        if found.speaker_form == "noun":
            return None
        if found.name in self._full:
            return msgspec.structs.replace(found, name=self._full[found.name])
        crowd = self._known.is_crowd(found.name, span[0])
        return msgspec.structs.replace(found, speaker_form="noun") if crowd else None

    def _counted(self, found: Attribution, span: Span) -> Attribution | None:
        """Return an attribution with the whole of a counted speaker: "More than 30 residents", "A current and a …"."""
        if found.cue is None or found.cue[0] < span[1]:
            return None
        begin = max(span[0] - 80, 0)
        before = self._text[begin : found.cue[0]]
        match = _COUNTED_BEFORE.search(before) if any(map(folded(before).__contains__, _IN_COUNTED)) else None
        if match is None:
            return None
        whole = (begin + match.start("who"), begin + match.end("who"))
        if not whole[0] <= span[0] < whole[1] or whole == span:
            return None
        name = " ".join(match["who"].split())
        return msgspec.structs.replace(found, name=name, speaker_span=whole, speaker_phrase=whole, speaker_form="noun")

    def _without_office(self, found: Attribution, span: Span) -> tuple[Attribution, Span]:
        """Return an attribution without the office that opens a sentence: "Prosecutor Jonas Vik" is Jonas Vik."""
        words = found.name.split()
        if found.speaker_form != "name" or len(words) < 2 or not is_office(words):
            return found, span
        shorter = found.name.split(maxsplit=1)[1]
        start = self._text.find(shorter.split()[0], *span)
        if start < 0:
            return found, span
        return msgspec.structs.replace(found, name=shorter, speaker_span=(start, span[1])), (start, span[1])

    def _before_who(self, found: Attribution, span: Span) -> Attribution | None:
        """Return an attribution with the head of a relative clause: "Six reporters who used to work there said"."""
        begin = max(span[0] - 90, 0)
        before = self._text[begin : span[0]]
        match = _HEAD_BEFORE.search(before) if "who" in before[-5:] else None
        if match is None:
            return None
        whole = (begin + match.start("who"), begin + match.end("who"))
        name = " ".join(match["who"].split())
        form = "noun" if name.split()[-1][0].islower() else "name"
        return msgspec.structs.replace(found, name=name, speaker_span=whole, speaker_phrase=whole, speaker_form=form)

    def _behind_office(self, found: Attribution, span: Span) -> Attribution:
        behind = _NAME_BEHIND.match(self._text, span[1], min(len(self._text), span[1] + 80))
        several = found.name.endswith("s") and not found.name.endswith("ss")
        if behind is not None and not several:
            spans = (span[0], behind.end())
            return msgspec.structs.replace(found, name=behind["name"], speaker_span=spans, speaker_form="name")
        shorter = _PARTICIPLE_BEHIND.sub("", found.name)
        if shorter == found.name:
            return found
        cut = (span[0], span[1] - len(found.name) + len(shorter))
        return msgspec.structs.replace(found, name=shorter, speaker_span=cut, speaker_phrase=cut)

"""The speaker of each statement of a text: kind, name, office and whom they speak for, the same at each mention."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from evenhand.evidence.attributions import Attribution
from evenhand.evidence.speaker_kinds import speaker_kind, spokesperson_of
from evenhand.evidence.speaker_roles import Introduction, introduce
from evenhand.evidence.statements import Statement
from evenhand.model.claims import Span, Speaker

_PARTICLE_BEFORE: Final = re.compile(
    r"(?:[^\W\d_a-z][\w’'-]*\s)+(?:do|de|da|di|du|des|dos|del|la|le|van|von|der|al|bin)\s$"
)
_NAME_BEHIND: Final = re.compile(r",\s(?P<name>[^\W\d_a-z][\w’'-]+(?:\s[^\W\d_a-z][\w’'-]+){0,3})(?=[,.])")
_PERSON_PRONOUNS: Final = frozenset({"he", "she"})
_BODY_PRONOUNS: Final = frozenset({"it"})


class Speakers:
    """The speakers of a text, by the names that statements give."""

    def __init__(self, text: str, paragraphs: Sequence[Span], statements: Sequence[Statement]) -> None:
        self._text = text
        self._paragraphs = paragraphs
        self._introductions: dict[str, Introduction] = {}
        self._resolved: dict[int, Attribution] = {}
        for at, statement in enumerate(statements):
            self._resolved[id(statement)] = self._resolve(statements, at, statement)

    def attribution(self, statement: Statement) -> Attribution:
        """Return the attribution of a statement with its speaker's name told in full."""
        return self._resolved[id(statement)]

    def is_anonymous(self, phrase: str) -> bool:
        """Return whether a phrase is of persons without a name."""
        form = "noun" if phrase.split()[-1:] and phrase.rsplit(maxsplit=1)[-1][0].islower() else "name"
        return speaker_kind(phrase, phrase, form) == "anonymous"

    def of(self, statement: Statement) -> Speaker:
        """Return the speaker of a statement."""
        found = self._resolved[id(statement)]
        if not found.name:
            return Speaker()
        phrase = (
            found.name if found.speaker_phrase is None else " ".join(self._text[slice(*found.speaker_phrase)].split())
        )
        if found.speaker_form == "noun":
            body = spokesperson_of(phrase)
            kind = "named_organisation" if body else speaker_kind(found.name, phrase, "noun")
            return Speaker(kind=kind, name=found.name, organisation=body, speaks_for=body)
        known = self._introduction(found.name)
        person = known.role is not None or found.speaker_form == "pronoun"
        kind = speaker_kind(found.name, phrase, "name", is_person=person and found.name.split()[0].casefold() != "the")
        if kind != "named_person":
            return Speaker(kind=kind, name=found.name)
        return Speaker(
            kind=kind,
            name=found.name,
            role=known.role,
            organisation=known.organisation,
            speaks_for=known.organisation if known.speaks else None,
        )

    def _introduction(self, name: str) -> Introduction:
        if name not in self._introductions:
            self._introductions[name] = introduce(self._text, name, self._paragraphs)
        return self._introductions[name]

    def _resolve(self, statements: Sequence[Statement], at: int, statement: Statement) -> Attribution:
        found = self._named(statement.attribution)
        if statement.source is not None and id(statement.source) in self._resolved:
            source = self._resolved[id(statement.source)]
            if found.resolution == "continuation" and source.name:
                return msgspec.structs.replace(
                    found, name=source.name, speaker_form=source.speaker_form, speaker_phrase=source.speaker_phrase
                )
        if found.name or found.speaker_form != "pronoun" or found.speaker_span is None:
            return found
        name = self._antecedent(statements[:at], statement, self._text[slice(*found.speaker_span)].casefold())
        return msgspec.structs.replace(found, name=name, resolution="pronoun") if name else found

    def _named(self, found: Attribution) -> Attribution:
        """Return an attribution whose name has its particles, or the name behind its office: "its head, Ann Lee,"."""
        span = found.speaker_span
        if span is None or not found.name:
            return found
        if found.speaker_form == "noun":
            behind = _NAME_BEHIND.match(self._text, span[1], min(len(self._text), span[1] + 80))
            if behind is None:
                return found
            return msgspec.structs.replace(
                found, name=behind["name"], speaker_span=(span[0], behind.end()), speaker_form="name"
            )
        before = _PARTICLE_BEFORE.search(self._text[max(0, span[0] - 60) : span[0]])
        if before is None:
            return found
        first = span[0] - len(before[0])
        return msgspec.structs.replace(found, name=before[0] + found.name, speaker_span=(first, span[1]))

    def _antecedent(self, earlier: Sequence[Statement], statement: Statement, pronoun: str) -> str:
        """Return whom "she" or "it" means: the one speaker of that kind in this paragraph or the one before."""
        wanted = (
            {"named_person"}
            if pronoun in _PERSON_PRONOUNS
            else {"named_organisation", "state"}
            if pronoun in _BODY_PRONOUNS
            else set()
        )
        start = self._paragraph_before(statement)
        near = [other for other in earlier if start <= other.paragraph[0] <= statement.paragraph[0]]
        names = {self.of(other).name for other in near if self.of(other).kind in wanted}
        return names.pop() if len(names) == 1 else ""

    def _paragraph_before(self, statement: Statement) -> int:
        before = [span[0] for span in self._paragraphs if span[0] < statement.paragraph[0]]
        return before[-1] if before else statement.paragraph[0]

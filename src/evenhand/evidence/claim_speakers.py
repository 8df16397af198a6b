"""The speaker of each statement of a text: kind, name, office and whom they speak for, the same at each mention."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

import msgspec

from evenhand.evidence.attributions import Attribution
from evenhand.evidence.bodies_before import body_before
from evenhand.evidence.known_names import KnownNames
from evenhand.evidence.outer_speakers import is_heard_by_court, outer_speaker, subject_of_own_words
from evenhand.evidence.persons_before import person_before
from evenhand.evidence.plurals import names_group
from evenhand.evidence.speaker_kinds import is_body, speaker_kind, spokesperson_of
from evenhand.evidence.speaker_roles import Introduction, introduce
from evenhand.evidence.stances import Party
from evenhand.evidence.statements import Statement
from evenhand.evidence.whole_names import WholeNames
from evenhand.evidence.word_patterns import read_words
from evenhand.model.claims import Span, Speaker, SpeakerKind

_PARTICLE: Final = "de|da|do|di|du|des|dos|del|della|la|le|el|al|bin|ibn|van|von|der|den|ter|ten|zu|af"
_QUOTED: Final = re.compile(r"[“\"«„][^“”\"«»„\n]{0,2000}[”\"»“]")
_FULL_NAME: Final = re.compile(rf"[^\W\d_a-z][\w’-]+(?:\s(?:(?:{_PARTICLE})\s)*[^\W\d_a-z][\w’-]+){{1,2}}")
_COUNSEL: Final = re.compile(r"\b(?:lawyer|attorney|counsel|barrister|solicitor)s?\b")
_ACCUSER: Final = re.compile(
    r"\b(?:prosecutors?|prosecution|plaintiffs?|complainants?|accusers?|whistle-?blowers?|indictment|lawsuit|complaint"
    r"|charge ?sheet)\b"
)
_FORMER: Final = re.compile(r"\b(?:former|ex|one-?time)\b", re.IGNORECASE)
_OFFICERS: Final = read_words("speaker_words.txt")["officers"]
_SMALL_WORDS: Final = frozenset(
    {"the", "The", "a", "A", "an", "of", "for", "and", "its", "Its", "spokesman", "spokeswoman"}
)
_PERSON_PRONOUNS: Final = frozenset({"he", "she"})
_SUBJECT_FORMS: Final = {"his": "he", "him": "he", "her": "she", "its": "it"}
_BODY_PRONOUNS: Final = frozenset({"it"})
_BODY_SUBJECT: Final = re.compile(r"^\W*(?:that )?(?P<of>the|its|their|his|her) (?P<head>[a-z-]+)\b", re.IGNORECASE)


class Speakers:
    """The speakers of a text, by the names that statements give."""

    def __init__(self, text: str, paragraphs: Sequence[Span], statements: Sequence[Statement]) -> None:
        self._text = text
        self._paragraphs = paragraphs
        self._starts = [start for start, _ in paragraphs]
        self._introductions: dict[str, Introduction] = {}
        self._resolved: dict[int, Attribution] = {}
        self._speakers: dict[int, Speaker] = {}
        self._full: dict[str, str] = {}
        self._known = KnownNames(text)
        self._whole = WholeNames(text, self._known, self._full)
        targets = (statement.target for statement in statements if statement.attribution.stance == "accuses")
        self._accused = {_bare(word) for span in targets if span for word in text[slice(*span)].split()}
        self._parts: set[str] = set()
        self._pronouns: dict[str, str] = {}
        self._kinds: dict[str, SpeakerKind] = {}
        for at, statement in enumerate(statements):
            self._resolved[id(statement)] = self._resolve(statements[max(0, at - 40) : at], statement)
            self._speakers[id(statement)] = self._speaker(statement)

    def attribution(self, statement: Statement) -> Attribution:
        """Return the attribution of a statement with its speaker's name told in full."""
        return self._resolved[id(statement)]

    def of(self, statement: Statement) -> Speaker:
        """Return the speaker of a statement."""
        return self._speakers[id(statement)]

    def party(self, statement: Statement) -> Party:
        """Return on which side of the matter a speaker stands, as far as the text tells."""
        speaker = self.of(statement)
        office = f"{speaker.name if speaker.kind != 'named_person' else ''} {speaker.role or ''}".casefold()
        if _COUNSEL.search(office):
            return "counsel"
        if (office.strip() and _ACCUSER.search(office)) or is_heard_by_court(self._text, statement):
            return "accuser"
        if speaker.speaks_for or speaker.kind in {"named_organisation", "state"} or "spokes" in office:
            named = {*speaker.name.split(), *(speaker.speaks_for or "").split()} - _SMALL_WORDS
            return "body" if named.isdisjoint(self._accused) else "accused"
        if not _OFFICERS.isdisjoint((speaker.role or "").casefold().split()):
            return "body"
        return "accused" if speaker.name.split()[-1:] and speaker.name.split()[-1] in self._accused else "bystander"

    def is_anonymous(self, phrase: str) -> bool:
        """Return whether a phrase is of persons without a name."""
        form = "noun" if phrase.split()[-1:] and phrase.rsplit(maxsplit=1)[-1][0].islower() else "name"
        return speaker_kind(phrase, phrase, form) == "anonymous"

    def with_own_subject(self, statement: Statement, content: str) -> str:
        """Return a content with "it" for the body that its speaker speaks for: "the firm had never sold data"."""
        speaker, found = self.of(statement), _BODY_SUBJECT.match(content)
        body = speaker.speaks_for is not None or speaker.kind == "named_organisation"
        if found is not None and body and self._is_own(speaker, found["of"].casefold(), found["head"].casefold()):
            return "it" + content[found.end() :]
        for name in (speaker.speaks_for, speaker.name):
            if name and content.startswith(name + " "):
                return "it" + content[len(name) :]
        return content

    def _is_own(self, speaker: Speaker, determiner: str, head: str) -> bool:
        """Return whether "its rules" or "the firm" is of a speaker's own side; "the council" only of a council."""
        own = f"{speaker.name} {speaker.organisation or ''}".casefold().split()
        return determiner != "the" or head in own or is_body(head, of_state=False)

    def _speaker(self, statement: Statement) -> Speaker:
        found = self._resolved[id(statement)]
        if not found.name:
            return Speaker()
        phrase = found.name
        if found.speaker_phrase is not None:
            phrase = " ".join(self._text[slice(*found.speaker_phrase)].split())
        if found.speaker_form == "noun":
            body = spokesperson_of(phrase)
            kind: SpeakerKind = "named_organisation" if body else speaker_kind(found.name, phrase, "noun")
            return Speaker(kind=kind, name=found.name, organisation=body, speaks_for=body)
        known = self._introduction(found.name)
        person = known.role is not None or self._is_he_or_she(found)
        person = person and not names_group(found.name.rsplit(maxsplit=1)[-1].casefold())  # "Democrats, Mrs. Lim said"
        kind = self._kinds.get(found.name) or self._kind(found.name, phrase, person)
        self._kinds[found.name] = kind
        if kind != "named_person":
            return Speaker(kind=kind, name=found.name)
        self._full.setdefault(found.name.split()[-1], found.name)
        spoken_for = known.organisation if known.speaks and not _FORMER.search(known.role or "") else None
        return Speaker(
            kind=kind, name=found.name, role=known.role, organisation=known.organisation, speaks_for=spoken_for
        )

    def _kind(self, name: str, phrase: str, person: bool) -> SpeakerKind:
        """Return the kind of a name; one that is part of a person's longer name is a person, also if it is a town."""
        if name in self._parts or (" " not in name and name in self._known.bearers):
            return "named_person"
        kind = speaker_kind(name, phrase, "name", is_person=person and name[:4].casefold() != "the ")
        if kind == "named_person" and not person and self._known.is_used_as_body(name):
            return "named_organisation"
        if kind == "named_person" and " " in name:
            self._parts |= set(name.split())
        return kind

    def _is_he_or_she(self, found: Attribution) -> bool:
        span = found.speaker_span
        return span is not None and self._text[slice(*span)].casefold() in _PERSON_PRONOUNS

    def _introduction(self, name: str) -> Introduction:
        if name not in self._introductions:
            self._introductions[name] = introduce(self._text, name, self._paragraphs, self._known)
        return self._introductions[name]

    def _resolve(self, earlier: Sequence[Statement], statement: Statement) -> Attribution:
        found = self._whole.named(statement.attribution)
        source = self._resolved.get(id(statement.source)) if statement.source is not None else None
        if found.resolution == "continuation":
            if source is None:
                return found if found.name else msgspec.structs.replace(found, resolution="none")
            return msgspec.structs.replace(
                found,
                name=source.name,
                speaker_form=source.speaker_form,
                speaker_phrase=source.speaker_phrase,
                resolution="continuation" if source.name else "none",
            )
        if found.speaker_form != "pronoun" or found.speaker_span is None:
            return found
        word = self._text[slice(*found.speaker_span)].casefold()
        pronoun = _SUBJECT_FORMS.get(word, word)
        if outer := outer_speaker(self._text, found, self._known, self._full):
            return outer
        if beside := self._of_sentence(earlier, statement, found, pronoun):
            return beside
        known = found.name if self._fits(found.name, pronoun) else ""
        accused = self._accused_before(earlier, statement) if pronoun in _BODY_PRONOUNS else ""
        name = accused or self._antecedent(earlier, statement, pronoun, known)
        if name and pronoun in _PERSON_PRONOUNS:
            self._pronouns.setdefault(name, pronoun)
        return msgspec.structs.replace(found, name=name, resolution="pronoun" if name else "none")

    def _accused_before(self, earlier: Sequence[Statement], statement: Statement) -> str:
        """Return the body that was accused just before: "Fans accused the league of bias. It denied this"."""
        before = earlier[-1] if earlier and earlier[-1].paragraph == statement.paragraph else None
        if before is None or statement.attribution.stance != "denies" or before.attribution.stance != "accuses":
            return ""
        target = self._text[slice(*before.target)] if before.target else ""
        return target if target and is_body(target.split()[-1]) else ""

    def _taken_for_person(self, earlier: Sequence[Statement], statement: Statement) -> str:
        """Return a name of two words taken for a person's, where "it" right behind shows that it is a body's."""
        before = earlier[-1] if earlier and earlier[-1].paragraph == statement.paragraph else None
        speaker = self.of(before) if before is not None else None
        if speaker is None or speaker.kind != "named_person" or speaker.role or speaker.name in self._pronouns:
            return ""
        if before is not None and "o" in before.attribution.frames:
            return ""  # "Ada Brun accused the port. It said …"
        self._kinds[speaker.name] = "named_organisation"
        return speaker.name

    def _of_sentence(
        self, earlier: Sequence[Statement], statement: Statement, found: Attribution, pronoun: str
    ) -> Attribution | None:
        """Return an attribution to whom the sentences beside a pronoun name; None where they tell nothing."""
        if pronoun in _PERSON_PRONOUNS:
            return self._of_beside(earlier, statement, found, pronoun)
        own = subject_of_own_words(self._text, found, self._known) if pronoun in _BODY_PRONOUNS else None
        return msgspec.structs.replace(found, name=own, resolution="pronoun") if own else None

    def _of_beside(
        self, earlier: Sequence[Statement], statement: Statement, found: Attribution, pronoun: str
    ) -> Attribution | None:
        """Return an attribution to whom "she" means by this paragraph: a person or an unnamed one; None if open."""
        at = found.speaker_span[0] if found.speaker_span else statement.first
        meant = person_before(self._text, self._known, statement.paragraph, at, pronoun)
        if meant.open or (meant.name and self._denies_own(earlier, statement, meant.name)):
            return msgspec.structs.replace(found, name="", resolution="none")
        if meant.unnamed is not None:
            words = " ".join(self._text[slice(*meant.unnamed)].split())
            return msgspec.structs.replace(
                found, name=words, speaker_form="noun", speaker_phrase=meant.unnamed, resolution="pronoun"
            )
        if self._kinds.get(meant.name, "named_person") != "named_person":
            return None  # "He" is no body, though one opens the sentence
        if meant.name and self._fits(meant.name, pronoun):
            self._pronouns.setdefault(meant.name, pronoun)
            return msgspec.structs.replace(found, name=meant.name, resolution="pronoun")
        return None

    def _denies_own(self, earlier: Sequence[Statement], statement: Statement, name: str) -> bool:
        """Return whether a person would deny what they said just before: then "she denied it" is of another."""
        before = earlier[-1] if earlier and earlier[-1].paragraph == statement.paragraph else None
        content = self._text[slice(*statement.attribution.content[0])]
        denied = statement.attribution.stance == "denies" and content.casefold() in {"it", "this", "that"}
        return denied and before is not None and before.attribution.stance != "denies" and self.of(before).name == name

    def _antecedent(self, earlier: Sequence[Statement], statement: Statement, pronoun: str, known: str) -> str:
        """Return whom "she" or "it" means: the one speaker of that kind in this paragraph, else in the one before.

        `known` is whom the words alone give; it stands where no other person speaks in this paragraph before.
        """
        wanted = {"named_person"} if pronoun in _PERSON_PRONOUNS else set()
        wanted |= {"named_organisation", "state", "document"} if pronoun in _BODY_PRONOUNS else set()
        here = self._names_of(earlier, wanted, statement.paragraph[0], statement.paragraph[0])
        here = {name for name in here if self._fits(name, pronoun)}
        if here:
            return here.pop() if len(here) == 1 else known if known in here else ""
        if (meant := self._named_here(earlier, statement, pronoun, known)) is not None:
            return meant
        if known:
            return known
        for paragraph in self._paragraphs_before(statement):
            before = {
                name for name in self._names_of(earlier, wanted, paragraph, paragraph) if self._fits(name, pronoun)
            }
            if before:
                return before.pop() if len(before) == 1 else ""
        return ""

    def _named_here(self, earlier: Sequence[Statement], statement: Statement, pronoun: str, known: str) -> str | None:
        """Return whom a paragraph names before a pronoun without a word of theirs, "" where it may be several."""
        if pronoun not in _PERSON_PRONOUNS:
            body = self._body_of_paragraph(statement) or self._taken_for_person(earlier, statement)
            return body or None if pronoun in _BODY_PRONOUNS else None
        if self._acts_by_one_name(earlier, statement, known):
            return ""
        named = self._named_beside(statement)
        if not named:
            return None
        if known and any(f" {known} " in f" {name} " for name in named):
            return known
        one = next(iter(named))
        return one if len(named) == 1 and self._introduction(one).role is not None else ""

    def _body_of_paragraph(self, statement: Statement) -> str | None:
        """Return the body that opens a sentence here before a pronoun: "Sfera did not dispute it. It said"."""
        span = statement.attribution.speaker_span
        before = self._text[statement.paragraph[0] : span[0]] if span else ""
        body = body_before(before, self._known) if before.strip() else None
        if body is None or speaker_kind(body, body, "name") == "named_person":
            return None
        return self._full.get(body, body)

    def _acts_by_one_name(self, earlier: Sequence[Statement], statement: Statement, known: str) -> bool:
        """Return whether one word speaks here before, "Lunde", that may be a person: "she" may mean this one."""
        names = self._names_of(earlier, {"named_organisation"}, statement.paragraph[0], statement.paragraph[0])
        words = {name for name in names if " " not in name and name[:1].isupper() and not name.isupper()}
        return any(not known or word not in known.split() for word in words)

    def _named_beside(self, statement: Statement) -> set[str]:
        """Return the persons named in this paragraph before a statement, who may not speak in it."""
        end = (statement.attribution.speaker_span or statement.attribution.content[0])[0]
        words = _QUOTED.sub(lambda found: " " * len(found[0]), self._text[statement.paragraph[0] : end])
        names = {found[0] for found in _FULL_NAME.finditer(words)}
        return {name for name in names if speaker_kind(name, name, "name") == "named_person"}

    def _fits(self, name: str, pronoun: str) -> bool:
        """Return whether the text does not call somebody "he" and "she": who was "he" is not "she" here."""
        return self._pronouns.get(name, pronoun) == pronoun

    def _names_of(self, earlier: Sequence[Statement], wanted: set[str], first: int, last: int) -> set[str]:
        return {
            self.of(other).name
            for other in earlier
            if first <= other.paragraph[0] <= last
            and self.of(other).kind in wanted
            and (self.of(other).speaks_for is None or self.of(other).kind == "named_person")
        }

    def _paragraphs_before(self, statement: Statement) -> list[int]:
        """Return where the paragraph before that of a statement begins: farther back nobody is looked for."""
        place = bisect_left(self._starts, statement.paragraph[0])
        return self._starts[max(0, place - 1) : place]


def _bare(word: str) -> str:
    """Return a word without marks and the possessive at its end; the last letter of Torres belongs to it."""
    return word.strip(",.").removesuffix("’s").removesuffix("'s").strip("’'")

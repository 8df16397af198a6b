"""Who acts in a sentence: the noun phrase before a verb or behind it, and the name in it."""

from typing import Final, Literal

from evenhand.evidence.cue_words import cue_table
from evenhand.evidence.word_classes import (
    ADVERBS,
    AUXILIARIES,
    BODIES,
    BOUNDS,
    BREAKS,
    CLAUSE_OPENERS,
    COUNTS,
    DAYS,
    DETERMINERS,
    HUMANS,
    IRREGULAR_PAST,
    JOINTS,
    MONTHS,
    OF_A_NAME,
    PARTICIPLES,
    PARTICLES,
    POSSESSIVES,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
    TIMES,
    TITLES,
)
from evenhand.evidence.words import Token
from evenhand.model.claims import Span
from evenhand.model.record import Record

LONGEST_PHRASE: Final = 24
"""Words of a noun phrase that are looked at."""
_WITHIN_NAMES: Final = PARTICLES | {"and", "&"}
_TIMES_AND_MONTHS: Final = TIMES | MONTHS
_WHERE_FROM: Final = ("-based", "-born", "-owned", "-run", "-led", "-backed", "-listed", "-registered")
_OPENS_ANEW: Final = frozenset({"the", "a", "an", "its", "his", "her", "their", "one"})
_PARTICIPLES: Final = frozenset({"seen", "written", "sent", "shown", "given", "made", "held", "run", "led", "drawn"})
_BEFORE_SUBJECT: Final = PREPOSITIONS | BREAKS | JOINTS | ADVERBS | TIMES


PhraseKind = Literal["name", "noun", "pronoun"]


class Phrase(Record, frozen=True, kw_only=True):
    """A noun phrase of a sentence, tokens `first` to `last`; `name` is the span to show, `whole` all of it.

    `relative` is the `who` through which it speaks: `Lim, who said`.
    """

    first: int
    last: int
    name: Span
    whole: Span
    kind: PhraseKind
    relative: Span | None = None


def is_verb(word: Token) -> bool:
    """Return whether a word can be a finite verb, by its form alone."""
    low = word.low
    if word.kind != "w":
        return False
    if low in AUXILIARIES or low in IRREGULAR_PAST or low.endswith("n't"):
        return True
    cue = cue_table().get(low)
    return (
        (low.endswith("ed") and len(low) > 4)
        if cue is None
        else cue.shape == "past" or (cue.shape == "present" and "N" not in cue.frames)
    )


def phrase_before(sentence: list[Token], last: int, relative: bool = False) -> Phrase | None:
    """Return the noun phrase that ends with a token, or the pronoun that it is.

    The head of a relative clause may stand behind a preposition, a subject may not.
    """
    if last < 0:
        return None
    word = sentence[last]
    if word.low in SUBJECT_PRONOUNS:
        return _pronoun(sentence, last)
    first = _first_of_phrase(sentence, last)
    while first <= last and (
        (sentence[first].low in ADVERBS and sentence[first].low not in BOUNDS)
        or sentence[first].low in {"and", "or", "of"}
    ):
        first += 1
    first += first <= last and sentence[first].kind == "w" and sentence[first].low in PREPOSITIONS
    if first > last or not _is_nominal(sentence[last]):
        return None
    if first and sentence[first - 1].low in PREPOSITIONS and not relative:
        return _behind_preposition(sentence, first, last)
    return phrase_of(sentence, first, last)


def _behind_preposition(sentence: list[Token], first: int, last: int) -> Phrase | None:
    """Return the subject that a preposition seems to hold: `at least three diplomats`, `after the company`, or none.

    Of `five sellers contacted by the paper` the sellers are the subject, not the paper.
    """
    before = sentence[first - 1].low
    if sentence[first].low in BOUNDS and before in {"at", "no", "up", "than"}:
        return phrase_of(sentence, first - 1, last)
    if before == "than" and first > 1 and sentence[first - 2].low in {"more", "fewer"}:
        return phrase_of(sentence, first - 2, last)
    verb = sentence[first - 2].low
    participle = (verb.endswith("ed") or verb in _PARTICIPLES) and before not in CLAUSE_OPENERS
    if first > 2 and participle and sentence[first - 3].kind in "wW":
        return phrase_before(sentence, first - 3)
    begin = _behind_place(sentence, first, last)
    if begin < 0 and before in CLAUSE_OPENERS and sentence[first].low in DETERMINERS:
        begin = first
    return phrase_of(sentence, begin, last) if begin >= 0 else None


def _pronoun(sentence: list[Token], at: int) -> Phrase:
    span = (sentence[at].start, sentence[at].end)
    return Phrase(first=at, last=at, name=span, whole=span, kind="pronoun")


def _is_nominal(word: Token) -> bool:
    if word.kind in "Wn":
        return word.low not in TIMES and word.low not in MONTHS
    return word.kind == "w" and word.low not in BREAKS and word.low not in AUXILIARIES and word.low not in PREPOSITIONS


def _first_of_phrase(sentence: list[Token], last: int) -> int:
    at = last
    while at >= max(0, last - LONGEST_PHRASE) and _belongs(sentence, at, last):
        at -= 1
    return at + 1


def _belongs(sentence: list[Token], at: int, last: int) -> bool:
    word = sentence[at]
    before = sentence[at - 1] if at else None
    if word.kind == "p":
        return word.text in {"'s", "’", "'", "&", "/"} and at < last and before is not None
    if word.kind == "q":
        return False
    if word.low in {"and", "or"}:
        return at < last and before is not None and _joins(sentence, at)
    if word.low in PARTICLES and before is not None and before.kind == "W" and at < last:
        return sentence[at + 1].kind == "W"
    if word.low in PREPOSITIONS:
        return (
            word.low in OF_A_NAME and at < last and before is not None and before.kind in "Ww" and _is_nominal(before)
        )
    if word.low in DAYS and at < last:
        return sentence[at + 1].text == "'s"
    return word.low not in BREAKS and word.low not in SUBJECT_PRONOUNS and not is_verb(word) and word.low != "to"


def _joins(sentence: list[Token], at: int) -> bool:
    """Return whether `and` stands between two names or two counts, not between two clauses."""
    before, after = sentence[at - 1], sentence[at + 1]
    if before.kind == "W" and after.kind == "W" and before.low not in DAYS:
        return True
    return after.low in COUNTS or (after.low in {"a", "an"} and before.kind == "w" and before.low.endswith("s"))


def _behind_place(sentence: list[Token], first: int, last: int) -> int:
    """Return where a name begins behind `in a statement`, -1 where place and name cannot be told apart."""
    if sentence[first].low not in DETERMINERS:
        return -1
    at = last
    while at >= first and sentence[at].kind == "W":
        at -= 1
    return at + 1 if first < at < last else -1


def phrase_of(sentence: list[Token], first: int, last: int) -> Phrase:
    """Return the phrase of some tokens, with the name in it: what stands behind role and title."""
    whole = (sentence[first].start, sentence[last].end)
    head = next(
        (at - 1 for at in range(first + 1, last) if sentence[at].low in PREPOSITIONS or sentence[at].text == ","), last
    )
    if sentence[head].low in {"secretary", "minister", "director", "chief", "president"} and head < last:
        named = _behind_office(sentence, head, last)
        if named:
            return Phrase(first=first, last=last, name=named, whole=whole, kind="name")
    begin = head
    while begin >= first and (
        (sentence[begin].kind == "W" and sentence[begin].low not in DETERMINERS)
        or (begin < head and sentence[begin].low in _WITHIN_NAMES)
    ):
        begin -= 1
    begin += 1
    while begin < head and sentence[begin].low in {"and", "&"}:
        begin += 1
    unnamed = begin > head or (head == 0 and _opens_with_plural(sentence[0])) or _is_object(sentence, first, begin)
    if unnamed or _is_office(sentence, first, begin, head):
        return Phrase(first=first, last=last, name=whole, whole=whole, kind="noun")
    titles = [at for at in range(begin, head) if sentence[at].low in HUMANS or sentence[at].low.endswith(_WHERE_FROM)]
    begin = titles[-1] + 1 if titles else begin
    if begin == first + 1 and sentence[first].low in {"the", "a", "an"}:
        begin = first
    if sentence[head].low in BODIES and _goes_on_in_name(sentence, head, last):
        head = last
    return Phrase(first=first, last=last, name=(sentence[begin].start, sentence[head].end), whole=whole, kind="name")


def _is_office(sentence: list[Token], first: int, begin: int, head: int) -> bool:
    """Return whether capitals are of an office: `The Chief Inspector of the Coast Board`, `Its Managing Director`."""
    if begin == first or sentence[head].low not in TITLES:
        return False
    owned = sentence[first].low in POSSESSIVES or sentence[begin - 1].text in {"'s", "’", "'"}
    return owned or all(sentence[at].low in HUMANS for at in range(begin, head + 1))


def _is_object(sentence: list[Token], first: int, begin: int) -> bool:
    """Return whether a name is the object of a participle: `the woman suing Peter Ode`."""
    if begin - 2 < first or not sentence[begin - 1].low.endswith("ing"):
        return False
    before = sentence[begin - 2]
    return before.kind == "w" and before.low not in DETERMINERS


def _goes_on_in_name(sentence: list[Token], head: int, last: int) -> bool:
    """Return whether a body's name goes on: `Ministry of Trade`, `Department for Local Services`."""
    words = sentence[head + 1 : last + 1]
    if len(words) < 2 or words[0].low not in {"of", "for"}:
        return False
    return all(word.kind == "W" or word.low in {"and", "of", "the", "for"} for word in words[1:])


def _opens_with_plural(word: Token) -> bool:
    """Return whether a capital is only that of a sentence's first word: `Officials said`, `Critics of Lim say`."""
    return word.low in HUMANS or (word.low.endswith("s") and word.low[:-1] in HUMANS)


def _behind_office(sentence: list[Token], head: int, last: int) -> Span | None:
    """Return the name in `Secretary of State Ann Lee`: the words behind the first one of the office."""
    if sentence[head + 1].low not in {"of", "for"} or head + 3 > last:
        return None
    names = range(head + 3, last + 1)
    if all(sentence[at].kind == "W" for at in names) and sentence[head + 2].kind == "W":
        return sentence[head + 3].start, sentence[last].end
    return None


def phrase_after(sentence: list[Token], first: int) -> Phrase | None:
    """Return the noun phrase that begins with a token."""
    if first >= len(sentence) or is_verb(sentence[first]):
        return None
    if sentence[first].low in SUBJECT_PRONOUNS:
        return _pronoun(sentence, first)
    at = first
    while at < min(len(sentence), first + LONGEST_PHRASE) and _goes_on(sentence, at, first):
        at += 1
    while at > first and (sentence[at - 1].kind == "p" or not _is_nominal(sentence[at - 1])):
        at -= 1
    return phrase_of(sentence, first, at - 1) if at > first else None


def _goes_on(sentence: list[Token], at: int, first: int) -> bool:
    word = sentence[at]
    after = sentence[at + 1] if at + 1 < len(sentence) else None
    if word.kind == "p":
        return word.text in {"'s", "’", "'", "&", "/"} and at > first
    if word.kind == "q" or word.low in DAYS or word.low in MONTHS:
        return False
    if word.low in {"and", "or"}:
        return at > first and after is not None and _joins(sentence, at)
    if word.low in PREPOSITIONS:
        return at > first and word.low in OF_A_NAME and after is not None and after.low not in _TIMES_AND_MONTHS
    if word.low in BREAKS or word.low in SUBJECT_PRONOUNS or word.low == "to" or word.low in AUXILIARIES:
        return False
    if word.low in _OPENS_ANEW and at > first and sentence[at - 1].kind == "w" and _is_nominal(sentence[at - 1]):
        return sentence[at - 1].low in DETERMINERS  # "a letter the bank sent" is a letter
    if at > first and sentence[at - 1].low in DETERMINERS and word.low.endswith("ed"):
        return True
    return not (at > first and is_verb(word))


def with_apposition(sentence: list[Token], phrase: Phrase) -> Phrase:
    """Return a phrase named by what stands behind its comma: `its chief executive, Ana Prado,`."""
    at = phrase.last + 1
    if phrase.kind != "noun" or at + 1 >= len(sentence) or sentence[at].text != ",":
        return phrase
    beside = phrase_after(sentence, at + 1)
    if beside is not None and beside.last + 2 < len(sentence) and sentence[beside.last + 1].low in {"named", "called"}:
        beside = phrase_after(sentence, beside.last + 2)
    elif sentence[at + 1].kind != "W" and sentence[at + 1].low != "the":
        return phrase
    closed = beside is not None and (beside.last + 1 >= len(sentence) or sentence[beside.last + 1].text in {",", "."})
    if beside is None or not closed or beside.kind != "name" or beside.first == beside.last:
        return phrase
    return Phrase(
        first=phrase.first, last=beside.last, name=beside.name, whole=(phrase.whole[0], beside.whole[1]), kind="name"
    )


def _opens_participle(sentence: list[Token]) -> bool:
    """Return whether a sentence opens with `Asked about it,` or `Speaking to reporters,`."""
    low = sentence[0].low
    after = sentence[1] if len(sentence) > 1 else None
    if after is None or not low.endswith(("ed", "ing")) or not (low in cue_table() or low in PARTICIPLES):
        return False
    return after.low in PREPOSITIONS or after.low in DETERMINERS or after.low in BREAKS


def first_subject(sentence: list[Token], until: int) -> Phrase | None:
    """Return the subject of a sentence: its first noun phrase outside of `In April,` that a verb follows."""
    at = 0
    while at < until:
        word = sentence[at]
        participle = at == 0 and _opens_participle(sentence)
        if not participle and word.kind in "wWn" and word.low not in _BEFORE_SUBJECT:
            phrase = phrase_after(sentence, at)
            if phrase is not None and phrase.last < until:
                return phrase
            return None
        if participle or word.low in PREPOSITIONS or word.low in BREAKS:
            at = next((k for k in range(at, until) if sentence[k].text == ","), until)
        at += 1
    return None

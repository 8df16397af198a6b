"""What a speaker is: a named person or body, a state, a document, or somebody without a name; by grammar alone."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from evenhand.evidence.source_counts import count_sources, is_person_noun
from evenhand.evidence.states import states_named
from evenhand.evidence.word_patterns import read_words
from evenhand.model.claims import SpeakerKind

_TABLE: Final = read_words("speaker_words.txt")
_STATE_BODIES, _BODIES, _DOCUMENTS = _TABLE["state_bodies"], _TABLE["bodies"], _TABLE["documents"]
_OFFICES: Final = (_TABLE["speaking_for"] | _TABLE["roles"]) - read_words("source_words.txt")["no_offices"]
_ROLES: Final = _TABLE["speaking_for"] | _TABLE["roles"]
_OPENING_OFFICES: Final = _OFFICES | _TABLE["roles"]
_BEHIND_HEAD: Final = re.compile(
    r"\s(?:of|in|from|at|with|within|for|on|by|to|familiar|close|briefed|near|about|under|involved|among|inside|who"
    r"|that|which|whose|contacted|asked|reached|interviewed)\b.*|,.*",
    re.IGNORECASE | re.DOTALL,
)
_DETERMINERS: Final = frozenset(
    {"the", "a", "an", "this", "that", "its", "his", "her", "their", "our", "one", "another", "these", "those", "both"}
)


_GUARDS: Final = frozenset(
    {"coast guard", "border guard", "national guard", "civil guard", "air force", "fire service"}
)
# "Two clerks said so. A third said she …"
_ORDINALS: Final = frozenset({"second", "third", "fourth", "fifth", "sixth", "other", "others"})
_NOBODY: Final = frozenset({"him", "her", "them", "it", "us", "me"})
_KIND_OF: Final = re.compile(r"^(?:an?|the|some|this|that|one) (?:kind|sort|type) of ", re.IGNORECASE)
_SPOKESPERSON: Final = re.compile(
    r"^(?:(?:a|an|the|its|their|his|her|our|another|one)\s)?(?P<before>.*?)\b(?:spokes(?:man|woman|person)"
    r"|press (?:office|officer|secretary))\b"
    r"(?:\s(?:for|of|at)\s(?P<behind>.+))?$",
    re.IGNORECASE | re.DOTALL,
)


def spokesperson_of(phrase: str) -> str | None:
    """Return the body that an unnamed spokesperson speaks for: "a port board spokeswoman" is the port board.

    >>> spokesperson_of("a spokesman for the harbour board")
    'the harbour board'
    """
    found = _SPOKESPERSON.match(phrase)
    if found is None:
        return None
    body = (found["behind"] or found["before"]).strip(" ,")
    if body.casefold() in _NOBODY:
        return None
    return re.sub(r"[’']s$", "", body) or None


@lru_cache(maxsize=512)
def speaker_kind(name: str, phrase: str, form: str, *, is_person: bool = False) -> SpeakerKind:
    """Return the kind of a speaker from its name, the whole noun phrase and the form of it.

    `form` is `name`, `noun`, `pronoun` or `none`; `is_person` says that the text gives the name a role or "he".
    """
    if form == "none" or not name or _KIND_OF.match(phrase) or name.casefold() in _NOBODY:
        return "unspecified"
    if states_named(name):
        return "state"
    if form == "noun" and not _is_capitalised(phrase or name):
        return _kind_of_noun(phrase or name)
    if is_person:
        return "named_person"
    return _kind_of_name(name, phrase)


def _is_capitalised(phrase: str) -> bool:
    """Return whether all words are of a name: "Channel 24" is one, "Two officials" is none."""
    words = phrase.split()
    return (
        words[0][0].isupper()
        and all(word[0].isupper() or word[0].isdigit() for word in words)
        and any(word[0].isdigit() for word in words)
        and not count_sources(words[0] + " men").n
    )


def is_office(words: Sequence[str]) -> bool:
    """Return whether a name begins with an office and is none of a body: "Prosecutor Vik", not "General Motors"."""
    lower = [word.casefold().strip(".,") for word in words]
    if lower[0] not in _OPENING_OFFICES:
        return False
    body = any(word in _TABLE["name_of_body"] or word in _BODIES or word in _STATE_BODIES for word in lower[1:])
    return not body


def is_body(noun: str, *, of_state: bool = True) -> bool:
    """Return whether a noun, in small letters, names a body of persons: "firm", and of a state "ministry"."""
    return noun in _BODIES or (of_state and noun in _STATE_BODIES)


def _kind_of_noun(phrase: str) -> SpeakerKind:
    """Return the kind of a phrase whose head has no capital letter: "two officials", "the ministry", "court papers"."""
    # The mark of "Torres' lawyer" stays: it owns as that of "Lim's lawyer" does.
    words = [word.strip('.,;:"“”()').lstrip("'’").casefold() for word in _BEHIND_HEAD.sub("", phrase).split()]
    head = words[-1].strip("'’") if words else ""
    members = phrase.casefold().split()
    if members[:2] == ["one", "of"] or members[:2] == ["some", "of"] or members[:2] == ["most", "of"]:
        return _kind_of_members(members)
    if head in _DOCUMENTS:
        return "document"
    if head in _STATE_BODIES or " ".join(words[-2:]) in _GUARDS:
        return "state"
    if (
        head in _BODIES
        or (words[0] in {"both", "all"} and head in _TABLE["bodies_plural"])
        or (head == "other" and words[0] == "the")
    ):
        return "named_organisation"
    if len(words) > 1 and words[0] == "the" and head in _OFFICES:
        # "The minister" is the holder of an office: somebody whom the text need not name, no secret source.
        return "unspecified"
    if is_person_noun(head) or (head in _ORDINALS and words[0] in _DETERMINERS):
        return "named_organisation" if _is_office(words) else "anonymous"
    counted = count_sources(phrase)
    if counted.n is not None and counted.n > 1:
        return "anonymous"
    # A singular body that no table knows: "a ferry line", "the choir".
    return "named_organisation" if counted.n == 1 or not head.endswith("s") else "unspecified"


def _is_office(words: Sequence[str]) -> bool:
    """Return whether a phrase without a name is of the one holder of an office: "its director", "the firm's lawyer"."""
    owned = words[0] in {"its", "their"} or any(word.endswith(("'s", "’s", "s'", "s’")) for word in words[:-1])
    return owned and words[-1] in _TABLE["speaking_for"]


def _kind_of_members(members: list[str]) -> SpeakerKind:
    last = members[-1].strip(".,;:")
    return "named_organisation" if last in _TABLE["bodies_plural"] else "anonymous"


def _kind_of_name(name: str, phrase: str) -> SpeakerKind:
    if _joins_states(name):
        return "named_organisation"
    words = name.replace("’", "'").split()
    lower = [word.strip(".,;:").casefold() for word in words]
    if lower[0] in _DETERMINERS or any(word in _TABLE["name_of_body"] for word in lower):
        body = any(word in _STATE_BODIES for word in lower)
        return "state" if body else "named_organisation"
    if len(words) == 1 and lower[0] in _TABLE["plural_sources"]:
        return "anonymous"
    before = phrase.partition(name)[0].replace(",", " ").split()
    if before and is_body(before[-1].casefold()):
        return "state" if before[-1].casefold() in _STATE_BODIES else "named_organisation"
    if any(word.strip(",.").casefold() in _ROLES for word in before):
        return "named_person"
    if len(words) == 1 or words[-1].isupper() or any(char.isdigit() for char in name):
        return "named_organisation"
    return "named_person" if len(words) <= 4 and all(word[:1].isupper() for word in words) else "named_organisation"


def _joins_states(name: str) -> bool:
    """Return whether a hyphen joins a state to another or to a small word: "Chile-Peru", "Oman-style"; no person is."""
    pieces = name.split("-") if "-" in name else []
    return any(
        (right[:1].islower() or _is_state_at(right.split(), last=False)) and _is_state_at(left.split(), last=True)
        for left, right in pairwise(pieces)
    )


def _is_state_at(words: Sequence[str], *, last: bool) -> bool:
    sizes = range(1, min(len(words), 3) + 1)
    return any(states_named(" ".join(words[-size:] if last else words[:size])) for size in sizes)

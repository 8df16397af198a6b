"""Which office a named person has and for whom they speak, as the text introduces them.

"Harbour board spokesman Ed Vale", "Ed Vale, a lawyer for the harbour board", "its director, Ed Vale".
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from evenhand.evidence.bodies_before import body_before
from evenhand.evidence.cue_words import cue_table
from evenhand.evidence.known_names import KnownNames
from evenhand.evidence.states import state_words
from evenhand.evidence.word_classes import (
    ADVERBS,
    AUXILIARIES,
    BREAKS,
    DETERMINERS,
    IRREGULAR_PAST,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
)
from evenhand.evidence.word_patterns import read_words
from evenhand.model.claims import Span
from evenhand.model.record import Record

_TABLE: Final = read_words("speaker_words.txt")
_SPEAKING: Final = _TABLE["speaking_for"]
_ROLES: Final = _TABLE["roles"] | _SPEAKING
_PARTS: Final = _TABLE["role_parts"]
_ROLES_AND_PARTS: Final = _ROLES | _PARTS
_BEFORE_OFFICE: Final = _ROLES_AND_PARTS | {"its", "their", "the"}
_BODIES: Final = _TABLE["bodies"] | _TABLE["state_bodies"]
_SMALL: Final = AUXILIARIES | BREAKS | PREPOSITIONS | SUBJECT_PRONOUNS
_NEAR: Final = 120
_MOST_MENTIONS: Final = 6
_APPOSITION: Final = re.compile(r"\s?(?:[,–—-]|\()\s?((?:(?![.!?]\s|[.!?]$)[^,;“”\"«»„()\n\r]){3,110})")
_OWNED_BEFORE: Final = re.compile(
    r"(?:^|(?<=[\s“”\"]))((?:[Tt]he\s|[Aa]\s)?(?:[\w&.-]+\s){0,3}?[\w&.-]+[’']s\s[a-z][a-z\s-]{2,60}),?\s$"
)
_APPOSED_BEFORE: Final = re.compile(
    r"(?:^|[\s“”\"])((?:an?|the|its|their|his|her|one)\s[^,.;:“”\"\n]{3,80}),\s$", re.IGNORECASE
)
_FOR: Final = re.compile(r"\s(?:for|at|of|with|in)\s+(?P<body>(?:the |its |their |his |her )?.+)$", re.DOTALL)
_OWNED: Final = re.compile(r"^(?P<body>.+?)(?:[’']s|(?<=s)[’'])\s+(?P<role>.+)$", re.DOTALL)
_SECOND_OFFICE: Final = re.compile(r"\s(?:and|but)\s(?:is|was|has|had|now|later|then)\b")
_OF_OWNER: Final = re.compile(r"[’']s?$")
_POSSESSIVE: Final = re.compile(r"^(?:its|their|his|her|our)\s", re.IGNORECASE)
_DEFINITE: Final = re.compile(r"^(?:the|that|this)\s+(?P<head>[a-z-]+)$")


class _Earlier(NamedTuple):
    """The text before a mention, and the names of the whole text."""

    text: str
    names: KnownNames


class Introduction(Record, frozen=True, kw_only=True):
    """The office of a person in the words of the text, the body it belongs to, and whether it speaks for that body."""

    role: str | None = None
    organisation: str | None = None
    speaks: bool = False


def introduce(text: str, name: str, spans: Sequence[Span], names: KnownNames | None = None) -> Introduction:
    """Return how a text introduces a person; `spans` are the parts of it to look at, in order.

    Of the first mentions of the name the first with an office counts; without one the introduction is empty.
    """
    seen, names = 0, names or KnownNames(text)
    for start, end in spans:
        at = _find_word(text, name, start, end)
        while at >= 0 and seen < _MOST_MENTIONS:
            seen += 1
            before, behind = text[max(start, at - _NEAR) : at], text[at + len(name) : min(end, at + len(name) + _NEAR)]
            earlier = text[spans[0][0] : at]
            known = _Earlier(earlier, names)
            found = _by_apposition(known, behind) or _by_title(known, before) or _by_office(known, before)
            if found is not None:
                return found
            at = _find_word(text, name, at + 1, end)
    return Introduction()


def _find_word(text: str, name: str, start: int, end: int) -> int:
    """Return where a name stands as whole words, -1 if nowhere: Tran is not in "Trang", nor Lim in "Limited"."""
    at = text.find(name, start, end)
    while at >= 0 and (text[at - 1 : at].isalnum() or text[at + len(name) : at + len(name) + 1].isalnum()):
        at = text.find(name, at + 1, end)
    return at


def _by_title(earlier: "_Earlier", before: str) -> Introduction | None:
    """Return the office in the words before a name: "Harbour board spokesman", "its director,"."""
    words = before.removesuffix(", ").split()
    if not words or words[-1].casefold().strip(",") not in _ROLES:
        return None
    first = len(words) - 1
    speaker = words[-1].casefold().startswith("spokes")
    while first > 0 and (_continues(words[first - 1]) or (speaker and _is_plain_noun(words[first - 1]))):
        first -= 1
    role_at = next(at for at in range(first, len(words)) if words[at].casefold().strip(",") in _ROLES)
    while role_at > first and words[role_at - 1].casefold() in _PARTS:
        role_at -= 1
    role_at = _behind_owner(words, first, role_at)
    owner = _OF_OWNER.sub("", " ".join(words[first:role_at]))
    owner = "" if owner.casefold() in {"the", "a", "an"} else owner
    if owner.casefold() in state_words().adjectives or _is_portfolio(owner, words[role_at]):
        return Introduction(role=" ".join(words[first:]))
    if before.endswith(", ") and not owner:
        return None
    speaks = bool(owner) and any(word.casefold().strip(",") in _SPEAKING for word in words[role_at:])
    return Introduction(role=" ".join(words[role_at:]), organisation=_resolve(earlier, owner), speaks=speaks)


def _behind_owner(words: Sequence[str], first: int, role_at: int) -> int:
    """Return where an office begins: behind "its", "their" and the last "'s" of the words before it."""
    owners = [
        at for at in range(first, role_at) if words[at].casefold() in {"its", "their"} or _OF_OWNER.search(words[at])
    ]
    return owners[-1] + 1 if owners else role_at


def _is_portfolio(owner: str, role: str) -> bool:
    """Return whether words belong to an office: the "Works" of a Works Minister, no body that a person speaks for."""
    return bool(owner) and role.casefold() in {"minister", "secretary", "commissioner"} and owner[0].isupper()


def _by_office(earlier: "_Earlier", before: str) -> Introduction | None:
    """Return the office in an apposition before a name: "a lawyer for the harbour board, "."""
    apposed = "," in before[-3:] and _APPOSED_BEFORE.search(before)
    found = apposed or (("’s" in before or "'s" in before) and _OWNED_BEFORE.search(before))
    return _office_of(earlier, found[1]) if found else None


def _continues(word: str) -> bool:
    """Return whether a word before an office can name its body: a capital letter, "its", "government", "company"."""
    bare = word.casefold()
    if word[-1] in ',;:.”"»)' and not re.fullmatch(r"(?:[A-Z]\.)+", word):
        return False
    owner = bare.removesuffix("'s").removesuffix("’s")
    if word[0].isupper() and bare in _SMALL:
        return False
    return word[0].isupper() or owner in _BODIES or bare in _BEFORE_OFFICE


def _is_plain_noun(word: str) -> bool:
    """Return whether a word before "spokesman" can be of the body's name: the "coast guard" of its spokesman."""
    known = word in _SMALL or word in cue_table() or word in IRREGULAR_PAST or word in DETERMINERS or word in ADVERBS
    return word.isalpha() and word.islower() and not known and not word.endswith(("ed", "ly", "ing"))


def _by_apposition(earlier: "_Earlier", behind: str) -> Introduction | None:
    """Return the office in the words behind a name: ", a lawyer for the harbour board,"."""
    found = _APPOSITION.match(behind)
    return None if found is None else _office_of(earlier, _SECOND_OFFICE.split(found[1])[0])


def _office_of(earlier: "_Earlier", words: str) -> Introduction | None:
    lower = [word.casefold() for word in re.split(r"[\s-]+", words.strip(" ."))]
    role_at = next((at for at, word in enumerate(lower[:7]) if word in _ROLES), None)
    if role_at is None:
        return None
    place, owned = _of_body(words), _OWNED.match(words)
    if place is not None and role_at < len(words[: place.start()].split()):
        body, role = place["body"], words[: place.start()]
        if owned and len(owned["body"].split()) <= role_at:
            body, role = owned["body"], owned["role"]
    elif owned:
        body, role = owned["body"], owned["role"]
    else:
        body, role = "", words
    own = _POSSESSIVE.match(words)
    if own and (not body or own[0].strip().casefold() in {"its", "their"}):
        body = words.split(maxsplit=1)[0]
    body = re.sub(r"^(?:an?)\s", "", _behind_verb(body) if owned and body == owned["body"] else body)
    named = _resolve(earlier, body) if _is_body_name(body, role) else None
    speaks = named is not None and any(word in _SPEAKING for word in lower[:7])
    return Introduction(role=re.sub(r"^(?:an?|the|his|her)\s", "", role), organisation=named, speaks=speaks)


def _behind_verb(body: str) -> str:
    """Return a body without a verb and what stands before it: "Lim accuses the museum" is the museum."""
    words = body.split()
    verbs = [at for at, word in enumerate(words) if word in AUXILIARIES or _is_finite_cue(word)]
    return " ".join(words[verbs[-1] + 1 :]) if verbs else body


def _is_finite_cue(word: str) -> bool:
    """Return whether a word of small letters is the finite form of a cue: "accuses", not the "ruling" of a party."""
    cue = cue_table().get(word) if word.islower() else None
    return cue is not None and cue.shape != "ing"


def _is_body_name(body: str, role: str) -> bool:
    """Return whether words behind an office can name a body: the "works" of a minister of works are none."""
    minister = bool({"minister", "secretary", "commissioner"} & set(role.casefold().split()))
    return not minister or any(word[0].isupper() for word in body.split())


def _of_body(words: str) -> re.Match[str] | None:
    """Return where the body begins behind an office: the last "at" or "for", else the first "of"."""
    found = None
    for word in (" at ", " for ", " of ", " with ", " in "):
        at = words.find(word)
        if at > 0 and (found := _FOR.match(words, at)):
            return found
    return found


def _resolve(earlier: "_Earlier", body: str) -> str | None:
    """Return the name of a body: what "its" and "the regulator" stand for, else the words as they are."""
    words = " ".join(body.split()).strip(" ,.;")
    if not words:
        return None
    bare = words.casefold()
    if bare in {"his", "her", "our", "my"}:
        return None
    if bare in {"its", "their"}:
        return body_before(earlier.text, earlier.names)
    definite = _DEFINITE.match(words) or re.match(r"^(?P<head>government|company|ministry|group|party|agency)$", words)
    if definite is not None:
        return _first_longer(earlier.text, definite["head"]) or ("the " + words if " " not in words else words)
    # The plain look-up first: to make a pattern of each name costs more than all else here.
    if (
        f"he {words}" in earlier.text
        and re.search(rf"\b[Tt]he {re.escape(words)}\b", earlier.text)
        and not _stands_bare(earlier.text, words)
    ):
        return f"the {words}"
    return words


def _stands_bare(earlier: str, body: str) -> bool:
    """Return whether a text names a body without "the" before it, elsewhere than before an office."""
    for found in re.finditer(rf"(?<![Tt]he ){re.escape(body)}\b(?:[’']s)?", earlier):
        behind = earlier[found.end() : found.end() + 30].split()
        if found[0] != body or not behind or behind[0].casefold() not in _ROLES_AND_PARTS:
            return True
    return False


def _first_longer(earlier: str, head: str) -> str | None:
    """Return the fuller phrase with a head that the text has before: "the regulator" was "Peru's port regulator"."""
    if f" {head}" not in earlier:
        return None
    pattern = re.compile(
        rf"(?:(?:[Tt]he )?(?:[^\W\d_a-z][\w.’'-]* ){{1,3}}(?:[a-z]+ ){{0,2}})(?<= ){re.escape(head)}\b"
    )
    found = pattern.search(earlier[-6_000:])
    return " ".join(found[0].split()) if found else None

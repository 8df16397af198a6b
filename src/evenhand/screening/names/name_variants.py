"""What a written name may stand for: payer phrases, brackets and prefixes taken apart into names."""

import re

from evenhand.screening.names.name_markers import declared_names, has_marker
from evenhand.screening.names.registrations import without_registration
from evenhand.screening.names.words import KINDS

_BEFORE = re.compile(
    r"^\s*(?:(?:paid for by|sponsored by|funded by|financed by|ads? by|campaign of|on behalf of|obo|c/o|attn"
    r"|(?:the )?(?:press |media )?office of)"
    r"\b:?"
    r"|(?:funding entity|invoice to|bill to|client|advertiser|payer|news agency|online|print(?:ed)?(?: media)?"
    r"|radio|television|tv):)\s+",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:\s+(?:press|media) office|\s*[\[(](?:official(?: page| account)?|verified|advertiser|agency|payer|client)[\])]"
    r"|\s+-\s+billing|,?\s+sole trader|\s+en español|\s+e\.\s?k\.)\s*$",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\s+(?:on behalf of|obo|c/o|via|o/b/o)\s+|\s*\(advertiser\)\s*-\s*|\s+[/|]\s+", re.IGNORECASE)
_BRACKET = re.compile(r"\s*[(\[]([^()\[\]]{2,80})(?:[)\]]\s*|$)")  # the last may have lost its end
_LETTERS = re.compile(r"[^\W\d_]+")
_SLASH = re.compile(r"(?<=\w{3})/(?=\w{3})")
_MARKS = re.compile(r"[()\[\]/|@#:]|[a-z][A-Z]")
_SIGNALS = frozenset({
    "paid", "sponsored", "funded", "financed", "ad", "ads", "campaign", "behalf", "obo", "attn", "office", "billing",
    "trader", "trader,", "español", "via", "e.", "e.k.",
})  # fmt: skip
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def name_variants(text: str) -> tuple[str, ...]:
    """Return the names that one written name may stand for, the whole first, without duplicates.

    >>> name_variants("Quorum Buying obo Qatar Media Corporation (QMC)")[3:]
    ('Quorum Buying', 'Qatar Media Corporation (QMC)', 'Qatar Media Corporation')
    """
    plain = without_registration(text.strip())
    may_declare = has_marker(plain)
    if not may_declare and _SIGNALS.isdisjoint(plain.lower().split()) and not _MARKS.search(plain):
        return (plain,)
    found: dict[str, None] = {}
    parted = (*_BOTH.split(plain), *(_SLASH.split(plain) if "/" in plain else ()))
    for part in (plain, *parted, *(declared_names(_BEFORE.sub("", plain)) if may_declare else ())):
        bare = _AFTER.sub("", _BEFORE.sub("", part)).lstrip("@# ")
        for reading in (bare, *_without_brackets(bare), *_camel(bare)):
            if reading.strip():
                found.setdefault(reading.strip())
    return tuple(found) or (plain,)


def _without_brackets(text: str) -> tuple[str, ...]:
    """Return the text without its brackets and what stands in them; a country there is part of the name."""
    inside = _BRACKET.findall(text)
    if not inside or all(_is_place(each) for each in inside):
        return ()
    return (_BRACKET.sub(" ", text), *(_BEFORE.sub("", each) for each in inside if _is_name(each)))


def _is_place(text: str) -> bool:
    return all(KINDS.get(word) == "country" for word in _LETTERS.findall(text.lower()))


def _is_name(text: str) -> bool:
    """A bracket that holds a country or one plain word is no name; capitals (an acronym) or several words are."""
    return (len(text) <= 12 and text.isupper() and text.isalpha()) or len(text.split()) > 1 or not text.isascii()


def _camel(text: str) -> tuple[str, ...]:
    return (_CAMEL.sub(" ", text),) if _CAMEL.search(text) else ()

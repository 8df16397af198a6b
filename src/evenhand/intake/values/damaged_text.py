"""Names whose letters were lost or exchanged on the way here: `?ukasz`, `MÃ¼ller`; they cannot be compared."""

import re
import unicodedata
from typing import Final

DAMAGED: Final = "export the table again as UTF-8"
"""What is told of every name that is damaged."""

_LETTER = r"[^\W\d_]"
# Of the control characters those that are letters in cp1252 and cp1250: the others are quotes, which nobody misses.
_REPLACED = re.compile("ï¿½|[\ufffd\x8a\x8c-\x8f\x9a\x9c-\x9f]")
# Between letters, before a word, as a word before others, or four of them; not in `Who?` or `page?id=7`.
_LOST = re.compile(
    rf"{_LETTER}\?+(?!\w*=){_LETTER}|(?<![^\s(-])\?+{_LETTER}|(?<!\S)\?{{2,}}(?=[\s-]+\w)|(?<!\S)\?{{4,}}"
)
# What UTF-8 is taken for; a byte that none of these letters has is read as a control character.
_ONE_BYTE = ("cp1252", "cp1250", "cp1251")
_UNUSUAL = re.compile(
    "[\x80-\x9f\u0180-\u018e\u0190-\u019f\u01a2-\u01ae\u01b1-\u0217\u021c-\u0258\u025a-\u036f\u0700-\u08ff]"
)
_CUT = re.compile(r"(?<=[a-z])Ã(?= |$)")  # `à`, whose second half is a blank that was trimmed
# What `Å’` in `SKÅ’S`, `Å–` in `LULEÅ–KIRUNA` or `Å®` would be: written so by nobody but by chance.
_BY_CHANCE = frozenset("ĒĖĮŅŒŖŮ")
_CONTROLS = ("Cc", "Cn", "Co", "Cs")
_FOR_EACH_LOST = 4


def damage_of(text: str) -> str:
    """Return what was expected of a name that is damaged, ``""`` of any other.

    A name is what somebody read wrongly only if all of it is sensible text once that is undone.

    >>> damage_of("MÃ¼ller GmbH"), damage_of("Où?"), damage_of("SÃO JOÃO")
    ('`Müller GmbH`, it seems; export the table again as UTF-8', '', '')
    """
    if "?" in text and _LOST.search(text):
        return f"letters for `?`; {DAMAGED}"
    if text.isascii():
        return ""
    was = next((was for encoding in _ONE_BYTE if (was := _undone(text, encoding))), "")
    if was:
        return f"`{was}`, it seems; {DAMAGED}"
    return f"letters, not what stands for a lost one; {DAMAGED}" if _REPLACED.search(text) else ""


def _table(encoding: str) -> dict[int, int]:
    """Return which byte each letter of an encoding is; a control character is its own."""
    beyond = dict.fromkeys(range(0xA0, 0x100), 0xFFFF)
    return beyond | {
        ord(letter): byte for byte in range(0x80, 0x100) if (letter := bytes([byte]).decode(encoding, "ignore"))
    }


_TABLES: Final = {encoding: _table(encoding) for encoding in _ONE_BYTE}


def _undone(text: str, encoding: str) -> str:
    """Return the text that was read as an encoding and is UTF-8, ``""`` if it is none, or none that somebody wrote."""
    try:
        was = _CUT.sub("Ã\xa0", text).translate(_TABLES[encoding]).encode("latin-1").decode(errors="replace")
    except UnicodeError:
        return ""
    lost = was.count("\ufffd")  # control characters are not kept everywhere
    letters = sum(not each.isascii() for each in was) - lost
    at_least = max(2 if encoding == "cp1251" else 1, _FOR_EACH_LOST * lost)
    return was if letters >= at_least and _is_sensible(was) else ""


def _is_sensible(text: str) -> bool:
    around = f"  {text} "
    places = [at for at, one in enumerate(around) if not one.isascii()]
    if any(_is_unlikely(around[at - 2 : at], around[at], around[at + 1]) for at in places):
        return False
    return any(
        around[at] not in _BY_CHANCE or (around[at + 1].islower() and not around[at - 1].isalpha()) for at in places
    )


def _is_unlikely(before: str, one: str, after: str) -> bool:
    """Return whether nobody writes a character so: in the midst of another script, or small between capitals."""
    if _UNUSUAL.match(one) or unicodedata.category(one) in _CONTROLS:
        return True
    if unicodedata.category(one).startswith("M"):
        return before[1].isascii()
    if not one.isalpha():
        return False
    if not _is_latin(one):
        return _is_latin(before[1]) or _is_latin(after)
    if one.isupper():
        return before[1].islower()
    return after.isupper() or (before[1].isupper() and before[0].isalpha())


def _is_latin(one: str) -> bool:
    return one.isalpha() and (one < "\u0260" or "\u1e00" <= one < "\u1f00")

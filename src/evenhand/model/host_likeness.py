"""Labels of hosts that a reader takes for another: signs that look alike in any script, and slips of the keyboard."""

import unicodedata
from collections.abc import Iterator
from typing import Final

SHORTEST_TYPED: Final = 7
"""Shorter labels are a letter away from too many words to be called a slip of one another."""

_SHORTEST_PART: Final = 5

# Signs that stand in hosts (lower case), by the plain letter that they resemble.
_ALIKE: Final = {
    "a": "аɑα", "b": "ьƅвᑲᖯᏏ", "c": "сϲᴄⲥ", "d": "ԁɗđժᑯᏧꓒ", "e": "еҽєəɛꬲ", "f": "ſẝքғꞙꬵ", "g": "ɡցɢƍᶃ", "h": "һհнħᏂ",
    "i": "іıɩɪιӏїӀꙇᎥłǀ۱ᛁⵏꓲ", "j": "јϳյ", "k": "кκқ", "m": "мṃ", "n": "пոռηɴ", "o": "оοσօөøʘଠഠംಂംංဝჿᴏᴑⲟꬽ۵", "p": "рρƿⲣ",
    "q": "ԛգզ", "r": "гᴦɾʀⲅꭇꭈ", "s": "ѕʂꜱƽ", "t": "тτŧ", "u": "υսʋцџᴜꞟꭎꭒ", "v": "νѵᴠ", "w": "шԝѡաɯᴡω", "x": "хχᕁᕽ",
    "y": "уүγʏყɣᶌỿꭚ", "z": "ᴢʐ", "6": "бᏮ", "8": "ȣ৪੪ଃ", "9": "৭੧୨൭", "3": "зҙʒӡɜ", "2": "ᒿ", "4": "Ꮞ",
    "ae": "æӕ", "oe": "œ", "ss": "ß", "th": "þ",
}  # fmt: skip
_SIGNS: Final = {ord(sign): plain for plain, signs in _ALIKE.items() for sign in signs}
_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_DIGITS: Final = str.maketrans("l1035", "iioes")
_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def folded_label(label: str) -> str:
    """Return what a label looks like at a glance; labels that look alike are folded alike.

    Accents fall, and letters of other scripts, digits and pairs of letters become the plain ones they resemble: l, i
    and 1 are one, as are o and 0, rn and m.

    >>> folded_label("xn--80ak6aa92e"), folded_label("apple")
    ('appie', 'appie')
    """
    text = _decoded(label)
    if not text.isascii():
        bare = (sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
        text = "".join("o" if unicodedata.decimal(sign, None) == 0 else sign for sign in bare).translate(_SIGNS)
    for pair, single in _PAIRS:
        text = text.replace(pair, single)
    return text.translate(_DIGITS)


def slip_keys(label: str) -> frozenset[str]:
    """Return a label and what is left of it without one letter: labels one slip apart have a key in common."""
    if len(label) < SHORTEST_TYPED:
        return frozenset()
    return frozenset({label, *(label[:at] + label[at + 1 :] for at in range(len(label)))})


def slip_places(label: str) -> Iterator[int]:
    """Yield the places in a label where a slip can be: in words of five letters or more, and at hyphens.

    Labels one slip apart are equal with the sign at one of their places left out, of one of them or of both.
    """
    start = 0
    for part in label.split("-"):
        end = start + len(part)
        yield from range(start, end) if _is_word(part) else ()
        if end < len(label):
            yield end
        start = end + 1


def is_slip(typed: str, meant: str) -> bool:
    """Tell whether one slip of the keyboard turns `meant` into `typed`, both of seven letters or more.

    A letter left out or doubled, two swapped, a neighbouring key hit instead or besides. What differs in a
    part, between hyphens, with digits or of fewer than five letters was meant: `de-radio` is no slip of `se-radio`.

    >>> is_slip("gazpron", "gazprom"), is_slip("gazprxm", "gazprom"), is_slip("radio24", "radio25")
    (True, False, False)
    """
    if min(len(typed), len(meant)) < SHORTEST_TYPED or typed == meant:
        return False
    both = min(len(typed), len(meant))
    at = next((place for place in range(both) if typed[place] != meant[place]), both)
    return _is_in_a_word(meant, at) and _is_one_slip(typed, meant, at)


def _is_in_a_word(meant: str, at: int) -> bool:
    return _is_word(meant[meant.rfind("-", 0, at) + 1 :].partition("-")[0])


def _is_word(part: str) -> bool:
    return len(part) >= _SHORTEST_PART and part.isalpha()


def _is_one_slip(typed: str, meant: str, at: int) -> bool:
    """Tell whether one slip explains all from the first place on in which two labels differ."""
    rest, whole = typed[at:], meant[at:]
    if len(typed) == len(meant):
        swapped = whole[1::-1] + whole[2:]
        return rest == swapped or (rest[1:] == whole[1:] and rest[0] in _NEIGHBOURS.get(whole[0], ""))
    if len(typed) < len(meant):
        return rest == whole[1:]
    return rest[1:] == whole and _is_struck_beside(typed, at)


def _is_struck_beside(typed: str, at: int) -> bool:
    """Tell whether the letter at a place is that before or after it again, or its neighbour on the keyboard."""
    beside = typed[max(0, at - 1) : at] + typed[at + 1 : at + 2]
    return any(typed[at] == other or typed[at] in _NEIGHBOURS.get(other, "") for other in beside)


def readable_host(host: str) -> str:
    """Return a host with the letters that people see instead of `xn--` labels.

    >>> readable_host("xn--e1afmkfd.xn--p1ai"), readable_host("plum.example")
    ('пример.рф', 'plum.example')
    """
    return ".".join(map(_decoded, host.split(".")))


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _neighbours() -> dict[str, str]:
    found: dict[str, str] = {}
    for row, keys in enumerate(_ROWS):
        for place, key in enumerate(keys):
            beside = keys[max(0, place - 1) : place] + keys[place + 1 : place + 2]
            above = _ROWS[row - 1][place : place + 2] if row else ""
            below = _ROWS[row + 1][max(0, place - 1) : place + 1] if row + 1 < len(_ROWS) else ""
            found[key] = beside + above + below
    return found


_NEIGHBOURS: Final = _neighbours()

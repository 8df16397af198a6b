"""Personal data that rules can find in a text: addresses, numbers, and names that we were given.

A name that nobody listed cannot be found by rules; a second pair of eyes reads a public text first.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from ipaddress import AddressValueError, IPv6Address
from itertools import permutations

from evenhand.reasons.text_comparison import is_blank, plain

_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]+@(?:[\w-]+\.)+[^\W\d_]{2,}")
_IPV4 = re.compile(r"(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?!\w|\.[0-9])")
_NUMBERING = re.compile(r"(?:\b(?:sub)?(?:section|clause|version|paragraph)s?|\bv\.?|§)\s*$", re.IGNORECASE)
_IPV6 = re.compile(r"(?:(?<![\w:.])|(?<=\w):(?!:))[0-9a-fA-F:.]{3,45}(?!\w)")  # also after `address:`
_IBAN = re.compile(
    r"(?<!\w)(?:[a-z]{2}[0-9]{2}[a-z0-9]*(?:\s+[a-z0-9]{1,4}(?!\w))+"  # small letters: groups of four, no words
    r"|(?:[A-Za-z]{2}|[A-Z]{2}\s+)[0-9]{2}[A-Za-z0-9]*(?:\s+[A-Z0-9]+(?!\w))*)(?!\w)"
)
_LONGEST_IBAN = 34
_CARD = re.compile(r"(?<![\w+])[0-9]{3,}(?:(?:\s+|-)[0-9]{3,})*(?!\w)")  # dates have shorter groups
_LONGEST_CARD = 19
_BETWEEN_GROUPS = re.compile(r"\s+|-")
_DIALLED = r"\(?[1-9][0-9\s()./-]{4,17}[0-9]"
_PHONE = re.compile(
    rf"(?<![\w+])(?:\+|(?<![0-9]\s)\+\s){_DIALLED}(?![0-9])"  # between two numbers with blanks it adds them
    rf"|(?<![\w+])(?<!\w[/-])(?<![0-9][., :])00\s?{_DIALLED}(?!\w)"  # no part of a longer number, id, sum or time
)
_DOCKET = re.compile(r"00[0-9]+/[0-9]{4}")  # `00833/2014`
# Letters that have no accent to fall off, as a name without them is spelled.
_LETTERS = str.maketrans({
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "þ": "th", "æ": "ae", "œ": "oe", "ŋ": "n",
})  # fmt: skip
_MOST_REORDERED = 4
_UNSPACED = (  # scripts that put no blanks between words, or join what follows to a name
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)


def personal_data(text: str, persons: Iterable[str]) -> Iterator[str]:
    """Yield the kinds found: `email`, `ip`, `iban`, `card`, `phone`, `person`; each at most once.

    Numbers of sections and versions are no IP addresses; IBAN and card must pass their checksum and are cut out
    before telephone numbers are looked for; `persons` count as whole words, whatever the case, the accents and their
    order. Signs that look alike or cannot be seen make no difference; a script without blanks between words has no
    whole words to ask for.

    >>> list(personal_data("paid from DE89 3704 0044 0532 0130 00, ask +49 30 1234567", ()))
    ['iban', 'phone']

    Source: `reasons.md` §5.
    """
    text = plain(text)
    if "@" in text and _EMAIL.search(text):
        yield "email"
    if _has_ipv4(text) or _has_ipv6(text):
        yield "ip"
    without_ibans = _cut(text, _IBAN, _is_iban, _LONGEST_IBAN)
    if without_ibans != text:
        yield "iban"
    rest = _cut(without_ibans, _CARD, _is_card, _LONGEST_CARD)
    if rest != without_ibans:
        yield "card"
    if any(_is_phone(found.group()) for found in _PHONE.finditer(rest)):
        yield "phone"
    if names_person(text, persons):
        yield "person"


def _has_ipv4(text: str) -> bool:
    for found in _IPV4.finditer(text):
        numbered = _NUMBERING.search(text[max(0, found.start() - 16) : found.start()])
        if not numbered and all(int(part) <= 255 for part in found.group().split(".")):
            return True
    return False


def _has_ipv6(text: str) -> bool:
    return text.count(":") >= 2 and any(_is_ipv6(found.group().rstrip(".")) for found in _IPV6.finditer(text))


def _is_ipv6(text: str) -> bool:
    address = text if text.startswith("::") else text.removeprefix(":")
    address = address if address.endswith("::") else address.rstrip(":")
    if address.strip(":") == "":
        return False
    try:
        IPv6Address(address)
    except AddressValueError:
        return False
    return True


def _cut(text: str, runs: re.Pattern[str], fits: Callable[[list[str]], bool], longest: int) -> str:
    """Return the text with every window of groups that fits, in every run of groups, taken out."""

    def without(found: re.Match[str]) -> str:
        groups, kept, first = _BETWEEN_GROUPS.split(found.group()), list[str](), 0
        while first < len(groups):
            last = next((last for last in _ends(groups, first, longest) if fits(groups[first:last])), first)
            kept.append("…" if last > first else groups[first])
            first = max(last, first + 1)
        return " ".join(kept) if "…" in kept else found.group()

    return runs.sub(without, text)


def _ends(groups: list[str], first: int, longest: int) -> range:
    """Return where a window from `first` may end that has at most so many signs, the longest first."""
    last, signs = first, 0
    while last < len(groups) and signs + len(groups[last]) <= longest:
        signs += len(groups[last])
        last += 1
    return range(last, first, -1)


def _is_iban(groups: list[str]) -> bool:
    number = "".join(groups).upper()
    if not 15 <= len(number) <= _LONGEST_IBAN or not (number[:2].isalpha() and number[2:4].isdigit()):
        return False
    return int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97 == 1


def _is_card(groups: list[str]) -> bool:
    number = "".join(groups)
    if not 13 <= len(number) <= _LONGEST_CARD:
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_phone(number: str) -> bool:
    return 8 <= len(number) <= 20 and not _DOCKET.fullmatch(number)


def names_person(text: str, persons: Iterable[str]) -> bool:
    """Return whether a text has the name of one of these persons: whatever the case, accents and order of its words.

    >>> names_person("Wiśniewski, Łukasz rents a flat", ["Lukasz Wisniewski"])
    True
    """
    names = [_folded(plain(name)) for name in persons if not is_blank(name)]
    folded = _folded(plain(text)) if names else ""
    return any(_is_in(name, folded) for name in names)


def _is_in(name: str, text: str) -> bool:
    if name in text and re.search(_whole(name), text):
        return True
    words = name.replace(",", " ").split()
    if len(words) < 2 or not all(word in text for word in words):
        return False
    joint = r"[\s,]+"
    return any(re.search(joint.join(map(_whole, order)), text) for order in _orders(words))


def _orders(words: list[str]) -> Iterator[Sequence[str]]:
    """Yield a name's words in other orders: all of them up to four words, of more only the last word first."""
    yield from permutations(words) if len(words) <= _MOST_REORDERED else ([words[-1], *words[:-1]],)


def _whole(name: str) -> str:
    """Return the pattern of a name as whole words; at an end in a script without blanks anything may follow."""
    first, last = (re.match(f"[{_UNSPACED}]", end) is None for end in (name[0], name[-1]))
    return (r"(?<!\w)" if first else "") + re.escape(name) + (r"(?!\w)" if last else "")


def _folded(text: str) -> str:
    """Return a text without case and accents; a letter that has a stroke or is two in one is plain letters."""
    lower = text.casefold()
    if not lower.isascii():
        bare = (sign for sign in unicodedata.normalize("NFD", lower) if not unicodedata.combining(sign))
        lower = unicodedata.normalize("NFC", "".join(bare)).translate(_LETTERS)
    return " ".join(lower.split())

"""Personal data that rules can find in a text: addresses, numbers, and names that we were given.

A name that nobody listed cannot be found by rules; a second pair of eyes reads a public text first.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from ipaddress import AddressValueError, IPv6Address

_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]+@(?:[\w-]+\.)+[^\W\d_]{2,}")
_IPV4 = re.compile(r"(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?!\w|\.[0-9])")
_NUMBERING = re.compile(r"(?:\b(?:section|clause|version|paragraph)s?|\bv\.?|§)\s*$", re.IGNORECASE)
_IPV6 = re.compile(r"(?<![\w:.])[0-9a-fA-F:.]{3,45}(?!\w)")
_IBAN = re.compile(r"(?<!\w)[A-Za-z]{2}[0-9]{2}[A-Za-z0-9]*(?:[ \xa0][A-Z0-9]+)*(?!\w)")
_CARD = re.compile(r"(?<![\w+])[0-9]{3,}(?:[ \xa0-][0-9]{3,})*(?!\w)")  # dates have shorter groups
_PHONE = re.compile(
    r"(?<![\w+])(?<!\w[/-])(?<![0-9][., \xa0])"  # no part of a longer number, id or sum
    r"(?:\+|00)\(?[1-9][0-9 \xa0()./-]{4,17}[0-9](?![\w/])"
)
_DOCKET = re.compile(r"00[0-9]+/[0-9]{4}")  # `00833/2014`


def personal_data(text: str, persons: Iterable[str]) -> Iterator[str]:
    """Yield the kinds found: `email`, `ip`, `iban`, `card`, `phone`, `person`; each at most once.

    Numbers of sections and versions are no IP addresses; IBAN and card must pass their checksum and are cut out
    before telephone numbers are looked for; `persons` count as whole words, whatever the case.

    >>> list(personal_data("paid from DE89 3704 0044 0532 0130 00, ask +49 30 1234567", ()))
    ['iban', 'phone']

    Source: `reasons.md` §5.
    """
    if "@" in text and _EMAIL.search(text):
        yield "email"
    if _has_ipv4(text) or _has_ipv6(text):
        yield "ip"
    without_ibans = _cut(text, _IBAN, _is_iban)
    if without_ibans != text:
        yield "iban"
    rest = _cut(without_ibans, _CARD, _is_card)
    if rest != without_ibans:
        yield "card"
    if any(_is_phone(found.group()) for found in _PHONE.finditer(rest)):
        yield "phone"
    if _names_person(text, persons):
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
    address = text if text.endswith("::") else text.rstrip(":")
    if address.strip(":") == "":
        return False
    try:
        IPv6Address(address)
    except AddressValueError:
        return False
    return True


def _cut(text: str, runs: re.Pattern[str], fits: Callable[[list[str]], bool]) -> str:
    """Return the text with every window of groups that fits, in every run of groups, taken out."""

    def without(found: re.Match[str]) -> str:
        groups = re.split("[ \xa0-]", found.group())
        for first in range(len(groups)):
            # 34 characters are the longest number looked for
            for last in range(min(len(groups), first + 34), first, -1):
                if fits(groups[first:last]):
                    return " ".join([*groups[:first], "…", *groups[last:]])
        return found.group()

    return runs.sub(without, text)


def _is_iban(groups: list[str]) -> bool:
    number = "".join(groups).upper()
    if not 15 <= len(number) <= 34 or not (number[:2].isalpha() and number[2:4].isdigit()):
        return False
    return int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97 == 1


def _is_card(groups: list[str]) -> bool:
    number = "".join(groups)
    if not 13 <= len(number) <= 19:
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_phone(number: str) -> bool:
    return 8 <= len(number) <= 20 and not _DOCKET.fullmatch(number)


def _names_person(text: str, persons: Iterable[str]) -> bool:
    folded = _folded(text)
    names = (_folded(name) for name in persons)
    return any(name and name in folded and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded) for name in names)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())

"""SMT-LIB terms as text, made simple where a constant decides; one text is read by every solver."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from evenhand.policy.schema import EntityRef, Primitive, RecordType, SetOf, Type
from evenhand.policy.typed.nodes import Datetime, Decimal, Duration, Ip

BOOL, LONG, KEY, STRING, IP = "Bool", "(_ BitVec 64)", "(_ BitVec 32)", "String", "(_ BitVec 137)"

# Code points that a string of SMT-LIB can hold: 0 to 0x2FFFF.
LAST_CODE_POINT = 0x2FFFF

_SORTS = {
    "Bool": BOOL, "Long": LONG, "decimal": LONG, "datetime": LONG, "duration": LONG, "String": STRING, "ipaddr": IP
}  # fmt: skip
_DOT, _AT = "\x1f", "\x1e"
_NAME = re.compile(r"\|[^|]+\|")


class NotEncodable(Exception):
    """A part of a rule that no solver is given; a question that needs it is answered `unknown`."""


def sort_of(kind: Type) -> str:
    """Return the sort of a value that is one term.

    Raises:
        NotEncodable: a set or record, which is no term by itself.
    """
    match kind:
        case Primitive(name):
            return _SORTS[name]
        case EntityRef():
            return KEY
        case SetOf() | RecordType():
            raise NotEncodable("a set of sets or of records")


@cache
def symbol(name: str) -> str:
    """Return a name as a symbol of SMT-LIB; different names stay different.

    >>> symbol("Advertiser.media"), symbol("context.a|b")
    ('|Advertiser.media|', '|context.a~7c.b|')
    """
    return "|" + "".join(_plain(char) for char in name) + "|"


def under(path: str, name: str) -> str:
    """Return the path of an attribute; one that has a dot or is called like tags is not taken for another.

    >>> symbol(under("User", "a.b")), symbol(under(under("User", "a"), "b"))
    ('|User.a~1f.b|', '|User.a.b|')
    """
    return f"{path}.{name.replace('.', _DOT).replace('@', _AT)}"


@lru_cache(maxsize=1 << 14)
def dotted(name: str) -> str:
    """Return a symbol's name as the path that it looks like; a proof asks for the same few hundred again and again.

    >>> dotted("User.a~1f.b")
    'User.a.b'
    """
    return name.replace(_plain(_DOT), ".").replace(_plain(_AT), "@")


def variant(name: str, kind: str) -> str:
    """Return a symbol that belongs to another: `%` is in no name, so it is nobody else's."""
    return f"{name[:-1]}%{kind}|"


def names_in(text: str) -> list[str]:
    """Return the symbols of a term; no literal holds a `|`."""
    return _NAME.findall(text)


def bits(value: int, width: int = 64) -> str:
    """Return an integer in two's complement.

    >>> bits(-1)
    '#xffffffffffffffff'
    """
    return f"#x{value & ((1 << width) - 1):0{width // 4}x}"


def literal(value: bool | int | str | Decimal | Datetime | Duration | Ip) -> str:
    """Return a value that is one term, entities apart."""
    match value:
        case bool():
            return "true" if value else "false"
        case int(number) | Decimal(number) | Datetime(number) | Duration(number):
            return bits(number)
        case str():
            return _string(value)
        case Ip():
            return ip_bits(value)


def ip_bits(value: Ip) -> str:
    """Return an address in 137 bits: version 6?, 128 bits from the top, and the prefix length."""
    address = value.address << 96 if value.version == 4 else value.address
    number = ((value.version == 6) << 136) | (address << 8) | value.prefix
    return f"#b{number:0137b}"


def is_literal(text: str) -> bool:
    """Return whether a term is a value written out."""
    return text[0] in '#"' or text in ("true", "false")


def both(*parts: str) -> str:
    """Return the conjunction."""
    return _joined("and", parts, "true", "false")


def either(*parts: str) -> str:
    """Return the disjunction."""
    return _joined("or", parts, "false", "true")


def negated(text: str) -> str:
    """Return the negation."""
    if text in ("true", "false"):
        return "false" if text == "true" else "true"
    return text[5:-1] if text.startswith("(not ") else f"(not {text})"


def implies(left: str, right: str) -> str:
    """Return `left => right`."""
    return either(negated(left), right)


def choice(cond: str, then: str, other: str) -> str:
    """Return `if cond then then else other`."""
    if then == other or cond == "true":
        return then
    if cond == "false":
        return other
    if (then, other) == ("true", "false"):
        return cond
    return f"(ite {cond} {then} {other})"


def equal(left: str, right: str) -> str:
    """Return the equality of two terms of one sort."""
    if left == right:
        return "true"
    if is_literal(left) and is_literal(right):
        return "false"
    for one, other in ((left, right), (right, left)):
        if one in ("true", "false"):
            return other if one == "true" else negated(other)
    return f"(= {left} {right})"


def like(text: str, pattern: tuple[str | None, ...]) -> str:
    """Return whether a string has a pattern's form; None is `*`. Prefix and suffix are spared the regular language."""
    match pattern:
        case ():
            return equal(text, '""')
        case (None,):
            return "true"
        case (str(whole),):
            return equal(text, _string(whole))
        case (str(start), None):
            return f"(str.prefixof {_string(start)} {text})"
        case (None, str(end)):
            return f"(str.suffixof {_string(end)} {text})"
        case (None, str(middle), None):
            return f"(str.contains {text} {_string(middle)})"
        case _:
            parts = ("re.all" if part is None else f"(str.to_re {_string(part)})" for part in pattern)
            return f"(str.in_re {text} (re.++ {' '.join(parts)}))"


def _joined(word: str, parts: Iterable[str], neutral: str, final: str) -> str:
    kept = [part for part in dict.fromkeys(parts) if part != neutral]
    if final in kept:
        return final
    return f"({word} {' '.join(kept)})" if len(kept) > 1 else (kept or [neutral])[0]


def _string(value: str) -> str:
    if any(ord(char) > LAST_CODE_POINT for char in value):
        raise NotEncodable("a character beyond the strings of SMT-LIB")
    return '"' + "".join(_plain_in_string(char) for char in value) + '"'


def _plain_in_string(char: str) -> str:
    return char if " " <= char <= "~" and char not in '"\\|' else f"\\u{{{ord(char):x}}}"


def _plain(char: str) -> str:
    return char if " " <= char <= "}" and char not in "|\\%" else f"~{ord(char):x}."

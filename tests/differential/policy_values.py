"""Values that break things, by type, as Cedar JSON and as Cedar text: few of each, so that made-up facts meet rules."""

import random
from typing import Any

from evenhand.policy.schema import EntityRef, Primitive, RecordType, SetOf, Type

EDGE = 2**63
LONGS = (0, 1, -1, 2, 7, 3_037_000_500, -(2**32), 2**62, EDGE - 1, -EDGE, 1 - EDGE)
STRINGS = (
    "",
    "a",
    "ab",
    "aab",
    "a*b",
    "100%",
    "a_b",
    'q"uote\\',
    "é",
    "e\u0301",
    "ß",
    "SS",
    "😀x",
    "nul\0",
    "li\nne",
    "Ⅷ",
)
PATTERNS = (
    "",
    "*",
    "a*",
    "*b",
    "a*b",
    "*a*b*",
    r"a\*b",
    "*%*",
    "_",
    "a_b",
    "100%",
    "é",
    "*\\u{301}",
    "??",
    r"*\\",
    "**x",
)
DECIMALS = ("0.0", "1.0", "1.0000", "-0.1", "0.0001", "922337203685477.5807", "-922337203685477.5808")
DATETIMES = (
    "1970-01-01", "1969-12-31T23:00:00Z", "1969-12-31", "2024-02-29", "2024-01-01T10:00:00+0200", "2024-01-01",
    "2024-01-01T08:00:00.123Z", "0000-01-01", "9999-12-31T23:59:59.999Z",
)  # fmt: skip
DURATIONS = (
    "0ms", "1ms", "-1ms", "999ms", "1d", "-1d2h3m", "1h30m", "-1s999ms", "23h59m59s999ms",
    "9223372036854775807ms", "-9223372036854775808ms",
)  # fmt: skip
IPS = (
    "127.0.0.1", "10.0.0.1", "10.0.0.1/8", "10.0.0.0/8", "224.0.0.1", "224.0.0.0/3", "0.0.0.0/0", "::1", "::", "::/0",
    "ff02::1", "fe80::1/64", "fe80::/10", "::1/127",
)  # fmt: skip
EXTENSIONS = {"decimal": DECIMALS, "datetime": DATETIMES, "duration": DURATIONS, "ipaddr": IPS}
CONSTRUCTORS = {"ipaddr": "ip"}
IDS = ("a", "b", "", 'q"\\', "é\n")
LEVELS = ("low", "high", 'very "high"')


def json_of(kind: Type, chance: random.Random) -> Any:
    """Return a value of a type in Cedar JSON."""
    match kind:
        case Primitive("Bool"):
            return chance.random() < 0.5
        case Primitive("Long"):
            return chance.choice(LONGS)
        case Primitive("String"):
            return chance.choice(STRINGS)
        case Primitive(name):
            call = {"fn": CONSTRUCTORS.get(name, name), "arg": chance.choice(EXTENSIONS[name])}
            return chance.choice([{"__extn": call}, call, call["arg"]])
        case EntityRef(name):
            return {"__entity": uid_of(name, chance)}
        case SetOf(element):
            return [json_of(element, chance) for _ in range(chance.choice((0, 1, 1, 2, 3)))]
        case RecordType(attributes):
            return {
                name: json_of(each.type, chance)
                for name, each in attributes.items()
                if not each.optional or chance.random() < 0.6
            }


def uid_of(name: str, chance: random.Random) -> dict[str, str]:
    """Return the uid of an entity that may be in the store or not; of a level always a member."""
    return {"type": name, "id": chance.choice(LEVELS if name.endswith("Level") else IDS)}


def quoted(text: str) -> str:
    """Return text as a Cedar literal."""
    return '"' + "".join(each if each.isalnum() or each in " %_*" else f"\\u{{{ord(each):x}}}" for each in text) + '"'


def literal(kind: Type, chance: random.Random) -> str:
    """Return a value of a type as Cedar text; a set has an element, because validation refuses the empty one."""
    match kind:
        case Primitive("Bool"):
            return chance.choice(("true", "false"))
        case Primitive("Long"):
            return str(chance.choice(LONGS))
        case Primitive("String"):
            return quoted(chance.choice(STRINGS))
        case Primitive(name):
            return f'{CONSTRUCTORS.get(name, name)}("{chance.choice(EXTENSIONS[name])}")'
        case EntityRef(name):
            return entity(name, chance)
        case SetOf(element):
            return f"[{', '.join(literal(element, chance) for _ in range(chance.choice((1, 1, 2, 3))))}]"
        case RecordType(attributes):
            fields = (f"{quoted(name)}: {literal(each.type, chance)}" for name, each in attributes.items())
            return "{" + ", ".join(fields) + "}"


def entity(name: str, chance: random.Random) -> str:
    """Return an entity as Cedar text."""
    return f"{name}::{quoted(uid_of(name, chance)['id'])}"

"""Whether a folder shows what it must, and what its `folder.json` says beside that, with nothing but Python."""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from evenhand.ledger.standalone_verifier import sealed_spots

Json = dict[str, Any]
OF_THE_RUN, SEALED = {"decided_by"}, {"sealed"}
NEVER = {"approved_by", "findings", "keys"} | OF_THE_RUN
TOKEN = re.compile(r'//[^\n]*|"(?:[^"\\]|\\.)*"|@?[\w:]*\w|[^\s\w]')
OPEN_TYPES = re.compile(r"\bentity\s+([\w,\s]+?)\s+enum\b|\bin\s*\[([^\]]*)\]")


class Shown(NamedTuple):
    """What one decision shows though nothing says so, and what it closes though every decision must show it."""

    more: list[str]
    hidden: list[str]


class Revealed:
    """Gathers which fields the decisions of a folder show and which they close; `reveal` is what `folder.json` says."""

    def __init__(self, reveal: list[str]) -> None:
        self._reveal, self.shown, self.closed = set(reveal), set[str](), set[str]()
        self._known: dict[tuple[Any, ...], dict[Any, tuple[str, bool]]] = {}

    def add(
        self, payload: Json, rulebook: str, reads: Collection[str], schema: str, must: Collection[str]
    ) -> Shown:  # fmt: skip
        """Note the fields of a decision; `must` are facts that are never closed, beside the instant."""
        if payload.get("sealing") != 1:
            return Shown([], [])
        kinds = tuple(entity["uid"]["type"] for entity in payload["facts"]["entities"])
        known = self._known.setdefault((rulebook, kinds), {})
        more, hidden, is_held = set[str](), set[str](), payload["decision"] == "nodecision"
        for path, holder, key in sealed_spots(payload):
            place = path if key != "id" else (path, holder.get("type"))
            found = known.get(place)
            if found is None:
                name = field_name(path, holder, key, kinds)
                may = bool(self._reveal & {name, "all"}) or name in OF_THE_RUN or is_default(name, reads, schema)
                found = known[place] = name, may
            if isinstance(holder[key], dict) and holder[key].keys() == SEALED:
                self.closed.add(found[0])
                if found[0] in must or found[0] == "context.at":
                    hidden.add(found[0])
            else:
                self.shown.add(found[0])
                if not found[1] and not is_held:
                    more.add(found[0])
        return Shown(sorted(more), sorted(hidden))

    def missing(self) -> list[str]:
        """Return the fields that `reveal` names and that every decision closes."""
        named = self.closed - NEVER if "all" in self._reveal else self._reveal
        return sorted(named & self.closed - self.shown)


class NamedDecisions:
    """Counts decisions by rules that read an id which is closed: they are compared with none that no such rule made."""

    def __init__(self) -> None:
        self._known: dict[bytes, list[int]] = {}

    def add(self, equals: bytes, *, is_named: bool) -> None:
        """Note a decision; `equals` is the same for all whose facts are, but for the id."""
        self._known.setdefault(equals, [0, 0])[is_named] += 1

    def counts(self) -> tuple[int, int]:
        """Return how many are by such a rule, and how many others have the facts of one of them."""
        found = [(named, others) for others, named in self._known.values() if named]
        return sum(named for named, _ in found), sum(others for _, others in found)

    def sentence(self) -> str:
        """Return that in words, ``""`` where there is none."""
        named, others = self.counts()
        decisions, equals = f"decision{'s' * (named != 1)}", f"equal{'s' * (others != 1)}"
        return f"{named} {decisions} by a rule that names a party, not compared with {others} {equals}" * bool(named)


def field_name(path: str, holder: Json, key: str, kinds: Sequence[str]) -> str:
    """Return a place of a payload as `reveal` names it, as `Advertiser.country`, `Payer.@id` or `grounds`."""
    if key == "id" and isinstance(holder.get("type"), str):
        return f"{holder['type']}.@id"
    steps = path.split("/")[1:]
    if steps[:2] == ["facts", "context"]:
        return f"context.{steps[2]}"
    if steps[:2] == ["facts", "entities"] and len(steps) > 3:
        kind = kinds[int(steps[2])]
        return f"{kind}.{steps[4]}" if steps[3] == "attrs" else f"{kind}.@{steps[3]}"
    return "/".join(steps)


def is_default(name: str, reads: Collection[str], schema: str) -> bool:
    """Return whether a field is shown by default: what rules read, the instant, a protected attribute but for money.

    Ids and parents are only of fixed sets and of what others are in. Without the text of a schema nothing is told.
    """
    kind, _, attribute = name.partition(".")
    if not attribute:
        return False
    if name in reads or kind in reads or name == "context.at" or not schema:
        return True
    if attribute.startswith("@"):
        named = {word for found in OPEN_TYPES.findall(schema) for word in re.findall(r"\w+", " ".join(found))}
        return kind.rpartition(":")[2] in named
    return name in protected_facts(schema)


@cache
def protected_facts(schema: str) -> frozenset[str]:
    """Return the facts that the text of a Cedar schema calls protected, in part or whole, but for money.

    >>> sorted(protected_facts('entity Payer { @protected("nationality") country: String, age: Long };'))
    ['Payer.country']
    """
    tokens = [each for each in TOKEN.findall(schema) if not each.startswith("//")]
    space, found, marked = "", set[str](), set[str]()
    for _ in range(tokens.count("type") + 1):  # a type may be marked by another that stands behind it
        marked |= {
            tokens[at + 1] for at, each in enumerate(tokens)
            if each == "type" and tokens[at + 2 : at + 3] == ["="] and _is_marked(_until(tokens, at, ";"), marked)
        }  # fmt: skip
    for at, each in enumerate(tokens):
        if each == "namespace":
            space = f"{tokens[at + 1]}::"
        named = tokens[at : tokens.index("{", at)] if each in ("entity", "context") and "{" in tokens[at:] else []
        if each == "entity" and not {";", "enum"} & set(named):
            kinds = [f"{space}{kind}" for kind in _until(named, 1, "in", "=") if kind != ","]
        elif named == ["context", ":"]:
            kinds = ["context"]
        else:
            continue
        members = _members(_until(tokens, at + len(named) + 1, "}"))
        found |= {f"{kind}.{name}" for name, text in members if _is_marked(text, marked) for kind in kinds}
    return frozenset(found)


def _until(tokens: Sequence[str], start: int, *ends: str) -> list[str]:
    """Return the tokens from a place up to the first of `ends` that no bracket encloses."""
    found, depth = list[str](), 0
    for each in tokens[start:]:
        if not depth and each in ends:
            break
        depth += (each in ("{", "[", "(", "<")) - (each in ("}", "]", ")", ">"))
        found.append(each)
    return found


def _members(body: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield name and tokens of each attribute of a record, with its annotations."""
    while body:
        text = _until(body, 0, ",")
        body = body[len(text) + 1 :]
        own = _until(text, 0, ":")
        if own:
            yield (own[-2] if own[-1] == "?" else own[-1]).strip('"'), text


def _is_marked(text: Sequence[str], types: set[str]) -> bool:
    """Return whether an annotation, or a type that has one inside, protects an attribute."""
    marks = ("".join(text[at + 1 : at + 4]) for at, each in enumerate(text) if each == "@protected")
    return any(mark != '("spend")' for mark in marks) or not types.isdisjoint(text)

"""Whether a folder shows what its `folder.json` says is shown beside what is by default, with nothing but Python."""

import re
from collections.abc import Collection, Sequence
from typing import Any

from evenhand.ledger.standalone_verifier import sealed_spots

Json = dict[str, Any]
OF_THE_RUN, SEALED = {"decided_by"}, {"sealed"}
NEVER = {"approved_by", "findings", "keys"} | OF_THE_RUN
OPEN_TYPES = re.compile(r"\bentity\s+([\w,\s]+?)\s+enum\b|\bin\s*\[([^\]]*)\]")


class Revealed:
    """Gathers which fields the decisions of a folder show and which they close; `reveal` is what `folder.json` says."""

    def __init__(self, reveal: list[str]) -> None:
        self._reveal, self.shown, self.closed = set(reveal), set[str](), set[str]()
        self._known: dict[tuple[Any, ...], dict[Any, tuple[str, bool]]] = {}

    def add(self, payload: Json, rulebook: str, reads: Collection[str], schema: str) -> list[str]:
        """Note the fields of a decision; return those that are shown, though nothing says so."""
        if payload.get("sealing") != 1:
            return []
        kinds = tuple(entity["uid"]["type"] for entity in payload["facts"]["entities"])
        known = self._known.setdefault((rulebook, kinds), {})
        more, is_held = set[str](), payload["decision"] == "nodecision"
        for path, holder, key in sealed_spots(payload):
            place = path if key != "id" else (path, holder.get("type"))
            found = known.get(place)
            if found is None:
                name = field_name(path, holder, key, kinds)
                may = bool(self._reveal & {name, "all"}) or name in OF_THE_RUN or is_default(name, reads, schema)
                found = known[place] = name, may
            if isinstance(holder[key], dict) and holder[key].keys() == SEALED:
                self.closed.add(found[0])
            else:
                self.shown.add(found[0])
                if not found[1] and not is_held:
                    more.add(found[0])
        return sorted(more)

    def missing(self) -> list[str]:
        """Return the fields that `reveal` names and that every decision closes."""
        named = self.closed - NEVER if "all" in self._reveal else self._reveal
        return sorted(named & self.closed - self.shown)


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
    annotated = re.findall(rf"((?:@\w+\([^)]*\)\s*)*)\b{re.escape(attribute)}\??\s*:", schema)
    marks = {mark for each in annotated for mark in re.findall(r'@protected\("([^"]*)"\)', each)}
    return bool(marks - {"spend"})

"""The table of an audit in an auditor's folder, each row held against the log and the decision that it is of."""

import json
from collections import Counter
from datetime import date, datetime
from sys import intern
from typing import Any, NamedTuple

from evenhand.ledger.standalone_verifier import is_hash
from evenhand.workflows.audit.standalone_decisions import Json, Problems

NOT_HELD = "laws, designations, bands of numbers, and the day on which a rule of dates applied"
AGES = ((14, "under 14 days"), (90, "14 to 89 days"), (365, "90 to 364 days"), (5 * 365, "1 to 4 years"))
Row = dict[str, str]
Cells = dict[str, str]


class Seen(NamedTuple):
    """What decisions that are shown say of their rows, by leaf; what rules read of equals, once; leaves erased."""

    shown: dict[int, tuple[bytes, Cells]]
    facts: dict[bytes, Json]
    erased: set[int]

    def add(self, seq: int, equals: bytes, payload: Json, reads: set[str]) -> None:
        """Note a decision; `equals` is the same for those of which rules read the same."""
        self.shown[seq] = equals, _of_decision(payload)
        if equals not in self.facts:
            self.facts[equals] = _facts_read(payload["facts"], reads)


class Held(NamedTuple):
    """How many rows have a decision that they were held against, and the cells of these of which it says nothing."""

    rows: int
    unknown: Counter[str]


def check_rows(rows: list[Row], leaves: list[Json], seen: Seen, problems: Problems) -> Held:
    """Hold each row of the table against its leaf, and its decision where that is shown; return what could be."""
    equals: dict[bytes, list[str]] = {}
    known: dict[bytes, set[str]] = {}
    held, last, unknown = 0, -1, Counter[str]()
    for number, row in enumerate(rows, 2):
        where, seq = f"table.csv:{number}", int(row["seq"])
        if not last < seq < len(leaves) or leaves[seq]["kind"] != "decision":
            problems.add("table", where, f"seq is {seq}", "the leaf of a decision, each once, rising")
            continue
        last = seq
        held += seq in seen.shown or seq in seen.erased
        allowed = _of_leaf(row, leaves[seq], seq in seen.erased)
        if seq in seen.shown:
            facts, own = seen.shown[seq]
            allowed |= {"erased": {"false"}} | {name: {cell} for name, cell in own.items()}
            if facts not in equals:  # the cells of the others must be those of the first
                allowed |= (of_facts := _of_facts(row, seen.facts[facts]))
                known[facts] = set(of_facts)
            unknown.update(row.keys() - allowed.keys() - known[facts] - {"seq"})
            cells = [row[name] for name in row if is_fact(name)]
            if equals.setdefault(facts, cells) != cells:
                problems.add("table", where, "facts differ from those of a decision that shows the same", "equal cells")
        for name in [each for each in allowed if each in row and row[each] not in allowed[each]][:1]:
            expected = f"{' or '.join(sorted(allowed[name], reverse=True))}, as leaf {seq} and its decision show"
            problems.add("table", where, f"{name} is {row[name]}", expected)
    return Held(held, unknown)


def in_words(unknown: Counter[str], cells: int, name: str) -> str:
    """Return how many of some cells were compared with nothing, by column.

    >>> in_words(Counter(case=2, examined=1), 12, "table.csv")
    '3 of 12 cells of table.csv compared with nothing: case 2, examined 1'
    """
    columns = ", ".join(f"{column} {number}" for column, number in sorted(unknown.items()))
    return f"{unknown.total()} of {cells} cells of {name} compared with nothing{': ' * bool(columns)}{columns}"


def is_fact(name: str) -> bool:
    """Tell whether a column is a fact that rules read, and no id: those are closed."""
    return "." in name and not name.endswith(".@id")


def _of_leaf(row: Row, leaf: Json, is_erased: bool) -> dict[str, set[str]]:
    if is_erased:
        return {"lists": {leaf["lists"]}, "rulebook": {leaf["rulebook"]}, "erased": {"true"}}
    start = leaf["rulebook"].removeprefix("sha256:")[:12]
    return {"lists": {leaf["lists"]}, "rulebook": {row["rulebook"] if row["rulebook"].startswith(start) else start}}


def _of_decision(payload: Json) -> Cells:
    """Return what the cells must be that are not of facts which rules read."""
    kind = payload["facts"]["principal"]["type"]
    own: Json = next((each["attrs"] for each in payload["facts"]["entities"] if each["uid"]["type"] == kind), {})
    at = datetime.fromisoformat(payload["decided_at"])
    found = {
        **{name: as_text(value) for name, value in own.items() if not is_hash(value)},
        "outcome": payload["outcome"],
        "rules": ";".join(payload["reasons"]),
        "decided_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "kind": "news outlet" if "media" in own else "other",
        "facts_fit": "false" if payload["decision"] == "nodecision" else "true",
    }
    first = own.get("first_seen", {})
    if "__extn" in first:
        days = (at.date() - date.fromisoformat(first["__extn"]["arg"][:10])).days
        found["age"] = next((words for limit, words in AGES if days < limit), "5 years or more")
    if isinstance(micros := own.get("spend_micros"), int):
        found["spend"] = str(micros / 1_000_000)
        low = 10 ** (len(str(micros // 1_000_000)) - 1)
        found["size"] = f"{low:,} to {10 * low - 1:,}" if micros >= 1_000_000 else "0"
    return {name: intern(cell) for name, cell in found.items()}


def _facts_read(facts: Json, reads: set[str]) -> Json:
    """Return by type the attributes that rules read; of several entities of a type those of the first."""
    found: Json = {"context": facts["context"]}
    for entity in facts["entities"]:
        found.setdefault(entity["uid"]["type"], entity["attrs"])
    return {
        kind: {name: value for name, value in members.items() if kind in reads or f"{kind}.{name}" in reads}
        for kind, members in found.items()
    }


def _of_facts(row: Row, facts: Json) -> dict[str, set[str]]:
    """Return what the cells of facts may be: what is shown, or what says that no rule, or no law, asks for it."""
    found = {}
    for name in row:
        owner, _, rest = name.partition(".")
        if not is_fact(name) or rest.startswith("@") or name == "context.at":
            continue
        value: Any = facts.get(owner, {})
        for step in rest.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, bool) or not (isinstance(value, int) or is_hash(value)):
            found[name] = {"", "no law asks"} | ({as_text(value)} if value is not None else set())
    return found


def as_text(value: Any) -> str:
    """Return a value of Cedar as a cell: sets sorted, entities by their id."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(sorted(as_text(each) for each in value)) or "none"
    if isinstance(value, dict) and set(value) == {"__entity"}:
        return str(value["__entity"]["id"])
    if isinstance(value, dict) and set(value) == {"__extn"}:
        return str(value["__extn"]["arg"])
    return json.dumps(value, sort_keys=True, separators=(",", ":")) if isinstance(value, dict) else str(value)

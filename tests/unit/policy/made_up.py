"""Made-up rulebooks and facts for the tests of policy."""

import json
from pathlib import Path
from typing import Any

import msgspec

from evenhand.model.facts import Facts
from tests.rulebook_overlays import HOUSE

TWO_NAMES = HOUSE.parent / "two-names-2017"
FACTS = ("principal", "action", "resource", "context", "entities")

PERMIT = """@id("open")
@title("Made up")
@effective_from("2017-01-01")
@owner("nobody")
permit (principal, action, resource);
"""


def pack(folder: Path = HOUSE) -> dict[str, dict[str, Any]]:
    """Return the requests of a rulebook's pack by id."""
    lines = (folder / "tests" / "requests.jsonl").read_text().splitlines()
    return {each["id"]: each for each in map(json.loads, lines)}


def raw(request: str, folder: Path = HOUSE) -> dict[str, Any]:
    """Return the facts of a request as plain values, to be changed."""
    return {name: value for name, value in pack(folder)[request].items() if name in FACTS}


def facts(plain: dict[str, Any]) -> Facts:
    """Return plain values as facts."""
    return msgspec.convert(plain, Facts)


def entity(plain: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the first entity of a type, to be changed."""
    return next(each for each in plain["entities"] if each["uid"]["type"] == kind)


def forbid(condition: str, rule_id: str = "made-up", scope: str = "principal, action, resource", **notes: str) -> str:
    """Return the text of a forbid with the annotations that a rule needs."""
    annotations = {"id": rule_id, "title": "Made up", "verdict": "refuse", "ground": "contract", "notice_days": "0"}
    annotations |= {"effective_from": "2017-01-01", "owner": "nobody"} | notes
    lines = "".join(f'@{name}("{value}")\n' for name, value in annotations.items())
    return f"{lines}forbid ({scope})\nwhen {{ {condition} }};\n"


def folder_with(folder: Path, *rules: str, **files: str) -> Path:
    """Write a rulebook with the house's schema; a name's last `_` is its dot."""
    folder.mkdir(exist_ok=True)
    (folder / "schema.cedarschema").write_text((HOUSE / "schema.cedarschema").read_text())
    (folder / "rules.cedar").write_text("\n".join(rules))
    for name, text in files.items():
        (folder / ".".join(name.rsplit("_", 1))).write_text(text)
    return folder

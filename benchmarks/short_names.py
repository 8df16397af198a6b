"""Short names as people type them, by name alone: `python -m benchmarks.short_names` (`EVENHAND_DATA`), 20 seconds.

Reads `data/short_names.txt` and prints one JSON object: of outlets how many are found, of listed organisations known by
a few letters likewise, of companies that are neither how many are found all the same, each by strength. `surprising`
are the cases that went otherwise. Where nomenklatura is installed (`benchmarks.peers` says how), its scorers are asked
for the 50 entities whose names rapidfuzz finds most alike, at its own threshold.
"""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from rapidfuzz.fuzz import WRatio
from rapidfuzz.process import extract
from rapidfuzz.utils import default_process

from benchmarks.peers import PEER_THRESHOLD, Row, Scorer, peer_scorers
from evenhand.lists.publication import read_publications
from evenhand.model.finding import Finding
from evenhand.model.listing import ListedEntity
from evenhand.model.party import Advertiser
from evenhand.screening import Index, screen
from evenhand.screening.parties.profile import MEDIA
from evenhand.store.public_suffixes import PublicSuffixes

_TABLE = Path(__file__).parent / "data" / "short_names.txt"
_LISTS = ("ofac_sdn_20210707", "ofac_cons_20251219", "un_sc_20260227", "state_media_202402")


def groups() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Return the names of each group with the countries under which a right answer stands, outlets alone have some."""
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    here: list[tuple[str, tuple[str, ...]]] = []
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            here = found.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            name, _, countries = line.partition(": ")
            here.append((name, tuple(countries.split())))
    return found


def main() -> None:
    """Print the figures of all groups."""
    folder = Path(os.environ.get("EVENHAND_DATA", "../shared/data")) / "screening" / "lists"
    lists = [(each.version, each.entities) for name in _LISTS for each in read_publications(folder / name)]
    index = Index(lists, PublicSuffixes())
    found = {group: figures(group, names, index) for group, names in groups().items()}
    entities = [entity for _, several in lists for entity in several]
    for name, scorer in peer_scorers():
        for group, names in groups().items():
            found[group][name] = found_by(scorer, group, names, entities)
    print(json.dumps(found, ensure_ascii=False))


def found_by(scorer: Scorer, group: str, names: list[tuple[str, tuple[str, ...]]], entities: list[ListedEntity]) -> int:
    """Return how many names of a group another scorer finds."""
    owners = [(entity, name) for entity in entities for name in entity.values("name", "alias", "previousName")]
    written = [default_process(name) for _, name in owners]
    found = 0
    for name, countries in names:
        near: dict[str, ListedEntity] = {}
        for _, _, place in extract(default_process(name), written, scorer=WRatio, limit=_MOST_ASKED):
            near.setdefault(owners[place][0].id, owners[place][0])
        right = [each for each in near.values() if _is_of_group(each, group, countries)]
        rows = ({"schema": each.schema, "query": name, "candidate": dict(each.properties)} for each in right)
        found += any(scorer(_plain(row)) >= PEER_THRESHOLD for row in rows)
    return found


def _plain(row: Row) -> Row:
    names = row["candidate"]
    return row | {"candidate": {key: list(names[key]) for key in ("name", "alias", "previousName") if key in names}}


def _is_of_group(entity: ListedEntity, group: str, countries: tuple[str, ...]) -> bool:
    if group == "outlets":
        return entity.id.startswith(tuple(f"media-{country}-" for country in countries))
    return entity.schema != "Person" and (group != "listed" or not entity.values(MEDIA))


def figures(group: str, names: list[tuple[str, tuple[str, ...]]], index: Index) -> dict[str, Any]:
    """Return how many names of a group are found, by the strength of the best answer, and the surprising ones."""
    found = Counter[str]()
    surprising: list[str] = []
    for name, countries in names:
        party = Advertiser(id="q", name=name, schema="Organization")
        right = [each for each in screen([("advertiser", party)], index) if _is_right(each, group, countries)]
        strength = min((each.strength for each in right), key=_ORDER.index, default="")
        found[strength] += 1
        if bool(strength) == (group in {"others", "letters"}):
            surprising.append(f"{name} {strength} {right[0].entity_id if right else ''}".strip())
    told = {strength: found[strength] for strength in _ORDER}
    return {"names": len(names), "found": len(names) - found[""], **told, "surprising": surprising}


_MOST_ASKED = 50
_ORDER = ("certain", "possible", "name_only", "")


def _is_right(finding: Finding, group: str, countries: tuple[str, ...]) -> bool:
    if finding.kind == "lookalike_domain":
        return False
    if group == "outlets":
        return finding.entity_id.startswith(tuple(f"media-{country}-" for country in countries))
    return group != "listed" or finding.kind == "listed"


if __name__ == "__main__":
    main()

"""Short names as people type them, by name alone: `python -m benchmarks.short_names` (`EVENHAND_DATA`).

Reads `data/short_names.txt` and prints one JSON object: of outlets how many are found, of listed organisations known by
at most four letters likewise, of companies that are neither how many are found all the same, each by strength; beside
each what `nomenklatura`'s logic-v1 finds at .70 where it is installed (extra `bench`), asked of every listed name that
shares a word or its first letters. `missed` and `wrong` name the cases.
"""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from evenhand.lists.publication import read_publications
from evenhand.model.finding import Finding
from evenhand.model.party import Advertiser
from evenhand.screening import Index, screen
from evenhand.store.suffixes import PublicSuffixes

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
    lists = [each for name in _LISTS for each in read_publications(folder / name)]
    index = Index(lists, PublicSuffixes())
    print(json.dumps({group: figures(group, names, index) for group, names in groups().items()}, ensure_ascii=False))


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


_ORDER = ("certain", "possible", "name_only", "")


def _is_right(finding: Finding, group: str, countries: tuple[str, ...]) -> bool:
    if finding.kind == "lookalike_domain":
        return False
    if group == "outlets":
        return finding.entity_id.startswith(tuple(f"media-{country}-" for country in countries))
    return group != "listed" or finding.kind == "listed"


if __name__ == "__main__":
    main()

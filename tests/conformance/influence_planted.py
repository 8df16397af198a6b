"""Find planted rings: `python -m tests.conformance.influence_planted DIR [--flagged OUT.csv]`.

DIR is a scenario, or a folder of them: `scenario.json` with `events.parquet` and optional `truth.csv`, `null.parquet`
and `declared.csv`. Every scenario is tested with the settings that ship. OUT.csv gets `scenario,replay,account_id`
for every account that a finding names; replay -1 are the events, the others worlds without coordination.
The last line is `{"recall", "precision", "null_runs", "null_runs_with_flags", "seconds", "scenarios"}`.
"""

import argparse
import csv
import json
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from evenhand.influence import event_tables, find_coordination
from evenhand.model.errors import BadInput
from evenhand.store.duckdb_engine import analysis_engine
from evenhand.store.parquet_rows import literal

EVENTS = -1


@dataclass(frozen=True)
class Scenario:
    """A folder's description, with who must be found (`expected`) and who may be (`truth`), None where unknown."""

    name: str
    folder: Path
    events: Path
    null: Path | None
    declared: Mapping[str, str]
    truth: frozenset[str] | None
    expected: frozenset[str]
    resolution_s: int


@dataclass
class Outcome:
    """Whom the findings name in the events, and in each replay."""

    scenario: Scenario
    flagged: dict[int, tuple[str, ...]] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Return how many of the expected were found, were expected, were flagged, and were flagged rightly."""
        flagged = frozenset(self.flagged[EVENTS])
        right = flagged & self.scenario.truth if self.scenario.truth is not None else flagged
        return len(flagged & self.scenario.expected), len(self.scenario.expected), len(flagged), len(right)


def scenarios(folder: Path) -> list[Scenario]:
    """Return the scenario of a folder, or those of the folders in it, by name.

    Raises:
        BadInput: there is none, or one is not complete.
    """
    found = [folder] if (folder / "scenario.json").is_file() else sorted(
        each.parent for each in folder.glob("*/scenario.json")
    )  # fmt: skip
    if not found:
        raise BadInput("no scenario.json in it or in a folder of it", where=folder)
    return [_scenario(each) for each in found]


def _scenario(folder: Path) -> Scenario:
    try:
        told = json.loads((folder / "scenario.json").read_text(encoding="utf-8"))
        truth = _rows(folder, told.get("truth"))
        return Scenario(
            name=told.get("name", folder.name),
            folder=folder,
            events=folder / told.get("events", "events.parquet"),
            null=folder / told["null"] if told.get("null") else None,
            declared={row["account_id"]: row["control_id"] for row in _rows(folder, told.get("declared")) or ()},
            truth=None if truth is None else frozenset(row["account_id"] for row in truth),
            expected=frozenset(row["account_id"] for row in truth or () if row["expected"] == "1"),
            resolution_s=int(told.get("options", {}).get("resolution_s", 1)),
        )
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise BadInput("no scenario", where=folder, got=f"{type(error).__name__}: {error}") from None


def _rows(folder: Path, name: str | None) -> list[dict[str, str]] | None:
    if not name:
        return None
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def run_scenario(scenario: Scenario) -> Outcome:
    """Test the events and every replay of a scenario."""
    outcome, start = Outcome(scenario), time.perf_counter()
    with analysis_engine("2GB") as engine:
        try:
            outcome.flagged[EVENTS] = _flagged(engine, f"read_parquet({literal(scenario.events)})", scenario)
            outcome.seconds = time.perf_counter() - start
            if scenario.null:
                engine.execute(f"CREATE TEMP TABLE worlds AS FROM read_parquet({literal(scenario.null)})")
                for (replay,) in engine.execute("SELECT DISTINCT replay FROM worlds ORDER BY replay").fetchall():
                    source = f"(SELECT * FROM worlds WHERE replay = {int(replay)})"
                    outcome.flagged[int(replay)] = _flagged(engine, source, scenario)
        except duckdb.Error as error:
            raise BadInput("no events", where=scenario.folder, got=str(error).splitlines()[0]) from None
    return outcome


def _flagged(engine: duckdb.DuckDBPyConnection, source: str, scenario: Scenario) -> tuple[str, ...]:
    found = find_coordination(event_tables(engine, source, scenario.declared, scenario.resolution_s))
    return tuple(sorted({account for group in found.groups for account in group.named}))


def summary(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """Return the last line: counts over all scenarios; a share of nothing is null."""
    rows = list(outcomes)
    told = [row for row in rows if row.scenario.truth is not None]
    nulls = [names for row in rows for replay, names in row.flagged.items() if replay != EVENTS]
    return {
        **_shares(told),
        "null_runs": len(nulls),
        "null_runs_with_flags": sum(bool(names) for names in nulls),
        "seconds": round(sum(row.seconds for row in rows), 2),
        "scenarios": [
            {
                "name": row.scenario.name,
                **_shares([row] if row.scenario.truth is not None else []),
                "flagged": len(row.flagged[EVENTS]),
                "null_runs": len(row.flagged) - 1,
                "null_runs_with_flags": sum(bool(names) for replay, names in row.flagged.items() if replay != EVENTS),
                "seconds": round(row.seconds, 2),
            }
            for row in rows
        ],
    }


def _shares(outcomes: Iterable[Outcome]) -> dict[str, float | None]:
    counts = zip((0,) * 4, *(row.counts for row in outcomes), strict=True)
    found, expected, flagged, right = map(sum, counts)
    return {
        "recall": round(found / expected, 4) if expected else None,
        "precision": round(right / flagged, 4) if flagged else None,
    }


def main() -> int:
    """Run what the command line names; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.influence_planted")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--flagged", type=Path)
    chosen = parser.parse_args()
    try:
        outcomes = [run_scenario(scenario) for scenario in scenarios(chosen.folder)]
    except BadInput as error:
        print(error, file=sys.stderr)
        return 2
    if chosen.flagged:
        with chosen.flagged.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("scenario", "replay", "account_id"))
            for outcome in outcomes:
                for replay, names in outcome.flagged.items():
                    writer.writerows((outcome.scenario.name, replay, name) for name in names)
    print(json.dumps(summary(outcomes)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

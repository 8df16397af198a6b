"""Find planted rings: `python -m tests.conformance.influence_planted DIR [--flagged OUT.csv]`.

DIR is a scenario, or a folder of them: `scenario.json` with `events.parquet` and optional `truth.csv`, `null.parquet`
and `declared.csv`, by these names or those that `scenario.json` gives. Of `truth.csv`, `expected` is 1, yes or true, or
0, no or false. Every scenario is tested with the settings that ship. OUT.csv gets `scenario,replay,account_id`
for every account that a finding names; replay -1 are the events, the others worlds without coordination.
The last line is `{"recall", "precision", "null_runs", "null_runs_with_flags", "seconds", "scenarios"}`.
"""

import argparse
import csv
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import duckdb
import msgspec

from evenhand.influence import event_tables, find_coordination
from evenhand.model.errors import BadInput
from evenhand.store.duckdb_engine import analysis_engine
from evenhand.store.parquet_rows import literal
from tests.conformance.cases import Arguments, execute, out_path, read_object, read_text

EVENTS = -1
YES = frozenset({"1", "true", "yes"})
NO = frozenset({"", "0", "false", "no"})


class Options(TypedDict):
    """How the events of a scenario are measured."""

    resolution_s: NotRequired[Annotated[int, msgspec.Meta(ge=1)]]


class Description(TypedDict):
    """A `scenario.json`; a file that it does not name is looked for under its usual name, null is none."""

    name: NotRequired[str]
    events: NotRequired[str]
    truth: NotRequired[str | None]
    null: NotRequired[str | None]
    declared: NotRequired[str | None]
    options: NotRequired[Options | None]


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
    stated = read_object(folder / "scenario.json", Description)
    truth, declared, null = (_file(folder, stated, name) for name in ("truth", "declared", "null"))
    names = None if truth is None else _accounts(truth, "expected")
    return Scenario(
        name=stated.get("name", folder.name),
        folder=folder,
        events=folder / stated.get("events", "events.parquet"),
        null=null,
        declared={} if declared is None else _accounts(declared, "control_id"),
        truth=None if names is None else frozenset(names),
        expected=frozenset(name for name, value in (names or {}).items() if _is_expected(value, truth)),
        resolution_s=(stated.get("options") or {}).get("resolution_s", 1),
    )


def _file(folder: Path, stated: Description, name: Literal["truth", "declared", "null"]) -> Path | None:
    """Return an optional file: the one that is named, else the one that is there; null is none."""
    if name in stated:
        value = stated[name]
        return None if value is None else folder / value
    usual = folder / ("null.parquet" if name == "null" else f"{name}.csv")
    return usual if usual.is_file() else None


def _accounts(path: Path, column: str) -> dict[str, str]:
    """Return a column by account.

    Raises:
        BadInput: the file cannot be read, or a row lacks one of the two.
    """
    found: dict[str, str] = {}
    for row in (reader := csv.DictReader(StringIO(read_text(path), newline=""))):
        if not row.get("account_id") or row.get(column) is None:
            raise BadInput(
                "not a row", where=path, line=reader.line_num, expected=f"account_id, {column}", todo="add what lacks"
            )
        found[row["account_id"]] = row[column]
    return found


def _is_expected(value: str, path: Path | None) -> bool:
    if value.strip().casefold() not in YES | NO:
        raise BadInput("unknown value of `expected`", where=path, got=value, expected="1 or 0", todo="correct the row")
    return value.strip().casefold() in YES


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


def work(chosen: argparse.Namespace) -> dict[str, Any]:
    """Test the scenarios of a folder, write who is flagged where asked, return the figures."""
    outcomes = [run_scenario(scenario) for scenario in scenarios(chosen.folder)]
    if chosen.flagged:
        with chosen.flagged.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("scenario", "replay", "account_id"))
            for outcome in outcomes:
                for replay, names in outcome.flagged.items():
                    writer.writerows((outcome.scenario.name, replay, name) for name in names)
    return summary(outcomes)


def main(argv: list[str] | None = None) -> int:
    """Run the folder that the command line names and print the figures as the last line."""
    arguments = Arguments(__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--flagged", type=out_path)
    return execute(arguments, work, argv)


if __name__ == "__main__":
    sys.exit(main())

"""Compare with CooRTweet and the toolkit, table by table.

    python -m tests.conformance.coordination FILE --reference DIR [--write OUT]

FILE is a Parquet file of shares: `object_id`, `account_id`, `content_id` (text), `timestamp_share` (whole seconds);
the order of its rows decides ties. DIR has `manifest.json`, `{"configs": [{"name", "tool", parameters, "tables"}]}`,
and, where known, reference tables `NAME.TABLE.parquet`. Parameters of `coortweet` are `time_window`,
`min_participation` (2), `remove_loops` (true), `edge_weight` (0.5), `fast` (flags groups); of `toolkit` `time_window`,
`min_edge_weight` (1). Other keys are not read. Tables are equal if they have the same rows in any order, real numbers
to the 9th digit.

`--write` puts every table of every configuration into OUT. The last line is `{"configs", "agree", "disagree"}`: how
many configurations agree in all tables that are known (null if none is), and `name.table` of those that do not.
"""

import argparse
import math
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb
import msgspec

from evenhand.influence.co_sharing import co_sharing
from evenhand.influence.directed_edges import directed_edges
from evenhand.influence.share_pairs import CellLimits, share_file
from evenhand.model.coordination import OversizedCell
from evenhand.model.errors import BadInput
from evenhand.store.duckdb_engine import analysis_engine
from evenhand.store.parquet_rows import literal
from tests.conformance.cases import Arguments, answering, execute, read_object

MEMORY: Final = "6GB"
LIMITS: Final = CellLimits(shares=10_000, pairs=40_000_000)
"""The tools that are compared with leave no cell out, so more is paired here than elsewhere: what 4 GB allow."""

COLUMNS: Final = {
    "edges_right": "a, b, weight, n_content_a, n_content_b, edge_symmetry",
}
_MILLISECONDS: Final = 100_000_000_000  # as seconds, the year 5138


class CooRTweet(msgspec.Struct, frozen=True, tag_field="tool", tag="coortweet", kw_only=True):
    """A configuration of CooRTweet; `fast` flags the pairs of `groups` at most so many seconds apart."""

    name: str
    time_window: int
    min_participation: int = 2
    remove_loops: bool = True
    edge_weight: float = 0.5
    fast: int | None = None
    tables: tuple[str, ...] = ("groups", "edges", "accounts", "edges_right", "objects_right")


class Toolkit(msgspec.Struct, frozen=True, tag_field="tool", tag="toolkit", kw_only=True):
    """A configuration of coordination-network-toolkit."""

    name: str
    time_window: int
    min_edge_weight: int = 1
    tables: tuple[str, ...] = ("directed",)


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be computed."""

    configs: tuple[CooRTweet | Toolkit, ...]


@dataclass
class Comparison:
    """The tables that could be compared, and those that differ, both as `name.table`."""

    known: dict[str, list[str]]
    differing: list[str]

    def summary(self) -> dict[str, Any]:
        """Return the last line."""
        agree = sum(bool(tables) and not set(tables) & set(self.differing) for tables in self.known.values())
        return {
            "configs": len(self.known),
            "agree": agree if any(self.known.values()) else None,
            "disagree": self.differing,
        }


def read_manifest(folder: Path) -> Manifest:
    """Return the configurations of a folder.

    Raises:
        BadInput: there is no manifest, or it is none.
    """
    path = folder / "manifest.json"
    read: Manifest = read_object(path, Manifest)
    names = [config.name for config in read.configs]
    for config in read.configs:
        known = Toolkit if isinstance(config, Toolkit) else CooRTweet
        offered = known.__struct_defaults__[-1]
        if unknown := sorted(set(config.tables) - set(offered)):
            raise BadInput("unknown table", where=path, got=unknown[0], expected=", ".join(offered))
        if names.count(config.name) > 1 or not config.name or "/" in config.name or "\\" in config.name:
            raise BadInput("the name of a configuration is no file's name, or not the only one", where=path,
                           got=config.name)  # fmt: skip
    return read


def check_shares(engine: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Refuse a file that is not of shares in whole seconds.

    Raises:
        BadInput: it is no Parquet file, a column is missing or of another type, a value is missing, or times are
            milliseconds.
    """
    kinds = {name: kind for name, kind, *_ in engine.execute(f"DESCRIBE FROM read_parquet({literal(path)})").fetchall()}
    for column in ("object_id", "account_id", "content_id", "timestamp_share"):
        expected = ("BIGINT", "INTEGER") if column == "timestamp_share" else ("VARCHAR",)
        if kinds.get(column) not in expected:
            raise BadInput(f"column `{column}` cannot be used", where=path, got=kinds.get(column, "no such column"),
                           expected=" or ".join(expected))  # fmt: skip
    empty, latest = engine.execute(
        "SELECT count(*) FILTER (WHERE object_id IS NULL OR account_id IS NULL OR content_id IS NULL "
        f"OR timestamp_share IS NULL), max(abs(timestamp_share)) FROM read_parquet({literal(path)})"
    ).fetchall()[0]
    if empty:
        raise BadInput("rows without an id or a time", where=path, got=f"{empty} rows", expected="none")
    if latest is not None and latest >= _MILLISECONDS:
        raise BadInput("times are not in seconds", where=path, got=latest, expected="seconds since 1970",
                       todo="divide milliseconds by 1,000")  # fmt: skip


def queries(
    engine: duckdb.DuckDBPyConnection, path: Path, config: CooRTweet | Toolkit
) -> tuple[Mapping[str, str], tuple[OversizedCell, ...]]:
    """Compute a configuration; return the query of each table and the cells that were too large."""
    source = share_file(path)
    if isinstance(config, Toolkit):
        directed = directed_edges(
            engine, source, config.time_window, config.min_edge_weight, compat="toolkit", limits=LIMITS
        )
        return {"directed": directed.edges}, directed.oversized
    found = co_sharing(
        engine, source, config.time_window, config.min_participation, remove_loops=config.remove_loops,
        edge_weight=config.edge_weight, compat="coortweet", limits=LIMITS,
    )  # fmt: skip
    right = replace(found, compat=None)
    made = {
        "groups": found.groups if config.fast is None else found.flag_speed_share(config.fast),
        "edges": found.edges,
        "accounts": found.accounts,
        "edges_right": f"SELECT {COLUMNS['edges_right']} FROM ({right.edges}) AS edges ORDER BY a, b",
        "objects_right": right.objects,
    }
    return made, found.oversized


def run(path: Path, reference: Path, out: Path) -> Comparison:
    """Compute all configurations into `out`, and compare them with the tables that the reference has."""
    compared = Comparison({}, [])
    for config in read_manifest(reference).configs:
        known = compared.known.setdefault(config.name, [])
        with analysis_engine(MEMORY) as engine:
            check_shares(engine, path)
            with answering(f"{reference / 'manifest.json'}: {config.name}"):
                made, oversized = queries(engine, path, config)
            for cell in oversized:
                print(f"{config.name}: left out {cell.accounts} accounts of `{cell.object_id[:60]}` within "
                      f"{cell.bin_s} s from {cell.bin_starts}: at most {cell.pairs} pairs")  # fmt: skip
            for table in config.tables:
                name = f"{config.name}.{table}"
                written = out / f"{name}.parquet"
                engine.execute(f"COPY ({made[table]}) TO {literal(written)} (FORMAT parquet)")
                if (reference / written.name).is_file():
                    known.append(name)
                    if why := next(differences(engine, written, reference / written.name), None):
                        compared.differing.append(name)
                        print(f"{name}: {why}")
    return compared


def differences(engine: duckdb.DuckDBPyConnection, got: Path, expected: Path) -> Iterator[str]:
    """Say in what a table differs from its reference, first things first; nothing if they are equal."""
    columns, wanted = (
        [name for name, *_ in engine.execute(f"DESCRIBE FROM read_parquet({literal(path)})").fetchall()]
        for path in (got, expected)
    )
    if sorted(columns) != sorted(wanted):
        yield f"columns {', '.join(columns)}; the reference has {', '.join(wanted)}"
        return
    rows, reference = (_sorted_rows(engine, path, columns) for path in (got, expected))
    if len(rows) != len(reference):
        yield f"{len(rows)} rows; the reference has {len(reference)}"
    for row, other in zip(rows, reference, strict=False):
        if not all(map(_equal, row, other)):
            yield f"{row}; the reference has {other}"


def _sorted_rows(engine: duckdb.DuckDBPyConnection, path: Path, columns: list[str]) -> list[tuple[Any, ...]]:
    shown = ", ".join(columns)
    rows = engine.execute(f"SELECT {shown} FROM read_parquet({literal(path)})").fetchall()
    return sorted(rows, key=lambda row: [(value is None, round(value, 6) if isinstance(value, float) else value or 0)
                                         for value in row])  # fmt: skip


def _equal(value: object, other: object) -> bool:
    if isinstance(value, float) and isinstance(other, int | float):
        return math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-9)
    return value == other


def work(chosen: argparse.Namespace) -> dict[str, Any]:
    """Compute and compare what is named; return the counts."""
    with TemporaryDirectory() as folder:
        out = chosen.write or Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        try:
            return run(chosen.file, chosen.reference, out).summary()
        except duckdb.Error as error:
            raise BadInput("cannot be computed", where=chosen.file, got=str(error).splitlines()[0]) from None


def main(argv: list[str] | None = None) -> int:
    """Run what the command line names; return the exit status."""
    arguments = Arguments(__doc__)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--reference", type=Path, required=True)
    arguments.add_argument("--write", type=Path)
    return execute(arguments, work, argv)


if __name__ == "__main__":
    sys.exit(main())

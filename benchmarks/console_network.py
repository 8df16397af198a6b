"""A network for the console's figures: so many advertisers, of whom so many bear the name of a listed entity."""

import csv
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.made import Made, make_network
from evenhand.cli.common import tools
from evenhand.model.decision import DecidedBy
from evenhand.store.network import read_network
from evenhand.workflows.run import run

AT = datetime(2026, 11, 2, 12, tzinfo=UTC)


def build_network(folder: Path, advertisers: int, tasks: int) -> None:
    """Write a network with about so many tasks, at most as many as its made list has entities, and run it once."""
    make_network(folder, Made(advertisers), None)
    _name_as_listed(folder, tasks)
    with tools(quiet=True) as handed:
        run(read_network(folder), AT, DecidedBy(kind="run", id="benchmark"), handed)


def _name_as_listed(folder: Path, tasks: int) -> None:
    """Give the first advertisers each the name of an entity of the made list, so that a person has to look at it."""
    with (folder / "made-list.csv").open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)][:tasks]
    path = folder / "data" / "advertisers.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, name in zip(rows, names, strict=False):
        row["name"] = name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)

"""Networks in which some made-up advertisers act as one: the same pages within seconds, one after the other."""

import csv
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.networks import MadeNetwork, empty_network

RING = tuple(f"ring-{number}" for number in range(6))
OTHERS = tuple(f"shop-{number}" for number in range(14))
START = 1_772_000_300
Event = tuple[str, str, str, str, str]
"""Account, object, kind, time, content."""


def ring_network(folder: Path) -> MadeNetwork:
    """Return a network with six advertisers who act as one and fourteen who do not, with its events written."""
    made = empty_network(folder)
    for account in (*RING, *OTHERS):
        made.add("advertisers", id=account, name=f"Quolvet {account}", country="DE", verification="register")
    made.settings["intake"]["events"] = "data/events.csv"
    write_events(made, (*acts_of(RING), *background(OTHERS)))
    return made


def acts_of(accounts: Iterable[str], pages: int = 10) -> list[Event]:
    """Return accounts that share one page after another, all within half a minute."""
    return [
        (account, f"landing_url:https://story.example/{page}", "landing_url", str(START + page * 3600 + number * 5),
         f"ad-{account}-{page}")
        for number, account in enumerate(accounts)
        for page in range(pages)
    ]  # fmt: skip


def background(accounts: Sequence[str], acts: int = 10) -> list[Event]:
    """Return accounts that share pages of their own accord."""
    chance = random.Random(7)
    return [
        (account, f"https://news.example/{chance.randrange(30)}", "landing_url",
         str(START + chance.randrange(86_400 * 3)), f"post-{account}-{number}")
        for account in accounts
        for number in range(acts)
    ]  # fmt: skip


def write_events(made: MadeNetwork, events: Iterable[Sequence[str]], time: str = "ts") -> None:
    """Write a table of events."""
    write_table(
        made.folder / "data" / "events.csv", ("account_id", "object_id", "object_type", time, "content_id"), events
    )


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)

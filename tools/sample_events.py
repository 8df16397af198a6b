"""The acts of the sample network: `python -m tools.sample_events FOLDER` writes `events.csv` and `declared.csv`.

Six advertisers act as one and did not declare it, five act as one for an agency and did, twelve follow one feed and
answer it within the hour; the rest of each advertiser's acts is at any time. Drawn with one seed: the files that ship
are what this writes.
"""

import csv
import random
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

RING: Final = ("qm-sports", "qn-sports", "rain-coats", "ferry-trips", "puzzle-app", "lens-maker")
AGENCY: Final = ("kettle-tea", "hill-farm", "garden-centre", "bike-repair", "cheese-shop")
FANS: Final = (
    "choir", "chess-club", "animal-home", "toy-library", "evening-school", "cyrillic-books", "cyrillic-honey",
    "chinese-books", "chinese-tea", "greek-bakery", "arabic-school", "lantern-books",
)  # fmt: skip
CONTROL: Final = "tidewater-media"
_FIRST: Final = datetime(2026, 10, 5, 6, tzinfo=UTC)
_SEED: Final = 20171026
_DAYS: Final = 20

Row = tuple[str, str, str, str, str]
Act = tuple[datetime, str, str]


def sample_events() -> list[Row]:
    """Return the acts in order of time: account, object, kind, moment, ad."""
    draw = random.Random(_SEED)
    acts = [
        *_within_seconds(draw, RING, "autumn-vote"),
        *_within_seconds(draw, AGENCY, "harvest-fair"),
        *_within_the_hour(draw, FANS, "daily-choir"),
        *_at_any_time(draw, (*RING, *AGENCY, *FANS), "town-news"),
    ]
    return [
        (account, f"landing_url:https://{page}", "landing_url", f"{at:%Y-%m-%dT%H:%M:%SZ}", f"ad-{number:04d}")
        for number, (at, account, page) in enumerate(sorted(acts), 1)
    ]


def _within_seconds(draw: random.Random, accounts: Sequence[str], site: str) -> Iterator[Act]:
    for page in range(14):
        begins = _FIRST + timedelta(days=page * _DAYS / 14, seconds=draw.randrange(36_000))
        for account in accounts:
            if draw.random() < 0.8:
                yield begins + timedelta(seconds=draw.randrange(25)), account, f"{site}.example/{page + 1}"


def _within_the_hour(draw: random.Random, accounts: Sequence[str], site: str) -> Iterator[Act]:
    for page in range(30):
        begins = _FIRST + timedelta(days=page * _DAYS / 30, seconds=draw.randrange(36_000))
        for account in accounts:
            if draw.random() < 0.6:
                later = timedelta(seconds=int(draw.expovariate(1 / 1_200)))
                yield begins + later, account, f"{site}.example/{page + 1}"


def _at_any_time(draw: random.Random, accounts: Sequence[str], site: str) -> Iterator[Act]:
    for account in accounts:
        for _ in range(6):
            at = _FIRST + timedelta(days=draw.randrange(_DAYS), seconds=draw.randrange(50_000))
            yield at, account, f"{site}.example/{draw.randrange(25) + 1}"


def write_sample_events(folder: Path) -> None:
    """Write both tables into a folder."""
    events = [("account_id", "object_id", "object_type", "at", "content_id"), *sample_events()]
    declared = [("account_id", "control_id"), *((account, CONTROL) for account in AGENCY)]
    for name, rows in (("events.csv", events), ("declared.csv", declared)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    write_sample_events(Path(sys.argv[1]))

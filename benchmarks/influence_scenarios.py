"""Make scenarios with planted rings: `python -m benchmarks.influence_scenarios OUT --part kept [--worlds N]`.

OUT gets a folder a scenario, as `python -m tests.conformance.influence_planted OUT` reads them. The part `look` is for
looking at while the tests are changed, the part `kept` for the figures that are reported; each has other seeds and
other acts in the background (real ones of `EVENHAND_DATA` with redrawn seconds, made ones without it).
Ring kinds are named size, objects, participation: of `s8_o4_p0.6` each of 8 accounts takes part in each of 4 acts with
probability 0.6.
"""

import argparse
import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import duckdb
import numpy as np

from benchmarks.influence_backgrounds import (
    BIN_S,
    START,
    Act,
    Part,
    Random,
    affiliate_acts,
    campaign_acts,
    fan_acts,
    news_acts,
    real_acts,
    token_acts,
    with_layers,
    with_schedules,
)
from benchmarks.sizes import at_least
from evenhand.store.parquet_rows import literal

WORLDS: Final = 20
_FEW_ACTS: Final = 4  # of a member
SEEDS: Final = {"look": 1, "kept": 2_000_003}
Background = Callable[[Random], list[Act]]


@dataclass
class Planted:
    """A background with rings in it; `truth` has account, ring, kind and whether it must be found."""

    acts: list[Act]
    draw: Random
    truth: list[tuple[str, str, str, int]] = field(default_factory=list)
    declared: dict[str, str] = field(default_factory=dict)

    def add_ring(
        self,
        size: int,
        objects: int,
        share: float,
        *,
        kind: str = "",
        spread_s: float = 14,
        on: str = "own",
        busy: int = 0,
        expected: int = 1,
    ) -> list[str]:
        """Plant a ring: its moments are normal around one of each object with deviation `spread_s`.

        `on` "own": of objects that nobody else has; "others": of what a dozen others share; an object's kind: all on
        the one constant object. `busy`: so many other acts of each member.
        """  # fmt: skip
        number = len({ring for _, ring, _, _ in self.truth})
        members = [f"p{number:03d}_{member:02d}" for member in range(size)]
        kind = kind or f"s{size}_o{objects}_p{share}"
        self.truth += [(member, f"r{number}", kind, expected) for member in members]
        for thing, layer, moment in self._occasions(number, objects, on):
            self.burst([member for member in members if self.draw.random() < share], thing, layer, moment, spread_s)
        others = self.draw.integers(0, len(self.acts), size * busy).tolist()
        for place, other in enumerate(others):
            _, thing, layer, second = self.acts[other]
            moved = second - second % BIN_S + int(self.draw.integers(0, BIN_S))
            self.acts.append(Act(members[place % size], thing, layer, moved))
        return members

    def _occasions(self, ring: int, objects: int, on: str) -> list[tuple[str, str, int]]:
        moments = (START + self.draw.integers(0, 30 * 86_400, objects)).tolist()
        if on == "own":
            names = self.draw.integers(0, 10**9, objects).tolist()  # which half an object is of depends on its name
            return [(f"x{ring}_{name}", "landing_url", moment) for name, moment in zip(names, moments, strict=True)]
        if on != "others":
            return [(on, on, moment) for moment in moments]
        counts: dict[str, list[int]] = {}
        for act in self.acts:
            if act.kind == "landing_url":
                counts.setdefault(act.object, []).append(act.second)
        many = sorted(name for name, seconds in counts.items() if 8 <= len(seconds) <= 60)
        chosen = self.draw.choice(len(many), objects, replace=False).tolist()
        return [(many[place], "landing_url", int(np.median(counts[many[place]]))) for place in chosen]

    def burst(self, members: Sequence[str], thing: str, layer: str, moment: int, spread_s: float) -> None:
        """Let accounts act on one object around one moment."""
        for member in members:
            self.acts.append(Act(member, thing, layer, moment + round(float(self.draw.normal(0, spread_s)))))


Maker = Callable[[Background, Random], Planted]


def small(background: Background, draw: Random, size: int, objects: int, share: float, **options: object) -> Planted:
    """Plant rings of one size: twelve where much is left to chance, else four."""
    planted = Planted(background(draw), draw)
    for _ in range(12 if objects * share < _FEW_ACTS else 4):
        planted.add_ring(size, objects, share, **options)  # type: ignore[arg-type]
    return planted


def twins(background: Background, draw: Random) -> Planted:
    """Plant pairs of rings that take the same objects, within the same ten minutes or an hour apart."""
    planted = Planted(background(draw), draw)
    for pair, apart_s in enumerate((180, 180, 3_600)):
        rings = [[f"p{pair}{side}_{member}" for member in range(10)] for side in "ab"]
        planted.truth += [(name, f"r{pair}{name[2]}", "twins", 1) for ring in rings for name in ring]
        for moment in (START + draw.integers(0, 30 * 86_400, 12)).tolist():
            for ring, at in zip(rings, (moment, moment + apart_s), strict=True):
                planted.burst(
                    [name for name in ring if draw.random() < 0.5], f"x{pair}_{moment}", "landing_url", at, 12
                )
    return planted


def in_fans(background: Background, draw: Random) -> Planted:
    """Plant rings among fans: on objects of their own, on the fans' posts, and slow ones that cannot be proved."""
    planted = Planted(background(draw), draw)
    for _ in range(3):
        planted.add_ring(12, 20, 0.7, kind="exclusive", spread_s=10, busy=15)
        planted.add_ring(12, 20, 0.7, kind="piggyback", spread_s=10, on="others", busy=15)
        planted.add_ring(12, 20, 0.7, kind="slow", spread_s=20_000, busy=15, expected=0)
    return planted


def agencies(background: Background, draw: Random) -> Planted:
    """Plant groups that declared one control, and one account that moves with one of them and did not declare it."""
    planted = Planted(background(draw), draw)
    for agency in range(4):
        members = planted.add_ring(9, 15, 0.7, kind="agency", busy=4)
        loose = members[:1] if agency == 0 else []
        planted.declared |= {member: f"agency{agency}" for member in members if member not in loose}
        planted.truth = [row for row in planted.truth if row[0] not in planted.declared]
    return planted


def layered(background: Background, draw: Random) -> Planted:
    """Plant rings, and let every act have a page and the page's host."""
    planted = small(background, draw, 10, 10, 0.5)
    hosts = [Act(act.account, f"host:{act.object[:-1]}", "host", act.second) for act in planted.acts]
    planted.acts += hosts
    return planted


def tokens(background: Background, draw: Random) -> Planted:
    """Plant rings that share rare tokens, and declared groups that share all."""
    planted = Planted(background(draw), draw)
    own = ("address", "host", "payment_token_hash", "tracker_id")
    for ring in range(6):
        for member in range(6):
            name = f"org:ring{ring}-{member}"
            planted.truth.append((name, f"r{ring}", "static", 1))
            things = [(f"{kind}:ring{ring}", kind) for kind in own if draw.random() < 0.8]
            things += [("addr:US", "address"), ("host:bit.ly", "host")]
            things += [(f"targeting:{int(draw.integers(0, 300))}", "targeting") for _ in range(2)]
            planted.acts += [Act(name, thing, kind, START + int(draw.integers(0, 10**6))) for thing, kind in things]
    for agency in range(3):
        for member in range(8):
            name = f"org:declared{agency}-{member}"
            planted.declared[name] = f"agency{agency}"
            planted.acts += [Act(name, f"{kind}:agency{agency}", kind, START) for kind in own]
    return planted


def minutes(maker: Maker, background: Background, draw: Random) -> Planted:
    """Keep of each moment its minute."""
    planted = maker(background, draw)
    planted.acts = in_units(planted.acts, 60)
    return planted


def in_units(acts: list[Act], resolution_s: int) -> list[Act]:
    """Return acts with the second at which their unit of time begins."""
    return [act._replace(second=act.second - act.second % resolution_s) for act in acts]


def untouched(background: Background, draw: Random) -> Planted:
    """Plant nothing."""
    return Planted(background(draw), draw)


def scenarios(part: Part) -> Iterator[tuple[str, Maker, Background, int]]:
    """Return name, maker, background and resolution of every scenario of a part."""
    for number in (0, 1):
        real = partial(real_acts, part, number)
        for size, objects, share in ((8, 4, 0.6), (12, 8, 0.4), (8, 8, 0.6), (12, 12, 0.4), (12, 20, 0.3)):
            ring = partial(small, size=size, objects=objects, share=share)
            yield f"s{size}_o{objects}_p{share}_{number}", ring, real, 1
        yield f"busy_{number}", partial(small, size=12, objects=8, share=0.4, busy=6), real, 1
        yield f"piggyback_{number}", partial(small, size=12, objects=12, share=0.5, on="others", busy=4), real, 1
        yield f"jitter_{number}", partial(small, size=12, objects=12, share=0.5, spread_s=30), real, 1
        yield f"twins_{number}", twins, real, 1
        yield f"agencies_{number}", agencies, real, 1
        yield f"layers_{number}", layered, real, 1
        yield f"minutes_{number}", partial(minutes, partial(small, size=12, objects=20, share=0.6)), real, 60
    for median_s in (300, 900, 3_600):
        yield f"fans_{median_s}", in_fans, partial(fan_acts, median_s=median_s), 1
    yield "news", partial(small, size=10, objects=10, share=0.6, busy=2), news_acts, 1
    yield "affiliates", untouched, partial(affiliate_acts, punctual=0.0), 1
    yield "affiliates_punctual", untouched, affiliate_acts, 1
    yield "campaigns", partial(small, size=10, objects=10, share=0.7, on="campaign_create"), campaign_acts, 1
    yield "tokens", tokens, partial(token_acts, part), 1
    grounds: dict[str, Background] = {
        "real_0": partial(real_acts, part, 0), "real_1": partial(real_acts, part, 1),
        "fans_900": partial(fan_acts, median_s=900), "fans_3600": partial(fan_acts, median_s=3_600),
        "news": news_acts, "affiliates": partial(affiliate_acts, punctual=0.0),
    }  # fmt: skip
    for name, ground in grounds.items():
        yield f"two_layers_{name}", untouched, partial(with_layers, ground), 1
        yield f"three_layers_{name}", untouched, partial(with_layers, ground, texts=True), 1
        yield f"five_minutes_{name}", untouched, partial(with_schedules, ground), 1
        yield f"full_minutes_{name}", untouched, partial(with_schedules, ground, mark_s=60), 1
    for name, ground in grounds.items():  # of each account a third of what it does, or of one account in twenty all
        yield f"partly_{name}", untouched, partial(with_schedules, ground, of_acts=0.3), 1
        yield f"few_{name}", untouched, partial(with_schedules, ground, share=0.05), 1


def write_scenario(folder: Path, planted: Planted, worlds: Sequence[Sequence[Act]], resolution_s: int) -> None:
    """Write one scenario's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_events(folder / "events.parquet", [(-1, act) for act in sorted(planted.acts)])
    _write_events(
        folder / "null.parquet", [(place, act) for place, world in enumerate(worlds) for act in sorted(world)]
    )
    _write_rows(folder / "truth.csv", ("account_id", "ring", "kind", "expected"), planted.truth)
    _write_rows(folder / "declared.csv", ("account_id", "control_id"), sorted(planted.declared.items()))
    scenario = {
        "name": folder.name, "events": "events.parquet", "truth": "truth.csv", "declared": "declared.csv",
        "null": "null.parquet" if worlds else None, "options": {"resolution_s": resolution_s},
    }  # fmt: skip
    (folder / "scenario.json").write_text(json.dumps(scenario, indent=1) + "\n", encoding="utf-8")


def _write_events(path: Path, rows: Sequence[tuple[int, Act]]) -> None:
    columns = [[act[place] for _, act in rows] for place in range(4)]
    with duckdb.connect() as engine:
        engine.execute(
            "CREATE TABLE made AS SELECT unnest($1::INTEGER[]) AS replay, unnest($2::VARCHAR[]) AS account_id, "
            "unnest($3::VARCHAR[]) AS object_id, unnest($4::VARCHAR[]) AS object_type, unnest($5::BIGINT[]) AS ts",
            [[replay for replay, _ in rows], *columns],
        )
        chosen = "SELECT *, 'e' || row_number() OVER () AS content_id FROM made"
        engine.execute(f"COPY ({chosen}) TO {literal(path)} (FORMAT parquet)")


def _write_rows(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def main() -> None:
    """Write the scenarios that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", choices=("look", "kept"), required=True)
    parser.add_argument(
        "--worlds", type=at_least(0), default=WORLDS, help=f"worlds without rings of each background, {WORLDS}"
    )
    parser.add_argument("--only", default="", help="scenarios whose name begins so")
    chosen = parser.parse_args()
    with_worlds: set[tuple[str, int]] = set()
    for place, (name, maker, background, resolution_s) in enumerate(scenarios(chosen.part)):
        if name.startswith(chosen.only):
            draw = np.random.default_rng([SEEDS[chosen.part], place])
            planted = maker(background, draw)
            # Each background has worlds once, and once more by the minute.
            key, worlds = (str(background), resolution_s), []
            if key not in with_worlds:
                worlds = [in_units(background(draw), resolution_s) for _ in range(chosen.worlds)]
            with_worlds.add(key)
            write_scenario(chosen.folder / name, planted, worlds, resolution_s)
            print(name, len(planted.acts), len(planted.truth), len(worlds), flush=True)


if __name__ == "__main__":
    main()

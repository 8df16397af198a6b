"""The benchmark of growth: its exponents are of what it measured, and its picture has every point."""

import sys
import xml.etree.ElementTree as ET

import pytest

from benchmarks.growth import BEFORE, RUNS, STAGES, beside_before, exponents, fitted_exponent
from benchmarks.growth_picture import picture
from benchmarks.shared_memory import run_watched
from benchmarks.stages_picture import Bar, stages_picture


@pytest.mark.parametrize(
    ("costs", "exponent"), [([1, 10, 100], 1.0), ([5, 5, 5], 0.0), ([1, 100, 10_000], 2.0), ([0.001, 0, 9], None)]
)
def test_an_exponent_is_the_slope_of_the_logarithms(costs: list[float], exponent: float | None) -> None:
    """What costs next to nothing at all sizes but one has none."""
    assert fitted_exponent([1_000, 10_000, 100_000], costs) == exponent


def test_each_stage_has_its_exponent() -> None:
    """So that one that grows faster is not hidden by the others."""
    measured = [
        {"advertisers": size, "first": {"seconds": 2 * size, "stages": {"rule": size, "record": size**2}}}
        for size in (10, 100)
    ]

    assert exponents(measured, "first") == {"rule": 1.0, "record": 2.0, "seconds": 1.0}


def test_the_picture_shows_every_run_of_every_size() -> None:
    """Well-formed, with its lines named; a name cannot break out of it."""
    lines = {"first": [(1_000, 3.0), (10_000, 30.0)], "a < b": [(1_000, 0.4), (10_000, 1.0)]}

    drawn = ET.fromstring(picture(lines))

    space = "{http://www.w3.org/2000/svg}"
    assert len(drawn.findall(f"{space}circle")) == 4
    said = [each.text for each in drawn.findall(f"{space}text")]
    assert {"first: 30.0 s", "a < b: 1.0 s", "1,000", "10,000", "0.1 s", "100 s"} <= set(said)
    heights = [float(each.attrib["cy"]) for each in drawn.findall(f"{space}circle")]
    assert heights[1] < heights[0] < heights[2]


def test_bars_are_as_long_as_their_stages() -> None:
    """Twice the time is twice the length, in every stage, and a name cannot break out of the picture."""
    stages = {f"stage {number} <": float(number) for number in range(10)}
    twice = {name: 2 * cost for name, cost in stages.items()}

    drawn = ET.fromstring(stages_picture([Bar("now", stages), Bar("before", twice)]))

    space = "{http://www.w3.org/2000/svg}"
    widths = [float(each.attrib["width"]) for each in drawn.findall(f"{space}rect")]
    assert widths[10:20] == pytest.approx([2 * width for width in widths[:10]], abs=0.1)
    assert {"stage 9 <", "45.0 s", "90.0 s"} <= {each.text for each in drawn.findall(f"{space}text")}


def test_what_was_before_has_the_stages_of_today() -> None:
    """A stage that was renamed would be missing from one of the bars."""
    bars = beside_before({run: {"stages": dict.fromkeys((*STAGES, "other"), 1.0)} for run in RUNS})

    assert len(bars) == len(RUNS) + sum(run in BEFORE for run in RUNS)
    assert {tuple(bar.stages) for bar in bars} == {(*STAGES, "other")}


def test_a_page_that_two_processes_share_is_counted_once() -> None:
    """What a process began is counted with it, or a run that works beside itself would seem to need less."""
    shares = "import os, time; held = b'x' * (100 << 20); child = os.fork(); time.sleep(1); child or os._exit(0)"
    both = "import os, time; child = os.fork(); held = b'x' * (100 << 20); time.sleep(1); child or os._exit(0)"

    _, shared_mb = run_watched([sys.executable, "-S", "-c", shares])
    _, both_mb = run_watched([sys.executable, "-S", "-c", both])

    assert 100 <= shared_mb < 150
    assert 200 <= both_mb < 250

"""Times that do not say when somebody acted accuse nobody of acting at one moment."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evenhand.model.coordination import InfluenceResult
from evenhand.model.errors import TableUnreadable
from evenhand.workflows.influence import run_influence
from tests.networks import DAY_1, SUFFIXES, MadeNetwork, quiet
from tests.rings import OTHERS, RING, acts_of, background, ring_network, write_events

ACTS = (*acts_of(RING), *background(OTHERS))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    made = ring_network(tmp_path_factory.mktemp("ring") / "network")
    made.write()
    return made


@pytest.fixture
def network(tmp_path: Path, written: MadeNetwork) -> MadeNetwork:
    return written.copy(tmp_path / "network")


def notice(made: MadeNetwork, change: Callable[[int], int]) -> InfluenceResult:
    write_events(made, [(*each[:3], str(change(int(each[3]))), each[4]) for each in ACTS])
    made.write()
    return run_influence(made.network, DAY_1, SUFFIXES, quiet)


COARSE: dict[str, tuple[Callable[[int], int], str]] = {
    "days": (lambda at: at // 86_400 * 86_400, "the times are whole days"),
    "days of another zone": (lambda at: at // 86_400 * 86_400 + 19_800, "the times are whole days"),
    "hours": (lambda at: at // 3_600 * 3_600, "the times are whole hours"),
    "one time": (lambda _: 1_772_000_317, "all times are the same"),
}


@pytest.mark.parametrize("kind", COARSE)
def test_times_that_are_no_moments_are_told_and_not_compared(network: MadeNetwork, kind: str) -> None:
    """Everybody's acts would be at the same moment; who shares the same ten pages is still compared."""
    change, told = COARSE[kind]

    result = notice(network, change)

    assert any(each.startswith(f"data/events.csv: {told}: they show no moment") for each in result.warnings)
    assert not any(set(OTHERS).intersection(each.members) for each in result.communities)
    assert {layer for each in result.communities for layer in each.layers} <= {"tokens"}
    assert (result.counted["events"] > 0, result.counted["events.moments"]) == (True, 0)


def test_whole_minutes_are_refused_with_the_setting_that_takes_them(network: MadeNetwork) -> None:
    """By seconds, acts of one minute would all be of one second."""

    def to_minute(at: int) -> int:
        return at // 60 * 60

    with pytest.raises(TableUnreadable, match=r"events\.csv: has times in whole minutes; .*resolution_s = 60"):
        notice(network, to_minute)
    network.settings["influence"] = {"resolution_s": 60}

    assert [each.members for each in notice(network, to_minute).communities] == [RING]


def test_few_acts_or_many_exact_times_are_taken_as_they_are(network: MadeNetwork) -> None:
    """One act in nine at a full minute is nothing special."""
    result = notice(network, lambda at: at if at % 9 else at // 60 * 60)

    assert result.counted["events.moments"] == result.counted["events"]
    assert [each.members for each in result.communities] == [RING]


def test_bids_of_coarse_times_are_no_moments_either(network: MadeNetwork) -> None:
    """The hosts that they advertise are still shared."""
    del network.settings["intake"]["events"]
    network.settings["intake"]["bids"] = "data/bids.csv"
    lines = [f"{1_772_000_000 // 86_400 * 86_400 + 40_000 + day * 86_400},{each},{day}.example"
             for each in RING for day in range(12)]  # fmt: skip
    for each in RING:
        network.add("campaigns", id=each, advertiser_id=each, payer_id=each)
    network.write()
    (network.folder / "data/bids.csv").write_text("\n".join(("time,cid,adomain", *lines)), "utf-8")

    result = run_influence(network.network, DAY_1, SUFFIXES, quiet)

    assert any("data/bids.csv: the times are whole days" in each for each in result.warnings)
    assert {layer for each in result.communities for layer in each.layers} <= {"tokens"}

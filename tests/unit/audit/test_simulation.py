"""Null and power: made-up decisions whose truth is known, and the benchmarks that count what is accused in them."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import audit_peers, audit_simulation
from benchmarks.audit_simulation import audit, is_accused, wilson
from benchmarks.made_decisions import Decisions, Setting, make_decisions
from evenhand.audit.exact_test import exact_test


def test_a_group_refused_ten_points_more_often_is_found_and_no_other() -> None:
    """1,000 of 5,000 decisions, 60 groups, crude rates that mislead."""
    decisions = make_decisions(Setting(members=1_000, points=0.10), np.random.default_rng(4))

    verdicts = audit(decisions)

    assert (decisions.group == 0).sum() == 1_000
    assert verdicts[0].verdict == "worse"
    assert not is_accused(verdicts[1:])


def test_nobody_is_accused_where_nothing_is_the_matter() -> None:
    generator = np.random.default_rng(5)

    accused = [is_accused(audit(make_decisions(Setting(), generator))) for _ in range(5)]

    assert accused == [False] * 5


def test_the_mirror_gives_the_mirrored_verdicts() -> None:
    """The same decisions with two groups exchanged."""
    decisions = make_decisions(Setting(members=1_000, points=0.10, groups=8), np.random.default_rng(6))
    exchanged = np.array([1, 0, *range(2, 8)])[decisions.group]

    verdicts = audit(decisions)
    mirrored = audit(Decisions(decisions.stratum, exchanged, decisions.adverse))

    assert (mirrored[1], mirrored[0], mirrored[2:]) == (verdicts[0], verdicts[1], verdicts[2:])


def test_crude_rates_of_innocent_groups_mislead_and_strata_do_not() -> None:
    """A group that is frequent where most are refused: refused thrice as often as others, as its equals are."""
    tables = [[72, 48, 60, 40], [1, 29, 20, 580]]
    a, b, c, d = np.array(tables).sum(axis=0).tolist()

    test = exact_test(tables)

    assert a / (a + b) > 3 * c / (c + d)
    assert test.p_greater > 0.3
    assert test.odds_ratio == pytest.approx(1.0, abs=0.02)


def test_the_simulation_counts_what_it_accuses() -> None:
    figures = audit_simulation.measure(null_audits=1, power_audits=1, seed=16)

    assert (figures["null_audits"], figures["null_false"]) == (1, 0)
    assert (figures["null_days_false"], figures["null_warnings_false"]) == (0, 0)
    assert (figures["power_audits"], figures["power_found"]) == (1, 1)
    assert figures["power_200_detectable"]["points"] > figures["power_detectable"]["points"] > 0
    assert set(figures) >= {"null_uneven_false", "null_few_groups_false", "power_500_found", "null_interval", "seconds"}


def test_the_interval_of_a_share_is_wilsons() -> None:
    """0 of 10: from 0 to 27.75 %."""
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)


def test_a_peer_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Our own figures then stand alone; the made-up set is left out where it is not there."""
    monkeypatch.setattr(audit_peers, "_MADE_SET", tmp_path / "absent.csv")
    monkeypatch.setattr(audit_peers, "PEERS", ("no-such-peer",))

    figures = audit_peers.measure(1, seed=16)

    assert figures["not_installed"] == ["no-such-peer"]
    assert figures["evenhand"].pop("seconds") >= 0  # so fast that it is rounded away
    assert figures["evenhand"] == {
        "null_sets_with_an_accusation": 0,
        "innocent_accused_per_null_set": 0.0,
        "planted_found": 1,
        "innocent_accused_per_planted_set": 0.0,
        "made_set": {},
    }

"""The page that a monitor reads."""

import re

from evenhand.model.service import Mode
from evenhand.web.gate.counters import BOUNDS_NS, CODE, REFUSED, Counters
from evenhand.web.gate.metrics import State, exposition

SAMPLE = re.compile(r'^evenhand_gate_[a-z_]+(\{[a-z]+="[^"\\\n]*"\})? [0-9.e+-]+$')
STATE = State(Mode.OBSERVE, True, False, 12.3456, 7, 3)


def page(counters: Counters, state: State = STATE) -> list[str]:
    return exposition(counters, state).decode().splitlines()


def test_every_line_is_of_the_text_form_and_every_family_is_told_once() -> None:
    """A parser drops a page for one line that it cannot read."""
    lines = page(Counters(1))

    samples = [line for line in lines if not line.startswith("#")]
    families = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert [line for line in samples if not SAMPLE.match(line)] == []
    assert len(set(samples)) == len(samples)
    assert len(set(families)) == len(families)
    assert {re.sub(r"_(bucket|sum|count)$", "", re.split(r"[{ ]", line)[0]) for line in samples} == set(families)


def test_the_families_are_those_of_the_specification() -> None:
    """Dashboards are made from these names (`gate.md` §10)."""
    said = "\n".join(page(Counters(1)))

    for name in (
        "verdicts_total{outcome=", "codes_total{code=", "malformed_total ", "register_age_seconds 12.346",
        "register_keys 7", "register_reload_total{result=", 'mode{mode="observe"} 1', 'mode{mode="enforce"} 0',
        "seconds_bucket{le=", "bodies_refused_total{why=", "switch_unreadable 1", "register_stale 0", "connections 3",
    ):  # fmt: skip
        assert f"evenhand_gate_{name}" in said


def test_buckets_add_up_and_the_last_holds_all() -> None:
    """Prometheus' histograms are cumulative."""
    counters = Counters(1)
    for taken_ns in (1, 1, 60_000, 10**11):
        counters.add_time(taken_ns)

    buckets = [int(line.split()[1]) for line in page(counters) if "_bucket" in line]

    assert buckets == sorted(buckets)
    assert (buckets[0], buckets[-1], len(buckets)) == (2, 4, len(BOUNDS_NS) + 1)
    assert "evenhand_gate_seconds_count 4" in page(counters)


def test_what_was_counted_is_told() -> None:
    """By code and by reason."""
    counters = Counters(1)
    counters.add(REFUSED["size"])
    counters.add_codes(("adomain-missing",))

    assert 'evenhand_gate_bodies_refused_total{why="size"} 1' in page(counters)
    assert 'evenhand_gate_codes_total{code="adomain-missing"} 1' in page(counters)
    assert len(CODE) == sum("codes_total{" in line for line in page(counters))


def test_without_a_register_nothing_is_said_of_its_age() -> None:
    """Zero would be a lie."""
    lines = page(Counters(1), STATE._replace(register_age_s=None, keys=None, is_stale=True))

    assert [line for line in lines if "register_age" in line or "register_keys" in line] == []
    assert "evenhand_gate_register_stale 1" in lines

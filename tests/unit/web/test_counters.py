"""Counts of several workers, kept where each sees all."""

import os

from evenhand.web.gate.counters import CODE, MALFORMED, REFUSED, RELOAD, VERDICT, Counters


def test_every_worker_s_counts_are_in_the_sum() -> None:
    """Whichever worker answers `/metrics` tells of all."""
    counters = Counters(3)
    for worker in range(3):
        counters.use(worker)
        counters.add(VERDICT["refuse"])
        counters.add_time(worker * 1000)

    assert counters.total(VERDICT["refuse"]) == 3
    assert sum(counters.times()[0]) == 3
    assert counters.times()[1] == 3000


def test_a_count_made_in_another_process_is_seen_in_this_one() -> None:
    """The memory is shared by forks, and what a dead worker counted stays."""
    counters = Counters(2)
    process = os.fork()
    if not process:
        counters.use(1)
        counters.add(MALFORMED)
        os._exit(0)
    os.waitpid(process, 0)

    assert counters.total(MALFORMED) == 1


def test_no_two_things_are_counted_in_one_place() -> None:
    """A slot too few would add reloads to codes."""
    slots = [*VERDICT.values(), *CODE.values(), *REFUSED.values(), *RELOAD.values(), MALFORMED]
    counters = Counters(1)
    for slot in slots:
        counters.add(slot)

    assert len(set(slots)) == len(slots)
    assert counters.times() == ([0] * len(counters.times()[0]), 0)
    assert [counters.total(slot) for slot in slots] == [1] * len(slots)


def test_codes_are_counted_by_name_and_unknown_ones_together() -> None:
    """A label can only have values that are known beforehand."""
    counters = Counters(1)

    counters.add_codes(("seat-blocked", "made-up", "made-up-too", "seat-blocked"))

    assert (counters.total(CODE["seat-blocked"]), counters.total(CODE["other"])) == (2, 2)


def test_a_time_falls_into_the_bucket_whose_bound_it_does_not_exceed() -> None:
    """`le` means less than or equal."""
    counters = Counters(1)

    for taken_ns in (0, 5_000, 5_001, 10**12):
        counters.add_time(taken_ns)

    buckets, sum_ns = counters.times()
    assert (buckets[0], buckets[1], buckets[-1], sum_ns) == (2, 1, 1, 10**12 + 10_001)

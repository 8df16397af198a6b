"""What `/metrics` says, in Prometheus' text form: sums over all workers, and the state of the one that answers."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from evenhand.model.service import Mode
from evenhand.web.gate.counters import BOUNDS_NS, CODE, MALFORMED, REFUSED, RELOAD, UNTAKEN, VERDICT, Counters

MEDIA: Final = b"text/plain; version=0.0.4; charset=utf-8"
_PREFIX: Final = "evenhand_gate_"


class State(NamedTuple):
    """How the worker stands that answers; `register_age_s` and `keys` are None without a register."""

    mode: Mode
    is_switch_unreadable: bool
    is_stale: bool
    register_age_s: float | None
    keys: int | None
    connections: int
    tree_size: int = 0
    is_behind: bool = False


def exposition(counters: Counters, state: State) -> bytes:
    """Return the page. No label tells of an advertiser: the series are as many with one as with a million.

    Source: Prometheus, "Exposition formats", text version 0.0.4.
    """
    lines = [*_counted(counters), *_histogram(counters), *_gauges(state)]
    return ("\n".join(lines) + "\n").encode()


def _counted(counters: Counters) -> Iterator[str]:
    def family(name: str, about: str, label: str, slots: Mapping[str, int]) -> Iterator[str]:
        return _family(
            name, "counter", about, ((f'{label}="{value}"', counters.total(slot)) for value, slot in slots.items())
        )

    yield from family("verdicts_total", "Verdicts, and bids removed by the filter, by outcome.", "outcome", VERDICT)
    yield from family("codes_total", "Codes of verdicts, of bids removed or noted, and of orders.", "code", CODE)
    yield from family("bodies_refused_total", "Requests refused, by reason.", "why", REFUSED)
    yield from family("register_reload_total", "Registers opened, taken or refused.", "result", RELOAD)
    yield from family("register_refused_total", "Registers refused, by reason.", "why", UNTAKEN)
    yield from _family(
        "malformed_total", "counter", "Bid responses that could not be read.", [("", counters.total(MALFORMED))]
    )


def _histogram(counters: Counters) -> Iterator[str]:
    buckets, sum_ns = counters.times()
    yield from _about("seconds", "histogram", "Time from a whole request to its answer.")
    reached = 0
    for bound, count in zip([*(f"{bound / 1e9:g}" for bound in BOUNDS_NS), "+Inf"], buckets, strict=True):
        reached += count
        yield f'{_PREFIX}seconds_bucket{{le="{bound}"}} {reached}'
    yield f"{_PREFIX}seconds_sum {sum_ns / 1e9:.9f}"
    yield f"{_PREFIX}seconds_count {reached}"


def _gauges(state: State) -> Iterator[str]:
    def gauge(name: str, about: str, value: float) -> Iterator[str]:
        return _family(name, "gauge", about, [("", value)])

    if state.register_age_s is not None and state.keys is not None:
        yield from gauge("register_age_seconds", "Time since the register was made.", round(state.register_age_s, 3))
        yield from gauge("register_keys", "Keys of the register in use.", state.keys)
        yield from gauge("register_tree_size", "Tree size of the log that it was made at.", state.tree_size)
    yield from gauge("register_behind", "1 while the file on disk is not the one served.", int(state.is_behind))
    yield from gauge("register_stale", "1 if the register is past its time or there is none.", int(state.is_stale))
    modes = ((f'mode="{mode.value}"', int(mode is state.mode)) for mode in Mode)
    yield from _family("mode", "gauge", "1 for the mode in force.", modes)
    yield from gauge(
        "switch_unreadable", "1 while the switch holds no mode: the last is kept.", int(state.is_switch_unreadable)
    )
    yield from gauge("connections", "Connections of the worker that answers.", state.connections)


def _family(name: str, kind: str, about: str, samples: Iterable[tuple[str, float]]) -> Iterator[str]:
    yield from _about(name, kind, about)
    for label, value in samples:
        yield f"{_PREFIX}{name}{{{label}}} {value}" if label else f"{_PREFIX}{name} {value}"


def _about(name: str, kind: str, about: str) -> Iterator[str]:
    yield f"# HELP {_PREFIX}{name} {about}"
    yield f"# TYPE {_PREFIX}{name} {kind}"

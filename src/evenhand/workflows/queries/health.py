"""How a network stands between two runs: lists, register, gate, log, deliveries, letters; nothing is changed."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple

import msgspec

from evenhand.ledger.checkpoint import CHECKPOINT
from evenhand.model.errors import BadInput, EvenhandError
from evenhand.model.register import RegisterHead
from evenhand.store.network import Network
from evenhand.store.outbox import Outbox, State
from evenhand.workflows.delivery.publication import REGISTER
from evenhand.workflows.evaluation.last_run import LAST_REPORT, read_last_run
from evenhand.workflows.notifications.outbox_view import outbox_state
from evenhand.workflows.operations.ledger_folder import LedgerFolder
from evenhand.workflows.queries.list_overview import list_overview

Tone = Literal["good", "warn", "bad"]
_MOST_NAMED: Final = 4
_LEAST_LINES: Final = 5  # origin, size, root, blank, signature
_SIGNATURE: Final = "\u2014 "


class HealthLine(NamedTuple):
    """One thing that is looked at: what it is called, how it stands in a sentence, and how good that is."""

    label: str
    text: str
    tone: Tone


def health_stamp(network: Network) -> tuple[int, ...]:
    """Return what differs after each record of the ledger and each run: when its files were written, 0 for none."""
    paths = (
        LedgerFolder.at(network.ledger).public / CHECKPOINT, network.out / REGISTER, network.state / LAST_REPORT,
    )  # fmt: skip
    return tuple(path.stat().st_mtime_ns if path.is_file() else 0 for path in paths)


def health(network: Network, at: datetime) -> tuple[HealthLine, ...]:
    """Return how a network stands; what cannot be read is a line too."""
    looks: tuple[tuple[str, Callable[[Network, datetime], Iterator[HealthLine]]], ...] = (
        ("Lists", _lists), ("Register", _register), ("Gate", _gate), ("Log", _log), ("Deliveries", _deliveries),
        ("Input", _input), ("Letters", _letters),
    )  # fmt: skip
    found: list[HealthLine] = []
    for label, look in looks:
        try:
            found += look(network, at)
        except (EvenhandError, OSError, ValueError) as error:
            found.append(HealthLine(label, str(error), "bad"))
    return tuple(found)


def _lists(network: Network, at: datetime) -> Iterator[HealthLine]:
    shown = list_overview(network, at)
    if not shown:
        yield HealthLine("Lists", "none is configured: nobody is screened", "bad")
        return
    wrong = [each.source.key for each in shown if each.problem or each.current is None]
    old = [each.source.key for each in shown if each.age and each.source.key not in wrong]
    if wrong:
        yield HealthLine("Lists", f"not updated: {_named(wrong)}", "bad")
    if old:
        yield HealthLine("Lists", f"old: {_named(old)}", "warn")
    unused = [each.source.key for each in shown if each.unused]
    if unused:
        yield HealthLine("Lists", f"with entries that decide nothing: {_named(unused)}", "warn")
    if not wrong and not old:
        entries = _count(sum(each.current.version.entries for each in shown if each.current), "entry", "entries")
        yield HealthLine("Lists", f"{_count(len(shown), 'list')} in force, {entries}", "good")


_STALE_ANSWERS: Final = {
    "last": "answers from it all the same", "hold": "holds every bid", "refuse": "refuses every bid",
    "allow": "allows every bid",
}  # fmt: skip
"""What a gate does with a register that is stale, by the setting."""


def _register(network: Network, at: datetime) -> Iterator[HealthLine]:
    path = network.out / REGISTER
    if not path.is_file():
        yield HealthLine("Register", "none: there was no run yet", "warn")
        return
    with path.open("rb") as file:
        head = msgspec.json.decode(file.readline(1 << 20), type=RegisterHead)
    until = head.fresh_until
    if at >= until:
        answer = _STALE_ANSWERS.get(network.settings.gate.stale, network.settings.gate.stale)
        yield HealthLine("Register", f"stale since {_instant(until)}; the gate {answer}", "bad")
    else:
        yield HealthLine("Register", f"fresh until {_instant(until)}", "good")


def _gate(network: Network, _: datetime) -> Iterator[HealthLine]:
    """Yield how far the gate's answers go, by the last line of its switch's log, and what it holds unasked."""
    last = read_last_run(network.state)
    for sentence in last.held_at_gate if last is not None else ():
        yield HealthLine("Gate", sentence, "warn")
    switch = network.settings.gate.switch
    if not switch:
        return
    path = network.folder / f"{switch}.log"
    lines = path.read_text("utf-8", "replace").split("\n")[:-1] if path.is_file() else []
    if not lines:
        yield HealthLine("Gate", "its switch was not used yet", "good")
        return
    since, mode = lines[-1].partition(" ")[::2]
    yield HealthLine("Gate", f"mode {mode} since {since}", "good" if mode == "enforce" else "warn")


def _log(network: Network, _: datetime) -> Iterator[HealthLine]:
    path = LedgerFolder.at(network.ledger).public / CHECKPOINT
    lines = path.read_text("utf-8", "replace").split("\n")
    if len(lines) < _LEAST_LINES or not lines[1].isdecimal():
        raise BadInput("is no checkpoint", where=path, todo=f"evenhand ledger verify {network.folder}")
    size, signatures = int(lines[1]), sum(line.startswith(_SIGNATURE) for line in lines)
    signed_at = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    witnesses = max(signatures - 1, 0)
    seen = _count(witnesses, "further signature") if witnesses else "no witness has signed it"
    yield HealthLine("Log", f"checkpoint at {size:,} entries of {_instant(signed_at)}; {seen}", "good")


def _deliveries(network: Network, _: datetime) -> Iterator[HealthLine]:
    events = outbox_state(network)
    if events.failed:
        yield HealthLine("Deliveries", f"{_count(events.failed, 'notification')} failed", "bad")
    refused = parked = 0
    for path in sorted((network.folder / "outbox").glob("*.sqlite")):
        with closing(Outbox(path, None, network.settings.network.origin, wait_s=0, copied=True)) as outbox:
            counts = outbox.counts()
        refused, parked = refused + counts.get(State.REFUSED, 0), parked + counts.get(State.PARKED, 0)
    if refused:
        yield HealthLine("Deliveries", f"{_count(refused, 'statement')} refused by the database", "bad")
    if parked:
        yield HealthLine("Deliveries", f"{_count(parked, 'statement')} kept back by our own check", "warn")


def _input(network: Network, _: datetime) -> Iterator[HealthLine]:
    last = read_last_run(network.state)
    if last is not None and (last.rejected_rows or last.rejected_values):
        rows, values = _count(last.rejected_rows, "row"), _count(last.rejected_values, "value")
        yield HealthLine("Input", f"the last run rejected {rows} and {values}", "warn")


def _letters(network: Network, _: datetime) -> Iterator[HealthLine]:
    last = read_last_run(network.state)
    if last is not None and last.letters_waiting:
        waiting = _count(last.letters_waiting, "letter waits", "letters wait")
        yield HealthLine("Letters", f"{waiting} for a review of the match, or for a corrected row", "warn")


def _named(keys: list[str]) -> str:
    more = f" and {len(keys) - _MOST_NAMED} more" if len(keys) > _MOST_NAMED else ""
    return ", ".join(keys[:_MOST_NAMED]) + more


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"

"""A row as it stands over a whole flight: the strictest of all its markets and instants."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from evenhand.gate.conditions.circumstances import Circumstances
from evenhand.gate.conditions.programs import conditional_outcome, deciding_rule
from evenhand.gate.registers.row_references import RowContent
from evenhand.model.outcome import Outcome
from evenhand.model.program import Before, Hours, When, milliseconds, nodes_of

_HOUR = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Span(NamedTuple):
    """From when to when, both ends included; aware."""

    starts: datetime
    ends: datetime


class FlightState(NamedTuple):
    """What holds against a row somewhere in a flight, and the rules of the register that count there.

    `lapsed`: the row's decision has run out before the flight begins. `rule`: the condition that makes the outcome
    stricter than the decision, None if none does.
    """

    row: RowContent
    outcome: Outcome
    rules: tuple[str, ...]
    instruct: tuple[str, ...]
    lapsed: bool = False
    rule: str | None = None


def over_flight(row: RowContent, span: Span, places: Sequence[Circumstances]) -> FlightState:
    """Return the strictest standing of a row at every instant of a flight, in each of the places.

    `places` are circumstances of which the instant does not matter; not empty. Cost: an evaluation of the row's
    conditions for each place and each instant at which one of them can change.
    """
    if row.until is not None and span.starts >= row.until:
        return FlightState(row, Outcome.ALLOW, (), (), lapsed=True)
    if not row.when:
        return FlightState(row, row.outcome, (), row.instruct)
    strictest, rule, counting = row.outcome, None, list[When]()
    for at in instants_of(row.when, span):
        if row.until is not None and at >= row.until:
            break
        for place in places:
            circumstances = msgspec.structs.replace(place, at=at)
            outcome, held = conditional_outcome(row.outcome, row.when, circumstances)
            if outcome.severity > strictest.severity:
                strictest, rule = outcome, deciding_rule(outcome, held, circumstances)
            counting += held
    instruct = dict.fromkeys([*row.instruct, *(each for when in counting for each in when.instruct)])
    rules = dict.fromkeys(when.rule for when in counting)
    return FlightState(row, strictest, tuple(rules), tuple(instruct), rule=rule)


def campaign_states(row: RowContent, campaign: str, span: Span) -> Iterator[FlightState]:
    """Yield each decision about a campaign that counts at some instant of a flight, as a row of its own."""
    for each in row.campaigns:
        has_begun = each.begins is None or each.begins <= span.ends
        if each.id == campaign and has_begun and (each.until is None or span.starts < each.until):
            about = RowContent(
                kind=row.kind, id=row.id, outcome=each.outcome, decision=each.decision, reason=each.reason,
                instruct=each.instruct, until=each.until,
            )  # fmt: skip
            yield FlightState(about, each.outcome, (), each.instruct)


def instants_of(when: Iterable[When], span: Span) -> list[datetime]:
    """Return instants of a flight, in order, between which no condition changes: each stretch by its first one.

    The first is the start. An hour of the day comes again each day, so one day after each change is enough.
    """
    nodes = [node for each in when for node in nodes_of(each.program)]
    first, last = milliseconds(span.starts), milliseconds(span.ends)
    turns = {node.at_ms for node in nodes if isinstance(node, Before) and first < node.at_ms <= last}
    instants = {span.starts, *(_EPOCH + timedelta(milliseconds=turn) for turn in turns)}
    if any(isinstance(node, Hours) for node in nodes):
        instants |= {hour for instant in list(instants) for hour in _day_of_hours(instant) if hour <= span.ends}
    return sorted(instants)


def _day_of_hours(at: datetime) -> Iterator[datetime]:
    """Yield the beginnings of the 24 hours that follow an instant."""
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    for number in range(1, 25):
        yield hour + number * _HOUR

"""A flight is judged at its strictest moment, not at the moment it is ordered."""

from datetime import UTC, datetime, timedelta

import pytest

from evenhand.gate.conditions.circumstances import Circumstances
from evenhand.gate.orders.flight import Span, instants_of, over_flight
from evenhand.gate.registers.row_references import RowContent
from evenhand.model.outcome import Outcome
from evenhand.model.program import And, Before, Eq, Hours, Is, Not, Or, Program, When, milliseconds

MONDAY = datetime(2026, 8, 10, tzinfo=UTC)
FLIGHT = Span(MONDAY, MONDAY + timedelta(days=10))


def when(program: Program, outcome: Outcome = Outcome.REFUSE, rule: str = "made-up-rule") -> When:
    return When(outcome=outcome, rule=rule, instruct=("say-so",), program=program)


def before(days: float) -> Before:
    return Before(milliseconds(MONDAY + timedelta(days=days)))


def place(country: str = "DE", *, political: bool = False) -> Circumstances:
    return Circumstances(political=political, at=MONDAY, country=country)


def row(*conditions: When, outcome: Outcome = Outcome.ALLOW, until: datetime | None = None) -> RowContent:
    return RowContent(kind="advertiser", id="a1", outcome=outcome, when=conditions, until=until)


def test_a_window_that_opens_and_closes_inside_the_flight_counts() -> None:
    """At both ends of the flight it is shut; the advertisement would run through it."""
    window = And((Not(before(3)), before(4)))

    assert over_flight(row(when(window)), FLIGHT, [place()]).outcome is Outcome.REFUSE


def test_a_window_that_closes_before_the_flight_does_not_count() -> None:
    """What is over is over."""
    assert over_flight(row(when(before(0))), FLIGHT, [place()]).outcome is Outcome.ALLOW


def test_an_hour_of_the_day_inside_the_flight_counts() -> None:
    """A flight of days meets every hour, one of an hour only its own."""
    night = row(when(Hours((3,))))
    hour = Span(MONDAY + timedelta(hours=9, minutes=59), MONDAY + timedelta(hours=10, minutes=30))

    assert over_flight(night, FLIGHT, [place()]).outcome is Outcome.REFUSE
    assert over_flight(night, hour, [place()]).outcome is Outcome.ALLOW
    assert over_flight(row(when(Hours((10,)))), hour, [place()]).outcome is Outcome.REFUSE


def test_one_market_of_several_is_enough() -> None:
    """The strictest market decides, whichever place it has in the order."""
    closed = row(when(Or((Eq("country", "IE"), Is("political", value=True)))))

    assert over_flight(closed, FLIGHT, [place("DE"), place("IE")]).outcome is Outcome.REFUSE
    assert over_flight(closed, FLIGHT, [place("DE"), place("FR")]).outcome is Outcome.ALLOW


def test_what_nobody_can_know_holds_the_order() -> None:
    """A placement is not known when a campaign is ordered."""
    standing = over_flight(row(when(Eq("placement", "news.example"))), FLIGHT, [place()])

    assert (standing.outcome, standing.rules, standing.instruct) == (Outcome.HOLD, ("made-up-rule",), ("say-so",))


def test_a_decision_that_ends_inside_the_flight_binds_at_its_start() -> None:
    """And nothing binds a flight that begins when it has ended; what would begin afterwards is not met either."""
    refused = row(outcome=Outcome.REFUSE, until=MONDAY + timedelta(days=2))
    later = row(when(Not(before(5))), until=MONDAY + timedelta(days=4))
    ended = over_flight(row(outcome=Outcome.REFUSE, until=MONDAY), FLIGHT, [place()])

    assert over_flight(refused, FLIGHT, [place()]).outcome is Outcome.REFUSE
    assert over_flight(later, FLIGHT, [place()]).outcome is Outcome.ALLOW
    assert (ended.outcome, ended.lapsed) == (Outcome.ALLOW, True)


@pytest.mark.parametrize("days", [10, 10.5])
def test_the_end_of_the_flight_belongs_to_it(days: float) -> None:
    """A change at the last instant is met, one after it is not."""
    met = instants_of([when(before(days))], FLIGHT)

    assert met == ([MONDAY, FLIGHT.ends] if days == 10 else [MONDAY])

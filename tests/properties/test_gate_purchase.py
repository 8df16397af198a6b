"""What must hold of every order: no moment of its flight is stricter than the answer."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from evenhand.gate.conditions.circumstances import Circumstances
from evenhand.gate.conditions.programs import conditional_outcome
from evenhand.gate.orders.flight import Span, over_flight
from evenhand.gate.orders.order import read_order
from evenhand.gate.registers.row_references import RowContent
from evenhand.model.errors import RequestUnreadable
from evenhand.model.outcome import Outcome
from evenhand.model.program import And, Before, Eq, Hours, Is, Not, Or, Program, Unknown, When, milliseconds
from tests.unit.gate.orders import IN_ORDER

START = datetime(2026, 8, 10, 9, 30, tzinfo=UTC)
HOURS = st.integers(0, 200)

leaves = st.one_of(
    st.builds(lambda hours: Before(milliseconds(START + timedelta(hours=hours))), st.integers(-20, 220)),
    st.builds(Hours, st.lists(st.integers(0, 23), max_size=3).map(tuple)),
    st.builds(Is, st.just("political"), st.booleans()),
    st.builds(Eq, st.just("country"), st.sampled_from(["DE", "IE"])),
    st.builds(Unknown, st.just("label_present")),
)
programs: st.SearchStrategy[Program] = st.recursive(
    leaves,
    lambda parts: st.one_of(
        st.builds(And, st.lists(parts, min_size=1, max_size=3).map(tuple)),
        st.builds(Or, st.lists(parts, min_size=1, max_size=3).map(tuple)),
        st.builds(Not, parts),
    ),
    max_leaves=6,
)
conditions = st.lists(
    st.builds(lambda outcome, program: When(outcome=outcome, rule="made-up", program=program),
              st.sampled_from(Outcome), programs),
    max_size=3,
).map(tuple)  # fmt: skip


@given(conditions, HOURS, st.integers(0, 200 * 60), st.sampled_from(["DE", "IE", "FR"]), st.booleans())
def test_no_moment_of_a_flight_is_stricter_than_the_answer(
    when: tuple[When, ...], hours: int, minute: int, country: str, political: bool
) -> None:
    """An order that is allowed is never stopped by the register it was asked of while it runs."""
    row = RowContent(kind="advertiser", id="a1", outcome=Outcome.ALLOW, when=when)
    span = Span(START, START + timedelta(hours=hours))
    places = [Circumstances(political=political, at=START, country=each) for each in ("DE", "IE", "FR")]
    answered = over_flight(row, span, places)

    moment = min(START + timedelta(minutes=minute), span.ends)
    served = Circumstances(political=political, at=moment, country=country)

    assert conditional_outcome(row.outcome, when, served)[0].severity <= answered.outcome.severity


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*IN_ORDER, "notice", "cattax"]), json))
def test_reading_an_order_raises_one_error_and_no_other(differs: dict[str, object]) -> None:
    """Whatever stands in the fields."""
    with suppress(RequestUnreadable):
        read_order(msgspec.json.encode({**IN_ORDER, **differs}))


@given(st.binary(max_size=200))
def test_reading_any_bytes_as_an_order_raises_one_error_and_no_other(data: bytes) -> None:
    """Also what is no JSON at all."""
    with suppress(RequestUnreadable):
        read_order(data)

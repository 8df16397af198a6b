"""One-time codes: the vectors of the RFCs, and when a code counts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.one_time_codes import (
    STEP_S,
    code_at,
    enrolment_link,
    fitting_step,
    recovery_code,
    step_of,
    typed_code,
)

SECRET = b"12345678901234567890"
INSTANTS = st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
     (2000000000, "69279037"), (20000000000, "65353130")],
)  # fmt: skip
def test_the_vectors_of_rfc_6238_hold(second: int, code: str) -> None:
    """Appendix B, SHA-1, whose codes of eight digits end in ours of six."""
    assert code_at(SECRET, step_of(datetime.fromtimestamp(second, UTC))) == code[-6:]


def test_the_vectors_of_rfc_4226_hold() -> None:
    """Appendix D: ten counters in a row, two of which begin with no nought that could be lost."""
    codes = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]

    assert [code_at(SECRET, step) for step in range(10)] == codes


@given(at=INSTANTS, steps=st.integers(-1, 1))
def test_a_code_counts_in_its_own_step_and_the_ones_beside_it(at: datetime, steps: int) -> None:
    """A clock that is half a minute off is an ordinary one."""
    step = step_of(at) + steps
    if step < 0:
        return

    found = fitting_step(SECRET, code_at(SECRET, step), at, -1)

    assert found is not None
    assert abs(found - step_of(at)) <= 1


@given(at=INSTANTS, code=st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_no_other_code_counts(at: datetime, code: str) -> None:
    """The plain twin: the three codes of the time, made one by one."""
    now = step_of(at)
    right = {code_at(SECRET, step) for step in (now - 1, now, now + 1) if step >= 0}

    assert (fitting_step(SECRET, code, at, -1) is not None) == (code in right)


def test_a_step_that_was_used_or_is_earlier_does_not_count_again() -> None:
    """Who looks over a shoulder has half a minute, and nothing to use it for."""
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    step = step_of(at)

    assert fitting_step(SECRET, code_at(SECRET, step), at, step) is None
    assert fitting_step(SECRET, code_at(SECRET, step - 1), at, step) is None
    assert fitting_step(SECRET, code_at(SECRET, step + 1), at, step) == step + 1


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "１２３４５６", "-12345", "123456\n"])
def test_what_is_no_code_of_six_digits_does_not_count(code: str) -> None:
    """Digits of other scripts and a line's end are none."""
    at = datetime(2026, 3, 2, 12, tzinfo=UTC) + timedelta(seconds=STEP_S)

    assert fitting_step(SECRET, code, at, -1) is None


def test_the_link_names_network_and_person_and_nothing_in_them_ends_it() -> None:
    """A name with a colon, a question mark or an ampersand stays a name."""
    link = enrolment_link(SECRET, "Ads & Söhne: ?", "a.lee@x")

    assert link.startswith("otpauth://totp/Ads%20%26%20S%C3%B6hne%20%3F:a.lee%40x?secret=GEZDGNBVGY3TQOJQ")
    assert link.endswith("&issuer=Ads%20%26%20S%C3%B6hne%20%3F&algorithm=SHA1&digits=6&period=30")


@given(st.binary(min_size=15, max_size=15))
def test_a_recovery_code_is_the_same_however_it_is_typed(data: bytes) -> None:
    """With or without hyphens, in large letters, with blanks around."""
    code = recovery_code(data)

    assert len(typed_code(code)) == 24
    assert typed_code(f" {code.upper().replace('-', ' ')} ") == typed_code(code)

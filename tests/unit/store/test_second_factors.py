"""Second factors in the console's tables: which code counts, how often, and what is kept of it."""

import itertools
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from evenhand.model.one_time_codes import STEP_S, code_at, step_of
from evenhand.store.accounts import Accounts
from evenhand.store.console_tables import ConsoleTables
from evenhand.store.second_factors import SecondFactors

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
STEP = timedelta(seconds=STEP_S)
SECRET, OTHER = b"a made-up secret 20b", b"another secret 20 b."


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[ConsoleTables]:
    made = ConsoleTables(tmp_path)
    Accounts(made).add("ana", "Made-up Ana", AT)
    yield made
    made.close()


@pytest.fixture
def factors(tables: ConsoleTables) -> SecondFactors:
    return SecondFactors(tables)


def counted() -> Iterator[int]:
    return itertools.count(1)


@pytest.fixture
def codes(factors: SecondFactors) -> tuple[str, ...]:
    """Switch Ana's second factor on and return her recovery codes."""
    numbers = counted()
    factors.begin("ana", SECRET)
    return factors.confirm("ana", now_code(), AT, lambda size: next(numbers).to_bytes(size, "big"))


def now_code(at: datetime = AT, secret: bytes = SECRET) -> str:
    return code_at(secret, step_of(at))


def test_a_secret_counts_when_its_first_code_is_given(factors: SecondFactors, tables: ConsoleTables) -> None:
    """Who closed the page before the app had it is not locked out."""
    factors.begin("ana", SECRET)

    assert not factors.is_on("ana")
    assert not factors.check("ana", now_code(), AT)
    assert factors.confirm("ana", "000000", AT, secrets.token_bytes) == ()
    assert not factors.is_on("ana")
    assert len(factors.confirm("ana", now_code(), AT, secrets.token_bytes)) == 10
    assert factors.is_on("ana")
    assert Accounts(tables).existing("ana").second_factor


def test_a_code_counts_once(factors: SecondFactors, codes: tuple[str, ...]) -> None:
    """Also the one that switched it on."""
    later = AT + STEP

    assert not factors.check("ana", now_code(), AT)
    assert factors.check("ana", now_code(later), later)
    assert not factors.check("ana", now_code(later), later)
    assert not factors.check("ana", now_code(), later)


class Interrupted(ConsoleTables):
    """Tables in which another process does something right after the secret was read."""

    meanwhile: Callable[[], bool]
    was_let_in: bool | None = None

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        found = super().rows(query, *values)
        if query.startswith("SELECT secret, last_step") and self.was_let_in is None:
            self.was_let_in = self.meanwhile()
        return found


def test_of_two_who_give_one_code_at_once_one_is_let_in(
    factors: SecondFactors, codes: tuple[str, ...], tmp_path: Path
) -> None:
    """Each reads that the code was not used yet; the one who says first that it is now is let in."""
    later = AT + STEP
    slow = Interrupted(tmp_path)
    slow.meanwhile = lambda: factors.check("ana", now_code(later), later)

    is_let_in = SecondFactors(slow).check("ana", now_code(later), later)

    slow.close()
    assert (slow.was_let_in, is_let_in) == (True, False)


def test_a_recovery_code_counts_once_and_is_kept_as_its_hash(
    factors: SecondFactors, codes: tuple[str, ...], tmp_path: Path
) -> None:
    """Who reads the file cannot use them; the person may type them with or without hyphens."""
    assert len(set(codes)) == 10
    kept = b"".join(each.read_bytes() for each in (tmp_path / "console").iterdir())
    assert all(typed.encode() not in kept for code in codes for typed in (code, code.replace("-", "")))

    assert factors.check("ana", codes[3].upper().replace("-", " "), AT)
    assert not factors.check("ana", codes[3], AT)
    assert factors.recovery_left("ana") == 9


def test_new_recovery_codes_make_the_earlier_ones_void(factors: SecondFactors, codes: tuple[str, ...]) -> None:
    """A lost sheet of paper opens nothing any more."""
    new = factors.new_recovery_codes("ana", secrets.token_bytes)

    assert not factors.check("ana", codes[0], AT)
    assert factors.check("ana", new[0], AT)


def test_wrong_codes_make_each_further_try_wait_twice_as_long(factors: SecondFactors, codes: tuple[str, ...]) -> None:
    """As wrong passwords do; a right code does not count meanwhile, and ends it afterwards."""
    for _ in range(8):
        factors.check("ana", "000000", AT)
    assert not factors.check("ana", codes[0], AT)
    assert factors.recovery_left("ana") == 10
    assert factors._tables.rows("SELECT failures, locked_until FROM second_factor") == [(5, int(AT.timestamp()) + 1)]

    later = AT + timedelta(minutes=16)
    assert factors.check("ana", codes[0], later)
    assert factors._tables.rows("SELECT failures, locked_until FROM second_factor") == [(0, 0)]


def test_guessing_all_day_is_worth_little(factors: SecondFactors, codes: tuple[str, ...]) -> None:
    """Tries of a day, each as soon as it is allowed: some hundred of a million codes."""
    at, tried = AT, 0
    while at < AT + timedelta(days=1):
        ((_, before),) = factors._tables.rows("SELECT locked_until, failures FROM second_factor")
        factors.check("ana", "00000x", at)
        ((until, after),) = factors._tables.rows("SELECT locked_until, failures FROM second_factor")
        tried += after > before
        at = max(at + timedelta(seconds=1), datetime.fromtimestamp(until, UTC))

    assert tried < 120


def test_another_secret_replaces_the_first_when_it_is_confirmed(factors: SecondFactors, codes: tuple[str, ...]) -> None:
    """Until then the first one counts."""
    factors.begin("ana", OTHER)
    later = AT + STEP
    assert factors.check("ana", now_code(later), later)

    new = factors.confirm("ana", now_code(later, OTHER), later, secrets.token_bytes)

    later += STEP
    assert new
    assert not factors.check("ana", now_code(later), later)
    assert factors.check("ana", now_code(later, OTHER), later)
    assert not factors.check("ana", codes[0], later)


def test_a_second_factor_is_taken_away_with_its_codes(factors: SecondFactors, codes: tuple[str, ...]) -> None:
    """And taking away what is not there says so."""
    assert factors.remove("ana")
    assert not factors.is_on("ana")
    assert factors.recovery_left("ana") == 0
    assert not factors.remove("ana")
    assert factors.confirm("ana", now_code(), AT, secrets.token_bytes) == ()

"""Who can log in to the console, who is logged in, and for how long."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from evenhand.model.errors import BadInput, NotFound, StorageFailed
from evenhand.store import accounts as module
from evenhand.store import passwords
from evenhand.store.accounts import Accounts
from evenhand.store.console_tables import FILE, ConsoleTables
from evenhand.store.sessions import ReadLog, Sessions

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
PASSWORD = "seven made up words"
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[ConsoleTables]:
    made = ConsoleTables(tmp_path)
    yield made
    made.close()


@pytest.fixture
def accounts(tables: ConsoleTables) -> Accounts:
    made = Accounts(tables)
    made.add("ana", "Made-up Ana", AT)
    made.set_password("ana", PASSWORD)
    return made


@pytest.fixture
def sessions(tables: ConsoleTables) -> Sessions:
    return Sessions(tables, HOUR)


def test_the_file_is_for_its_owner_alone_and_holds_no_password(accounts: Accounts, tmp_path: Path) -> None:
    """Who may read the network's folder must not be able to log in as another."""
    path = tmp_path / FILE

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert accounts.find("ana")
    assert all(PASSWORD.encode() not in each.read_bytes() for each in path.parent.iterdir())


def test_only_the_right_password_of_an_account_is_taken(accounts: Accounts) -> None:
    """And a name that nobody has is as wrong as a wrong password."""
    found = accounts.check_password("ana", PASSWORD, AT)

    assert found is not None
    assert found.person == "ana"
    wrong = [("ana", PASSWORD.upper()), ("ana", ""), ("ben", PASSWORD), ("", "")]
    assert [accounts.check_password(*each, AT) for each in wrong] == [None] * 4


def test_who_was_invited_and_set_no_password_cannot_log_in(accounts: Accounts) -> None:
    """The empty password of a new account is no password."""
    accounts.add("ben", "Made-up Ben", AT)

    assert accounts.check_password("ben", "", AT) is None
    assert [each.has_password for each in accounts.all()] == [True, False]


def test_wrong_passwords_make_each_further_try_wait_twice_as_long(accounts: Accounts) -> None:
    """Five are free; then 1, 2, 4 … seconds, up to a quarter of an hour; the right one ends it."""
    waits = []
    now = AT
    for _ in range(17):
        accounts.check_password("ana", "wrong", now)
        until = accounts.existing("ana").locked_until
        waits.append(0 if until is None else int((until - now).total_seconds()))
        now = until + SECOND if until else now

    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]
    accounts.check_password("ana", "wrong", now)
    assert accounts.check_password("ana", PASSWORD, now + SECOND) is None  # still locked, even with the right one
    assert accounts.check_password("ana", PASSWORD, now + 901 * SECOND) is not None
    assert accounts.existing("ana").failures == 0


@pytest.mark.parametrize("password", ["short", "x" * 257, "aaaaaaaaaaaaaaaa"])
def test_a_password_that_is_easily_guessed_is_refused(accounts: Accounts, password: str) -> None:
    """It says how long one must be; the old one stays."""
    with pytest.raises(BadInput, match="password"):
        accounts.set_password("ana", password)

    assert accounts.check_password("ana", PASSWORD, AT) is not None


def test_a_link_is_of_one_person_works_until_it_is_used_and_a_newer_one_ends_it(accounts: Accounts) -> None:
    """A link that was sent twice must not leave two ways in."""
    first = accounts.make_link("ana", "reset", AT, DAY, lambda: "first secret")
    second = accounts.make_link("ana", "reset", AT, DAY, lambda: "second secret")

    assert accounts.link_person(first, AT) is None
    assert accounts.link_person(second, AT) == "ana"
    assert accounts.link_person(second, AT + DAY + SECOND) is None
    accounts.set_password("ana", "eight other made up words")
    assert accounts.link_person(second, AT) is None


def test_the_link_of_the_first_account_is_void_once_there_is_one(tables: ConsoleTables) -> None:
    """Who finds it in a terminal's history later can do nothing with it."""
    accounts = Accounts(tables)
    secret = accounts.make_first_link(AT, HOUR, lambda: "first of all")

    assert accounts.is_first_link(secret, AT)
    assert not accounts.is_first_link("another", AT)
    assert not accounts.is_first_link(secret, AT + HOUR + SECOND)
    accounts.add("ana", "", AT)
    assert not accounts.is_first_link(secret, AT)


@pytest.mark.parametrize("person", ["", " ana", "a\nb", "x" * 65, "A Lee", "<script>"])
def test_what_is_no_id_gets_no_account(accounts: Accounts, person: str) -> None:
    """It is recorded with all that the person does, and must be one line."""
    with pytest.raises(BadInput, match="not the id of a person"):
        accounts.add(person, "", AT)


def test_nobody_has_two_accounts_and_none_is_changed_that_is_not_there(accounts: Accounts) -> None:
    """Each says who it is about."""
    with pytest.raises(BadInput, match="`ana`"):
        accounts.add("ana", "", AT)
    for act in (lambda: accounts.set_password("ben", PASSWORD), lambda: accounts.set_disabled("ben", disabled=True)):
        with pytest.raises(NotFound, match="`ben`"):
            act()


def test_a_session_ends_when_it_is_not_used_and_after_its_time(accounts: Accounts, sessions: Sessions) -> None:
    """Both ends are of the clock of the request."""
    assert accounts.find("ana")
    sessions.open("ana", ("cookie", "form"), AT, 3 * HOUR, "a browser", "127.0.0.1")

    assert sessions.find("cookie", AT + HOUR) is not None
    assert sessions.find("cookie", AT + 2 * HOUR) is not None  # used an hour ago
    assert sessions.find("cookie", AT + 3 * HOUR + SECOND) is None
    assert sessions.find("another", AT) is None


def test_a_session_that_nobody_used_for_an_hour_has_ended(accounts: Accounts, sessions: Sessions) -> None:
    """A browser left open in an office is worth nothing in the evening."""
    assert accounts.find("ana")
    sessions.open("ana", ("cookie", "form"), AT, 12 * HOUR, "", "")

    assert sessions.find("cookie", AT + HOUR + SECOND) is None
    assert sessions.of("ana", AT + HOUR + SECOND) == []


def test_another_password_and_a_disabled_account_end_every_session(accounts: Accounts, sessions: Sessions) -> None:
    """Who changes a password does it because somebody else may be logged in."""
    for place in range(2):
        sessions.open("ana", (f"cookie {place}", f"form {place}"), AT, HOUR, "", "")
    accounts.set_password("ana", "eight other made up words")
    assert [sessions.find(f"cookie {place}", AT) for place in range(2)] == [None, None]

    sessions.open("ana", ("cookie", "form"), AT, HOUR, "", "")
    accounts.set_disabled("ana", disabled=True)
    assert sessions.find("cookie", AT) is None
    assert accounts.check_password("ana", "eight other made up words", AT) is None
    accounts.set_disabled("ana", disabled=False)
    assert accounts.check_password("ana", "eight other made up words", AT) is not None


def test_a_person_ends_own_sessions_one_by_one_or_all(accounts: Accounts, sessions: Sessions) -> None:
    """By the id that the page shows; another person's stays."""
    accounts.add("ben", "", AT)
    opened = [sessions.open("ana", (f"cookie {place}", f"form {place}"), AT, HOUR, "", "") for place in range(3)]
    sessions.open("ben", ("ben's", "ben's form"), AT, HOUR, "", "")

    assert sessions.close_of("ben", opened[0].id) == 0
    assert sessions.close_of("ana", opened[0].id) == 1
    assert {each.id for each in sessions.of("ana", AT)} == {each.id for each in opened[1:]}
    assert sessions.close_of("ana", "") == 2
    assert sessions.find("ben's", AT) is not None


def test_who_was_shown_what_is_kept_newest_first(tables: ConsoleTables) -> None:
    """The operator reads it page by page, or of one person."""
    log = ReadLog(tables)
    for number in range(5):
        log.add("ana" if number % 2 else "ben", "case", f"party-{number}", AT + number * SECOND)

    assert [each.about for each in log.last(2, 1)] == ["party-3", "party-2"]
    assert [each.about for each in log.last(9, person="ana")] == ["party-3", "party-1"]


def test_tables_outlive_the_process(accounts: Accounts, tables: ConsoleTables, tmp_path: Path) -> None:
    """Sessions go on after a restart."""
    assert accounts.find("ana")
    Sessions(tables, HOUR).open("ana", ("cookie", "form"), AT, HOUR, "", "")
    tables.close()

    again = ConsoleTables(tmp_path)
    assert Sessions(again, HOUR).find("cookie", AT) is not None
    again.close()


def test_a_file_that_is_no_database_is_said_in_one_line(tmp_path: Path) -> None:
    """And the ledger, which is another file, is named as untouched."""
    (tmp_path / FILE.parent).mkdir()
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)

    with pytest.raises(StorageFailed, match="untouched"):
        ConsoleTables(tmp_path)


def test_a_name_that_nobody_has_takes_as_long(
    accounts: Accounts, production_hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same hash is computed, or the time would tell who has an account."""
    compared: list[str] = []
    monkeypatch.setattr(passwords, "_HASHER", production_hasher)
    accounts.set_password("ana", PASSWORD)
    monkeypatch.setattr(module, "is_password", lambda _, hashed: bool(compared.append(hashed)))

    accounts.check_password("ana", "wrong", AT)
    accounts.check_password("nobody", "wrong", AT)

    assert [each.split("$")[1:4] for each in compared] == [["argon2id", "v=19", "m=65536,t=3,p=4"]] * 2
    assert [[len(part) for part in each.split("$")] for each in compared] == [[0, 8, 4, 15, 22, 43]] * 2
    with pytest.raises(VerifyMismatchError):  # it is a hash: who compares with it computes one
        production_hasher.verify(compared[1], "wrong")

"""Accounts of the console: who can log in, slower with each wrong password, and links by which one is made or reset."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from evenhand.model.console import Account, LinkPurpose
from evenhand.model.errors import BadInput, NotFound
from evenhand.store.console_tables import ConsoleTables
from evenhand.store.easy_passwords import easy_because, names_in
from evenhand.store.network import Network
from evenhand.store.passwords import hash_of_nobody, hash_password, is_password
from evenhand.store.refused_passwords import is_listed

LEAST_PASSWORD, MOST_PASSWORD = 12, 256
_PERSON = re.compile(r"[a-z0-9]([a-z0-9._@-]{0,62}[a-z0-9])?")
_FREE_TRIES = 5
_LONGEST_LOCK_S = 900
_COLUMNS = (
    "person, name, created, password != '', failures, locked_until, disabled,"
    " coalesce((SELECT name FROM sign_on WHERE sign_on.person = account.person), ''),"
    " EXISTS(SELECT 1 FROM second_factor AS f WHERE f.person = account.person AND f.secret != x'')"
)


def secret_hash(secret: str) -> str:
    """Return what is kept of a random secret: who reads the file cannot use it."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Accounts:
    """The accounts in a console's tables."""

    def __init__(self, tables: ConsoleTables) -> None:
        self._tables = tables

    def all(self) -> list[Account]:
        """Return every account, by person."""
        return [_account(row) for row in self._tables.rows(f"SELECT {_COLUMNS} FROM account ORDER BY person")]

    def find(self, person: str) -> Account | None:
        """Return the account of a person, None where there is none."""
        rows = self._tables.rows(f"SELECT {_COLUMNS} FROM account WHERE person = ?", person)
        return _account(rows[0]) if rows else None

    def add(self, person: str, name: str, at: datetime) -> Account:
        """Add an account without a password and return it.

        Raises:
            BadInput: no id, or the person has an account.
        """
        if not _PERSON.fullmatch(person):
            raise BadInput(
                "not the id of a person",
                got=person,
                expected="lower-case letters, digits and . _ @ -, 64 at most, as in staff.toml",
            )
        added = self._tables.changes(
            "INSERT OR IGNORE INTO account(person, name, password, created) VALUES (?, ?, '', ?)",
            person, name.strip() or person, _seconds(at),
        )  # fmt: skip
        if not added:
            raise BadInput("has an account already:", got=person, todo="make a link to reset its password")
        return self.existing(person)

    def existing(self, person: str) -> Account:
        """Return the account of a person.

        Raises:
            NotFound: there is none.
        """
        found = self.find(person)
        if found is None:
            raise NotFound("nobody has an account of this name", got=person)
        return found

    def set_password(self, person: str, password: str, policy: "PasswordPolicy | None" = None) -> None:
        """Set a person's password; all their sessions end, and earlier wrong tries are forgotten.

        Raises:
            BadInput: too short, too long, easily guessed, or refused by the network.
            NotFound: there is no such account.
        """
        checked_password(password, f"{person} {self.existing(person).name}", policy)
        with self._tables.together():
            self._tables.rows(
                "UPDATE account SET password = ?, failures = 0, locked_until = 0 WHERE person = ?",
                hash_password(password), person,
            )  # fmt: skip
            self._tables.rows("DELETE FROM session WHERE person = ?", person)
            self._tables.rows("DELETE FROM link WHERE person = ?", person)

    def set_disabled(self, person: str, *, disabled: bool) -> None:
        """Disable an account, which ends its sessions and links, or enable it again."""
        self.existing(person)
        with self._tables.together():
            self._tables.rows("UPDATE account SET disabled = ? WHERE person = ?", int(disabled), person)
            if disabled:
                self._tables.rows("DELETE FROM session WHERE person = ?", person)
                self._tables.rows("DELETE FROM link WHERE person = ?", person)

    def check_password(self, person: str, password: str, at: datetime) -> Account | None:
        """Return the account if the password is right and the account is not locked; a wrong one is counted.

        After five wrong ones in a row each further one locks the account, for twice as long each time, up to a quarter
        of an hour. The answer takes as long for a name that nobody has.
        """
        rows = self._tables.rows("SELECT password, locked_until, disabled FROM account WHERE person = ?", person)
        hashed, locked_until, disabled = rows[0] if rows else ("", 0, 0)
        right = is_password(password[:MOST_PASSWORD], hashed or hash_of_nobody())
        if not rows or not hashed or disabled or locked_until > _seconds(at):
            return None
        if not right:
            self._count_failure(person, at)
            return None
        self._tables.rows("UPDATE account SET failures = 0, locked_until = 0 WHERE person = ?", person)
        return self.existing(person)

    def make_link(self, person: str, purpose: LinkPurpose, at: datetime, lasts: timedelta,
                  draw: Callable[[], str]) -> str:  # fmt: skip
        """Return the secret of a link by which a person sets a password, once; an earlier one of theirs is void."""
        secret = draw()
        with self._tables.together():
            self._tables.rows("DELETE FROM link WHERE person = ? OR ends < ?", person, _seconds(at))
            self._tables.rows(
                "INSERT INTO link VALUES (?, ?, ?, ?)", secret_hash(secret), purpose, person, _seconds(at + lasts)
            )
        return secret

    def make_first_link(self, at: datetime, lasts: timedelta, draw: Callable[[], str]) -> str:
        """Return the secret of a link by which the first account is made; an earlier one is void."""
        return self.make_link("", "first", at, lasts, draw)

    def is_first_link(self, secret: str, at: datetime) -> bool:
        """Return whether a secret is of the link that makes the first account, and there is no account yet."""
        query = "SELECT 1 FROM link WHERE secret_hash = ? AND purpose = 'first' AND ends >= ?"
        return bool(self._tables.rows(query, secret_hash(secret), _seconds(at))) and not self.all()

    def link_person(self, secret: str, at: datetime) -> str | None:
        """Return whose link a secret is of, None where it is void."""
        rows = self._tables.rows(
            "SELECT person FROM link JOIN account USING (person) WHERE secret_hash = ? AND ends >= ? AND disabled = 0",
            secret_hash(secret), _seconds(at),
        )  # fmt: skip
        return rows[0][0] if rows else None

    def _count_failure(self, person: str, at: datetime) -> None:
        with self._tables.together():
            self._tables.rows("UPDATE account SET failures = failures + 1 WHERE person = ?", person)
            ((failures,),) = self._tables.rows("SELECT failures FROM account WHERE person = ?", person)
            if failures >= _FREE_TRIES:
                until = _seconds(at) + wait_after_s(failures)
                self._tables.rows("UPDATE account SET locked_until = ? WHERE person = ?", until, person)


def wait_after_s(failures: int) -> int:
    """Return how many seconds an account waits after so many wrong tries in a row: none, then twice as long each time.

    >>> [wait_after_s(failures) for failures in (4, 5, 6, 7, 14, 15, 10_000)]
    [0, 1, 2, 4, 512, 900, 900]
    """
    return 0 if failures < _FREE_TRIES else min(2 ** min(failures - _FREE_TRIES, 20), _LONGEST_LOCK_S)


class PasswordPolicy(NamedTuple):
    """What a network adds to the rules of passwords: names of its house, and a list of those that it refuses."""

    names: frozenset[str]
    refused: Path | None


def network_policy(network: Network) -> PasswordPolicy:
    """Return what the settings of a network say of passwords."""
    about, file = network.settings.network, network.settings.console.refused_passwords
    return PasswordPolicy(names_in("evenhand", about.name, about.origin), network.folder / file if file else None)


def checked_password(password: str, person: str, policy: PasswordPolicy | None = None) -> None:
    """Refuse a password that is easily guessed, or that the network refuses.

    Raises:
        BadInput: fewer than 12 characters or more than 256, common, of names of the person or the house, or listed.
    """
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        raise BadInput(
            f"the password has {len(password)} characters", expected=f"{LEAST_PASSWORD} to {MOST_PASSWORD}",
            todo="several words in a row are long and easy to remember",
        )  # fmt: skip
    names = names_in(person) | (policy.names if policy else names_in("evenhand"))
    if why := easy_because(password, names):
        raise BadInput(f"the password is easily guessed: {why}", expected="three words or more, or drawn by chance")
    if policy is not None and policy.refused is not None and is_listed(policy.refused, password):
        raise BadInput("the password is on the list of those that leaked", expected="another")


def _account(row: tuple) -> Account:  # type: ignore[type-arg]  # a row of _COLUMNS
    person, name, created, has_password, failures, locked_until, disabled, sign_on, second_factor = row
    return Account(
        person=person, name=name, created=_instant(created), has_password=bool(has_password), failures=failures,
        locked_until=_instant(locked_until) if locked_until else None, disabled=bool(disabled),
        sign_on=sign_on, second_factor=bool(second_factor),
    )  # fmt: skip


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

"""Second factors of accounts in a console's tables: the secret of an app, and recovery codes that count once.

The secret of an app has to be read to check a code, so it is kept as it is, in a file for its owner alone.
"""

from collections.abc import Callable
from datetime import datetime

from evenhand.model.one_time_codes import RECOVERY_BYTES, fitting_step, recovery_code, typed_code
from evenhand.store.accounts import secret_hash, wait_after_s
from evenhand.store.console_tables import ConsoleTables

RECOVERY_CODES = 10
_NEVER = -1
Draw = Callable[[int], bytes]


class SecondFactors:
    """The second factors in a console's tables."""

    def __init__(self, tables: ConsoleTables) -> None:
        self._tables = tables

    def is_on(self, person: str) -> bool:
        """Return whether a person has to give a code after the password."""
        return bool(self._tables.rows("SELECT 1 FROM second_factor WHERE person = ? AND secret != x''", person))

    def recovery_left(self, person: str) -> int:
        """Return how many recovery codes of a person were not used yet."""
        return int(self._tables.rows("SELECT count(*) FROM recovery_code WHERE person = ?", person)[0][0])

    def begin(self, person: str, secret: bytes) -> None:
        """Keep a secret that counts when its first code is given; an earlier second factor counts until then."""
        self._tables.rows(
            "INSERT INTO second_factor(person, pending) VALUES (?, ?)"
            " ON CONFLICT(person) DO UPDATE SET pending = excluded.pending",
            person, secret,
        )  # fmt: skip

    def begun(self, person: str) -> bytes:
        """Return the secret that was begun, empty where none was."""
        rows = self._tables.rows("SELECT pending FROM second_factor WHERE person = ?", person)
        return bytes(rows[0][0]) if rows else b""

    def confirm(self, person: str, code: str, at: datetime, draw: Draw) -> tuple[str, ...]:
        """Let the secret that was begun count, if this is a code of it; return new recovery codes, none if it is not.

        The codes are shown once: only their hashes are kept.
        """
        secret = self.begun(person)
        if not secret or self._is_locked(person, at):
            return ()
        step = fitting_step(secret, typed_code(code), at, _NEVER)
        if step is None:
            self._count_failure(person, at)
            return ()
        with self._tables.together():
            self._tables.rows(
                "UPDATE second_factor SET secret = pending, pending = x'', last_step = ?, failures = 0,"
                " locked_until = 0 WHERE person = ?",
                step, person,
            )  # fmt: skip
            return self.new_recovery_codes(person, draw)

    def check(self, person: str, code: str, at: datetime) -> bool:
        """Return whether a code is right now, of the app or for recovery; it does not count again.

        Wrong ones are counted, and make a person wait, as wrong passwords do.
        """
        rows = self._tables.rows("SELECT secret, last_step FROM second_factor WHERE person = ?", person)
        if not rows or not rows[0][0] or self._is_locked(person, at):
            return False
        secret, last_step = rows[0]
        typed = typed_code(code)
        step = fitting_step(bytes(secret), typed, at, last_step)
        # Of two requests with one code, the one that changes the row is let in.
        if step is not None:
            used = self._tables.changes(
                "UPDATE second_factor SET last_step = ? WHERE person = ? AND last_step < ?", step, person, step
            )
        else:
            used = self._tables.changes(
                "DELETE FROM recovery_code WHERE person = ? AND code_hash = ?", person, secret_hash(typed)
            )
        if not used:
            self._count_failure(person, at)
            return False
        self._tables.rows("UPDATE second_factor SET failures = 0, locked_until = 0 WHERE person = ?", person)
        return True

    def new_recovery_codes(self, person: str, draw: Draw) -> tuple[str, ...]:
        """Return ten new recovery codes; earlier ones are void."""
        codes = tuple(recovery_code(draw(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES))
        with self._tables.together():
            self._tables.rows("DELETE FROM recovery_code WHERE person = ?", person)
            for code in codes:
                self._tables.rows("INSERT INTO recovery_code VALUES (?, ?)", person, secret_hash(typed_code(code)))
        return codes

    def remove(self, person: str) -> bool:
        """Take a person's second factor and recovery codes away; return whether there was one."""
        with self._tables.together():
            was_on = self.is_on(person)
            self._tables.rows("DELETE FROM second_factor WHERE person = ?", person)
            self._tables.rows("DELETE FROM recovery_code WHERE person = ?", person)
        return was_on

    def _is_locked(self, person: str, at: datetime) -> bool:
        query = "SELECT 1 FROM second_factor WHERE person = ? AND locked_until > ?"
        return bool(self._tables.rows(query, person, int(at.timestamp())))

    def _count_failure(self, person: str, at: datetime) -> None:
        with self._tables.together():
            self._tables.rows("UPDATE second_factor SET failures = failures + 1 WHERE person = ?", person)
            ((failures,),) = self._tables.rows("SELECT failures FROM second_factor WHERE person = ?", person)
            until = int(at.timestamp()) + wait_after_s(failures)
            self._tables.rows("UPDATE second_factor SET locked_until = ? WHERE person = ?", until, person)

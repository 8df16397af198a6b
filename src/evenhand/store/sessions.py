"""Who is logged in to the console, and who was shown what."""

from datetime import UTC, datetime, timedelta

from evenhand.model.console import ReadEntry, Session
from evenhand.store.accounts import secret_hash
from evenhand.store.console_tables import ConsoleTables

_SHOWN_DIGITS = 12
_COLUMNS = "secret_hash, person, token, created, seen, ends, agent, address"
_SEEN_EVERY_S = 30
_MOST_TEXT = 200
_TOKEN_KNOWN_S = 7 * 86_400


class Sessions:
    """The sessions in a console's tables; `idle` without use ends one."""

    def __init__(self, tables: ConsoleTables, idle: timedelta) -> None:
        self._tables, self._idle = tables, idle

    def open(
        self, person: str, secrets: tuple[str, str], at: datetime, lasts: timedelta, agent: str, address: str
    ) -> Session:
        """Open a session of two new secrets, that of the cookie and that of the forms; others of the person stay."""
        secret, token = secrets
        now, ends = int(at.timestamp()), int((at + lasts).timestamp())
        with self._tables.together():
            self._tables.rows("DELETE FROM session WHERE ends < ?", now)
            self._tables.rows(
                "INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?, '')",
                secret_hash(secret), person, token, now, now, ends, agent[:_MOST_TEXT], address[:_MOST_TEXT],
            )  # fmt: skip
            self._tables.rows("DELETE FROM form_token WHERE ends < ?", now - _TOKEN_KNOWN_S)
            self._tables.rows("INSERT INTO form_token VALUES (?, ?, ?)", token, person, ends)
        return _session((secret_hash(secret), person, token, now, now, ends, agent[:_MOST_TEXT], address[:_MOST_TEXT]))

    def find(self, secret: str, at: datetime) -> Session | None:
        """Return the session of a cookie's secret, None where it has ended or the account is disabled."""
        now = int(at.timestamp())
        rows = self._tables.rows(
            f"SELECT {_COLUMNS} FROM session WHERE secret_hash = ? AND ends >= ? AND seen >= ?"
            " AND person IN (SELECT person FROM account WHERE disabled = 0)",
            secret_hash(secret), now, now - int(self._idle.total_seconds()),
        )  # fmt: skip
        if not rows:
            return None
        found = _session(rows[0])
        if now - int(found.seen.timestamp()) >= _SEEN_EVERY_S:
            self._tables.rows("UPDATE session SET seen = ? WHERE secret_hash = ?", now, rows[0][0])
        return found

    def person_of_form(self, token: str) -> str:
        """Return in whose session a form was made, by its token, although that session may have ended.

        It is known for seven days. ``""`` where it is unknown, its account is disabled, or the person ended the
        session by themselves from another place (`close_of`).
        """
        rows = self._tables.rows(
            "SELECT person FROM form_token WHERE token = ?"
            " AND person IN (SELECT person FROM account WHERE disabled = 0)", token,
        )  # fmt: skip
        return str(rows[0][0]) if rows else ""

    def is_form_of_disabled(self, token: str) -> bool:
        """Return whether a form was made in a session of an account that is disabled now."""
        rows = self._tables.rows(
            "SELECT 1 FROM form_token JOIN account USING (person) WHERE token = ? AND disabled = 1", token
        )
        return bool(rows)

    def of(self, person: str, at: datetime) -> list[Session]:
        """Return the sessions of a person that have not ended, the one last used first."""
        now = int(at.timestamp())
        rows = self._tables.rows(
            f"SELECT {_COLUMNS} FROM session WHERE person = ? AND ends >= ? AND seen >= ? ORDER BY seen DESC",
            person, now, now - int(self._idle.total_seconds()),
        )  # fmt: skip
        return [_session(row) for row in rows]

    def close(self, secret: str) -> None:
        """End the session of a secret."""
        self._tables.rows("DELETE FROM session WHERE secret_hash = ?", secret_hash(secret))

    def close_of(self, person: str, session_id: str) -> int:
        """End a session of a person by its id, or all of them where the id is ``""``; return how many."""
        chosen = "FROM session WHERE person = ? AND (? = '' OR substr(secret_hash, 1, ?) = ?)"
        values = (person, session_id, _SHOWN_DIGITS, session_id)
        with self._tables.together():
            self._tables.rows(f"DELETE FROM form_token WHERE token IN (SELECT token {chosen})", *values)
            return self._tables.changes(f"DELETE {chosen}", *values)

    def close_all(self, person: str) -> None:
        """End the sessions of a person who may not log in any more; whose form is theirs stays known, to tell them."""
        self._tables.rows("DELETE FROM session WHERE person = ?", person)

    def set_note(self, session: Session, note: str) -> None:
        """Keep a sentence that the next page of a session shows, once."""
        self._tables.rows("UPDATE session SET note = ? WHERE token = ?", note, session.token)

    def take_note(self, session: Session) -> str:
        """Return the sentence that was kept, ``""`` where there is none; it is gone then."""
        rows = self._tables.rows("SELECT note FROM session WHERE token = ? AND note != ''", session.token)
        if rows:
            self.set_note(session, "")
        return str(rows[0][0]) if rows else ""


class ReadLog:
    """Who was shown whose personal data, in a console's tables."""

    def __init__(self, tables: ConsoleTables) -> None:
        self._tables = tables

    def add(self, person: str, what: str, about: str, at: datetime) -> None:
        """Keep that a person was shown something."""
        self._tables.rows(
            "INSERT INTO shown VALUES (?, ?, ?, ?)", int(at.timestamp()), person, what, about[:_MOST_TEXT]
        )

    def was_shown(self, what: str, about: str, since: datetime) -> bool:
        """Return whether anybody was shown something since an instant."""
        rows = self._tables.rows(
            "SELECT 1 FROM shown WHERE at >= ? AND what = ? AND about = ? LIMIT 1", int(since.timestamp()), what, about
        )
        return bool(rows)

    def last(self, most: int, before: int = 0, person: str = "") -> list[ReadEntry]:
        """Return the last entries, newest first, of one person where one is named, after skipping `before`."""
        rows = self._tables.rows(
            "SELECT at, person, what, about FROM shown WHERE ? IN ('', person) ORDER BY rowid DESC LIMIT ? OFFSET ?",
            person, most, before,
        )  # fmt: skip
        return [
            ReadEntry(at=datetime.fromtimestamp(at, UTC), person=who, what=what, about=about)
            for at, who, what, about in rows
        ]


def _session(row: tuple) -> Session:  # type: ignore[type-arg]  # a row of _COLUMNS
    secret, person, token, created, seen, ends, agent, address = row
    at, used, until = (datetime.fromtimestamp(each, UTC) for each in (created, seen, ends))
    return Session(
        id=secret[:_SHOWN_DIGITS], person=person, token=token, created=at, seen=used, ends=until, agent=agent,
        address=address,
    )  # fmt: skip

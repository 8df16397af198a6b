"""Keys of programs in the console's tables, and the answers that were given to their repeated requests."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, get_args

from evenhand.model.api_key import ApiKey, ApiScope
from evenhand.model.errors import BadInput, NotFound
from evenhand.store.accounts import secret_hash
from evenhand.store.console_tables import ConsoleTables

PREFIX = "evh_"
_COLUMNS = "id, label, person, scopes, per_minute, created, ends, revoked, last_used"
_USED_EVERY_S = 60
_KEPT_S = 86_400


class KeptAnswer(NamedTuple):
    """What was answered to a request with an idempotency key; status 0 while it is still being answered."""

    request_hash: str
    status: int
    body: bytes


class ApiKeys:
    """The keys in a console's tables; a key itself is never kept, only its hash."""

    def __init__(self, tables: ConsoleTables) -> None:
        self._tables = tables

    def add(
        self, label: str, person: str, scopes: Sequence[str], at: datetime, draw: Callable[[], str], *,
        per_minute: int = 600, ends: datetime | None = None,
    ) -> tuple[ApiKey, str]:  # fmt: skip
        """Add a key and return it with its secret, which cannot be read again.

        Raises:
            BadInput: no label, no scope or an unknown one, or no person.
        """
        known: tuple[ApiScope, ...] = get_args(ApiScope)
        chosen = tuple(each for each in known if each in scopes)
        if not chosen or len(chosen) < len(set(scopes)):
            raise BadInput("not a scope", where="--scope", got=", ".join(scopes), expected=", ".join(known))
        if not label.strip() or not person.strip():
            raise BadInput("a key needs a label and who answers for it", expected="--label and --as")
        secret = PREFIX + draw()
        id_ = secret_hash(secret)[:12]
        self._tables.rows(
            "INSERT INTO api_key VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0)", secret_hash(secret), id_, label.strip(),
            person.strip(), " ".join(chosen), per_minute, int(at.timestamp()), int(ends.timestamp()) if ends else 0,
        )  # fmt: skip
        return self.existing(id_), secret

    def all(self) -> list[ApiKey]:
        """Return every key, the newest first."""
        return [_key(row) for row in self._tables.rows(f"SELECT {_COLUMNS} FROM api_key ORDER BY created DESC, id")]

    def existing(self, id_: str) -> ApiKey:
        """Return the key of an id.

        Raises:
            NotFound: there is none.
        """
        rows = self._tables.rows(f"SELECT {_COLUMNS} FROM api_key WHERE id = ?", id_)
        if not rows:
            raise NotFound("no key of this id", got=id_, todo="`evenhand key list DIR` lists them")
        return _key(rows[0])

    def revoke(self, id_: str) -> ApiKey:
        """Revoke a key; it is refused from now on."""
        self.existing(id_)
        self._tables.rows("UPDATE api_key SET revoked = 1 WHERE id = ?", id_)
        return self.existing(id_)

    def find(self, secret: str, at: datetime) -> ApiKey | None:
        """Return the key of a secret, None where there is none, it was revoked or has ended."""
        rows = self._tables.rows(
            f"SELECT {_COLUMNS} FROM api_key WHERE secret_hash = ? AND revoked = 0", secret_hash(secret)
        )
        found = _key(rows[0]) if rows else None
        if found is None or (found.ends is not None and found.ends <= at):
            return None
        if found.last_used is None or (at - found.last_used).total_seconds() >= _USED_EVERY_S:
            self._tables.rows("UPDATE api_key SET last_used = ? WHERE id = ?", int(at.timestamp()), found.id)
        return found

    def begin(self, key: ApiKey, name: str, request_hash: str, at: datetime) -> KeptAnswer | None:
        """Return what was answered to this idempotency key before; None where this is the first request with it."""
        with self._tables.together():
            self._tables.rows("DELETE FROM answer WHERE at < ?", int(at.timestamp()) - _KEPT_S)
            rows = self._tables.rows(
                "SELECT request_hash, status, CAST(body AS BLOB) FROM answer WHERE key = ? AND name = ?", key.id, name
            )
            if rows:
                return KeptAnswer(*rows[0])
            self._tables.rows(
                "INSERT INTO answer VALUES (?, ?, ?, 0, x'', ?)", key.id, name, request_hash, int(at.timestamp())
            )
        return None

    def end(self, key: ApiKey, name: str, status: int, body: bytes) -> None:
        """Keep an answer for a day; one that failed by our fault is forgotten, so that it can be tried again."""
        if status >= 500:
            self._tables.rows("DELETE FROM answer WHERE key = ? AND name = ?", key.id, name)
        else:
            self._tables.rows(
                "UPDATE answer SET status = ?, body = ? WHERE key = ? AND name = ?", status, body, key.id, name
            )


def _key(row: tuple) -> ApiKey:  # type: ignore[type-arg]  # a row of _COLUMNS
    id_, label, person, scopes, per_minute, created, ends, revoked, last_used = row
    return ApiKey(
        id=id_, label=label, person=person, scopes=tuple(scopes.split()), per_minute=per_minute,
        created=datetime.fromtimestamp(created, UTC), ends=datetime.fromtimestamp(ends, UTC) if ends else None,
        revoked=bool(revoked), last_used=datetime.fromtimestamp(last_used, UTC) if last_used else None,
    )  # fmt: skip

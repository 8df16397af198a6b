"""A ledger's tables read from a replica of their server, which answers only once it knows what the server does."""

import logging
import time
from typing import Any

from evenhand.model.errors import EvenhandError, StorageFailed
from evenhand.store.postgres import PostgresTables
from evenhand.store.postgres_schema import completed, shown_address

_log = logging.getLogger("evenhand.ledger")
WAIT_S = 2.0
"""How long one question waits for a replica to have what the main server has."""
REST_S = 60.0
"""How long a process leaves a replica alone that could not be used, and says nothing more of it."""
_PAUSE_S = 0.005
_CONNECT_TIMEOUT_S = 3
_resting: dict[str, float] = {}


_HAS_REPLAYED = "SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn"
_NAME = "SELECT origin, vkey FROM meta"
_LAST = "SELECT seq, leaf_hash FROM entry ORDER BY seq DESC LIMIT 1"
_AT = "SELECT seq, leaf_hash FROM entry WHERE seq = %s"


def open_for_reading(address: str, replica: str) -> PostgresTables:
    """Return tables for reading: of a replica too, unless it could not be used less than `REST_S` ago."""
    if time.monotonic() < _resting.get(replica, 0.0):
        return PostgresTables(address, read_only=True)
    return ReplicaTables(address, replica)


class ReplicaTables(PostgresTables):
    """The tables at `address`, for reading, answered by a hot standby of its server wherever that is up to date.

    INVARIANT: an answer is as new as the main server's would be. Before each question the main server says how far its
    write-ahead log is, and the replica answers once it has replayed that. One that does not within `WAIT_S`, is no
    standby, is another ledger's, or fails, is left for the main server, from that question on; a warning of the logger
    `evenhand.ledger` says why, and so does `left`, ``""`` while the replica is read.

    Raises:
        BadInput: `replica` is no address.
        StorageFailed: the main server does not answer: nobody can say then what the replica lacks.
    """

    def __init__(self, address: str, replica: str) -> None:
        self.left = ""
        self._replica, self._shown = replica, shown_address(replica)
        super().__init__(address, read_only=True)
        self._standby: PostgresTables | None = None
        try:
            quick = completed(replica, connect_timeout=_CONNECT_TIMEOUT_S)
            self._standby = PostgresTables(quick, read_only=True, is_standby=True)
            self._check_same(self._standby)
        except EvenhandError as error:
            self._leave(error)

    def close(self) -> None:
        """Hang up at both servers."""
        if self._standby is not None:
            self._standby.close()
        super().close()

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        if self._standby is not None:
            reached = self._position()
            try:
                self._wait_for(self._standby, reached)
                return self._standby._rows(query, *values)
            except StorageFailed as error:
                self._leave(error)
        return super()._rows(query, *values)

    def _position(self) -> str:
        """Return how far the main server's write-ahead log is: behind all that was acknowledged by now."""
        ((reached,),) = super()._rows("SELECT pg_current_wal_flush_lsn()::text")
        return str(reached)

    def _wait_for(self, standby: PostgresTables, reached: str) -> None:
        """Return once the replica has replayed so much; raise StorageFailed if it does not in time."""
        until = time.monotonic() + WAIT_S
        while True:
            ((has_replayed,),) = standby._rows(_HAS_REPLAYED, reached)
            if has_replayed:
                return
            if time.monotonic() >= until:
                raise StorageFailed(f"it lags more than {WAIT_S:g} s, or is no standby any more", where=self._shown)
            time.sleep(_PAUSE_S)

    def _check_same(self, standby: PostgresTables) -> None:
        """Raise StorageFailed unless each of the two has the last entry of the other, and both are of one log.

        A position of one server says nothing about another, or about one that went its own way after a failover.
        """
        main = super()._rows
        ours = main(_LAST)
        self._wait_for(standby, self._position())
        theirs, is_same = standby._rows(_LAST), main(_NAME) == standby._rows(_NAME)
        for last, other in ((theirs, main), (ours, standby._rows)):
            is_same = is_same and all(other(_AT, row[0]) == [row] for row in last)
        if not is_same:
            raise StorageFailed("it holds another ledger", where=self._shown)

    def _leave(self, why: EvenhandError) -> None:
        if self._standby is not None:
            self._standby.close()
            self._standby = None
        self.left, now = str(why), time.monotonic()
        if now >= _resting.get(self._replica, 0.0):
            _log.warning("evenhand: the replica is not read, the main server is: %s", why)
        _resting[self._replica] = now + REST_S

"""Requests of programs that were refused, kept beside those of people: who, what of, when, from where."""

import threading
from datetime import datetime
from typing import Final, Literal

from starlette.requests import Request

from evenhand.web.console.console import Console

Refusal = Literal["API: no valid key", "API: not permitted", "API: too many requests"]

_WINDOW_S: Final = 60
_MOST: Final = 1_000


class Refusals:
    """What was kept in the present minute: a program that asks again and again fills no table.

    Of one caller one refusal of a kind is kept for each operation and minute, and 1,000 a minute at most.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute, self._kept = 0, set[tuple[str, ...]]()

    def keep(self, console: Console, request: Request, who: str, what: Refusal, where: str) -> None:
        """Keep a refusal; `who` is the person of the key, ``""`` without a valid one, `where` the operation.

        The path of the request is never kept: that of the reconciliation service has the key in it.
        """
        address = request.client.host if request.client else ""
        now = console.machine.now()
        if self._is_first((who or address, what, where), now):
            console.read_log.add(who, what, f"{where}, from {address}", now)

    def _is_first(self, of: tuple[str, ...], now: datetime) -> bool:
        minute = int(now.timestamp()) // _WINDOW_S
        with self._lock:
            if minute != self._minute:
                self._minute, self._kept = minute, set()
            if of in self._kept or len(self._kept) >= _MOST:
                return False
            self._kept.add(of)
            return True

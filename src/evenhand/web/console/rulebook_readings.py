"""The rulebook as it was read last; it is read anew when a file of it, the day or the ledger has changed."""

import threading
from datetime import datetime

from evenhand.store.network import Network
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.rulebooks.overview import PastRelease, RulebookPage, past_releases, read_overview


class RulebookReadings:
    """The rulebook in force and its past releases for all threads; one of them reads, the others wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._page: tuple[object, RulebookPage] | None = None
        self._past: tuple[int, list[PastRelease]] | None = None

    def page(self, network: Network, at: datetime) -> RulebookPage:
        """Return the rulebook in the network's folder.

        Raises:
            RulebookInvalid: it does not hold.
        """
        stats = [(each, each.stat()) for each in sorted(network.rulebook.rglob("*")) if each.is_file()]
        stamp = (at.date(), tuple((str(each), stat.st_mtime_ns, stat.st_size) for each, stat in stats))
        with self._lock:
            if self._page is None or self._page[0] != stamp:
                historic = network.settings.rulebook.historic
                self._page = (stamp, read_overview(network.rulebook, at, historic=historic))
            return self._page[1]

    def past(self, network: Network) -> list[PastRelease]:
        """Return the rulebooks that have decided, the latest first; none before the first run."""
        if not network.ledger.is_dir():
            return []
        with self._lock, read_ledger(network.ledger) as ledger:
            if self._past is None or self._past[0] != ledger.size:
                self._past = (ledger.size, past_releases(network, ledger))
            return self._past[1]

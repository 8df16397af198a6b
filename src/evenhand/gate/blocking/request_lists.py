"""A request's own block list (`badv`), matched at label boundaries."""

from collections.abc import Iterable

from evenhand.model.hosts import Suffixes, host_of


class BlockList:
    """Hosts that a publisher does not want; `broken` counts entries that are no host and are ignored.

    An entry blocks its host and everything below it; an entry that is a public suffix blocks that host alone.

    Source: `gate.md` §3; OpenRTB 2.6 §3.2.1 `badv`.
    """

    def __init__(self, entries: Iterable[object], suffixes: Suffixes) -> None:
        hosts = [host_of(entry) for entry in entries]
        self._hosts = frozenset(host for host in hosts if host is not None)
        self._wide = frozenset(host for host in self._hosts if suffixes.suffix_of(host) != host)
        self.broken = hosts.count(None)

    def blocks(self, host: str) -> bool:
        """Return whether the list blocks a host as read by `host_of`."""
        above = host.split(".")[1:]
        return host in self._hosts or any(".".join(above[start:]) in self._wide for start in range(len(above)))

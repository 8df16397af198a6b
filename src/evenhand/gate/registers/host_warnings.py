"""What a person should look at in a register that is valid: hosts below others' domains, and platforms' hosts."""

from collections.abc import Callable, Iterable

from evenhand.model.hosts import SHARED_HOSTS, Suffixes, registrable


class HostWarnings:
    """Gathers domains as they are added; holds only those that are no registered domain themselves.

    `shared` are the register's own platforms, beside those that every gate knows.
    """

    def __init__(self, suffixes: Suffixes, shared: Iterable[str]) -> None:
        self._suffixes, self._shared = suffixes, SHARED_HOSTS | set(shared)
        self._below: dict[str, list[tuple[str, str]]] = {}
        self._platforms: list[str] = []

    def add(self, host: str, party: str) -> None:
        """Take a domain, as a host, and the party it leads to."""
        above = registrable(host, self._suffixes)
        if above is not None and above != host:
            self._below.setdefault(above, []).append((host, party))
        if host in self._shared:
            self._platforms.append(
                f"{party}: `{host}` is a platform's host: it does not say who advertises and matches no row"
            )
        elif platform := self._platform_above(host):
            self._platforms.append(
                f"{party}: `{host}` is below `{platform}`, a platform's host: it may not say who advertises"
            )

    def sentences(self, owner: Callable[[str], str | None]) -> tuple[str, ...]:
        """Return one sentence a doubt, sorted; `owner` names the party whose domain a host is."""
        found = list(self._platforms)
        for above, several in self._below.items():
            users = {party for _, party in several} | {each for each in [owner(above)] if each is not None}
            for host, party in several:
                if others := sorted(users - {party}):
                    found.append(f"{party}: `{host}` is below `{above}`, which {', '.join(others)} uses too")
        return tuple(sorted(found))

    def _platform_above(self, host: str) -> str | None:
        labels = host.split(".")
        above = (".".join(labels[start:]) for start in range(1, len(labels) - 1))
        return next((each for each in above if each in self._shared), None)

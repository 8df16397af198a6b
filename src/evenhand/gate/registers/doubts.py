"""What a person should look at in a register that is valid: hosts below others' domains, and platforms' hosts."""

from collections.abc import Callable

from evenhand.model.hosts import Suffixes, is_shared_host, registrable


class Doubts:
    """Gathers domains as they are added; holds only those that are no registered domain themselves."""

    def __init__(self, suffixes: Suffixes) -> None:
        self._suffixes = suffixes
        self._below: dict[str, list[tuple[str, str]]] = {}
        self._platforms: list[str] = []

    def add(self, host: str, party: str) -> None:
        """Take a domain, as a host, and the party it leads to."""
        above = registrable(host, self._suffixes)
        if above is not None and above != host:
            self._below.setdefault(above, []).append((host, party))
        if is_shared_host(host):
            self._platforms.append(
                f"{party}: `{host}` is a platform's host: it does not say who advertises and leads to no row"
            )

    def sentences(self, owner: Callable[[str], str | None]) -> tuple[str, ...]:
        """Return one sentence a doubt, sorted; `owner` names the party whose domain a host is."""
        found = list(self._platforms)
        for above, several in self._below.items():
            users = {party for _, party in several} | {each for each in [owner(above)] if each is not None}
            for host, party in several:
                if others := sorted(users - {party}):
                    found.append(f"{party}: `{host}` lies below `{above}`, which {', '.join(others)} uses too")
        return tuple(sorted(found))

"""What a person should look at in a register that is valid: hosts below others' domains, and platforms' hosts."""

from collections.abc import Callable, Iterable, Iterator

from evenhand.model.hosts import SHARED_HOSTS, Suffixes, registrable
from evenhand.model.short_lists import MOST_NAMED, short_list


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
        is_short = host.count(".") < 2  # most: nobody registered a part of it, and no platform is above it
        if not is_short and (above := registrable(host, self._suffixes) or host) != host:
            self._below.setdefault(above, []).append((host, party))
        if host in self._shared:
            self._platforms.append(
                f"{party}: `{host}` is a platform's host: it does not say who advertises and matches no row"
            )
        elif not is_short and (platform := self._platform_above(host)):
            self._platforms.append(
                f"{party}: `{host}` is below `{platform}`, a platform's host: it may not say who advertises"
            )

    def sentences(self, owner: Callable[[str], str | None]) -> tuple[str, ...]:
        """Return one sentence a doubt, sorted; `owner` names the party whose domain a host is.

        A domain that more parties use than a sentence names has one sentence for all of them: one each, with all
        others in it, grew with their square.
        """
        found = list(self._platforms)
        for above, several in self._below.items():
            found += _of_one_domain(above, several, owner(above))
        return tuple(sorted(found))

    def _platform_above(self, host: str) -> str | None:
        labels = host.split(".")
        above = (".".join(labels[start:]) for start in range(1, len(labels) - 1))
        return next((each for each in above if each in self._shared), None)


def _of_one_domain(above: str, several: list[tuple[str, str]], owner: str | None) -> Iterator[str]:
    """Yield the sentences on hosts below one registered domain, if more than one party uses it."""
    hosts = {party: host for host, party in sorted(several, reverse=True)}
    users = hosts.keys() | ({owner} if owner is not None else set())
    if len(users) > MOST_NAMED:
        whose = f", the domain of {owner}," if owner is not None else ""
        named = short_list([f"{party} (`{host}`)" for party, host in sorted(hosts.items())])
        yield f"hosts below `{above}`{whose} are used by {len(hosts):,} parties: {named}"
        return
    for host, party in several:
        if users - {party}:
            whose = f", the domain of {owner}" if owner not in {None, party} else ""
            others = sorted(users - {party, owner})
            beside = f", below which {', '.join(others)} {'has' if len(others) == 1 else 'have'} hosts too"
            yield f"{party}: `{host}` is below `{above}`{whose}{beside if others else ''}"

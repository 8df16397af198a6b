"""The public suffix list, read out of the package that carries it."""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import publicsuffixlist

_PLAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*")
_FOR_EXAMPLES = ("example", "test")


class _List(NamedTuple):
    """The list's rules, the names that they speak of, and what has been looked up."""

    version: str
    rules: publicsuffixlist.PublicSuffixList
    suffix: Callable[[str], str | None]
    named: set[str]
    known: dict[str, bool]
    wild: set[str]


class PublicSuffixes:
    """The list's rules, ICANN and private section; fits `model.hosts.Suffixes`.

    `version` is the list's own version line, such as `2026-10-22_08-36-41_UTC`, so that a record can name it.
    Reading the list costs about 40 ms, once a process. The list is MPL-2.0 and stays in its package.

    Source: publicsuffix.org, "Format"; wildcard and exception rules as there, default rule `*`.

    >>> suffixes = PublicSuffixes()
    >>> suffixes.suffix_of("www.ford.co.uk"), suffixes.suffix_of("b.github.io")
    ('co.uk', 'github.io')
    """

    def __init__(self) -> None:
        self._list = _published()
        self.version = self._list.version

    def suffix_of(self, host: str) -> str:
        """Return the public suffix of a host as read by `host_of`; the host itself if it is one."""
        short = self._below(host) if _PLAIN.fullmatch(host) and "xn--" not in host else host
        # The default rule `*` gives every host one; the package says None only for an empty label.
        return self._list.suffix(short) or host

    def _below(self, host: str) -> str:
        """Return the end of a host that has the same suffix: there are few of them, and each is looked up once.

        A label more changes nothing, unless a rule names the whole host, or speaks of every label before the rest.
        """
        rest = host.partition(".")[2]
        while rest and host not in self._list.named and rest not in self._list.wild:
            host, rest = rest, rest.partition(".")[2]
        return host

    def knows(self, host: str) -> bool:
        """Return whether a rule speaks of a host's last label, or RFC 2606 keeps it for examples.

        >>> [PublicSuffixes().knows(host) for host in ("shop.example", "shop.co.za", "a.рф", "n.a", "a.local")]
        [True, True, True, False, False]
        """
        label = host.rpartition(".")[2]
        known = self._list.known
        if label not in known:
            # Where only a rule with a wildcard speaks of it, as of `ck`, it takes two more labels to be found.
            known[label] = self._list.rules.publicsuffix(f"a.b.{label}", accept_unknown=False) is not None
        return known[label]


@cache
def _published() -> _List:
    """Return the list as it was read, which a process does once."""
    text = Path(publicsuffixlist.PSLFILE).read_text(encoding="utf-8")
    lines = {line.split()[0] for line in text.lower().splitlines() if line.strip() and not line.startswith("//")}
    named = {line.removeprefix("!").removeprefix("*.") for line in lines}
    rules = publicsuffixlist.PublicSuffixList(text)
    return _List(
        version=version_line(text),
        rules=rules,
        suffix=lru_cache(maxsize=1 << 14)(rules.publicsuffix),
        named=named,
        # Of `za` only rules for what is below it speak, such as `co.za`.
        known=dict.fromkeys((*_FOR_EXAMPLES, *(each.rpartition(".")[2] for each in named)), True),
        wild={line.removeprefix("*.") for line in lines if line.startswith("*.")},
    )


def version_line(text: str) -> str:
    """Return what the line `// VERSION: …` of the list says, or `unknown`."""
    for line in text.splitlines():
        if line.startswith("// VERSION:"):
            return line.partition(":")[2].strip()
    return "unknown"

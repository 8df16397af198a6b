"""The public suffix list, read out of the package that carries it."""

import re
from functools import lru_cache
from pathlib import Path

import publicsuffixlist

_PLAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*")
_FOR_EXAMPLES = ("example", "test")


class PublicSuffixes:
    """The list's rules, ICANN and private section; fits `model.hosts.Suffixes`.

    `version` is the list's own version line, such as `2026-10-22_08-36-41_UTC`, so that a record can name it.
    Reading the list costs about 40 ms. The list is MPL-2.0 and stays in its package.

    Source: publicsuffix.org, "Format"; wildcard and exception rules as there, default rule `*`.

    >>> suffixes = PublicSuffixes()
    >>> suffixes.suffix_of("www.ford.co.uk"), suffixes.suffix_of("b.github.io")
    ('co.uk', 'github.io')
    """

    def __init__(self) -> None:
        text = Path(publicsuffixlist.PSLFILE).read_text(encoding="utf-8")
        self.version = version_line(text)
        self._rules = publicsuffixlist.PublicSuffixList(text)
        self._suffix = lru_cache(maxsize=1 << 14)(self._rules.publicsuffix)
        rules = {line.split()[0] for line in text.lower().splitlines() if line.strip() and not line.startswith("//")}
        self._named = {rule.removeprefix("!").removeprefix("*.") for rule in rules}
        # Of `za` only rules for what is below it speak, such as `co.za`.
        self._known = dict.fromkeys((*_FOR_EXAMPLES, *(rule.rpartition(".")[2] for rule in self._named)), True)
        self._wild = {rule.removeprefix("*.") for rule in rules if rule.startswith("*.")}

    def suffix_of(self, host: str) -> str:
        """Return the public suffix of a host as read by `host_of`; the host itself if it is one."""
        short = self._below(host) if _PLAIN.fullmatch(host) and "xn--" not in host else host
        # The default rule `*` gives every host one; the package says None only for an empty label.
        return self._suffix(short) or host

    def _below(self, host: str) -> str:
        """Return the end of a host that has the same suffix: there are few of them, and each is looked up once.

        A label more changes nothing, unless a rule names the whole host, or speaks of every label before the rest.
        """
        rest = host.partition(".")[2]
        while rest and host not in self._named and rest not in self._wild:
            host, rest = rest, rest.partition(".")[2]
        return host

    def knows(self, host: str) -> bool:
        """Return whether a rule speaks of a host's last label, or RFC 2606 keeps it for examples.

        >>> [PublicSuffixes().knows(host) for host in ("shop.example", "shop.co.za", "a.рф", "n.a", "a.local")]
        [True, True, True, False, False]
        """
        label = host.rpartition(".")[2]
        if label not in self._known:
            # Where only a rule with a wildcard speaks of it, as of `ck`, it takes two more labels to be found.
            self._known[label] = self._rules.publicsuffix(f"a.b.{label}", accept_unknown=False) is not None
        return self._known[label]


def version_line(text: str) -> str:
    """Return what the line `// VERSION: …` of the list says, or `unknown`."""
    for line in text.splitlines():
        if line.startswith("// VERSION:"):
            return line.partition(":")[2].strip()
    return "unknown"

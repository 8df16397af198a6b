"""The public suffix list, read out of the package that carries it."""

from functools import lru_cache
from pathlib import Path

import publicsuffixlist

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
        self._known = dict.fromkeys(_FOR_EXAMPLES, True)
        # A register's hosts are asked for four times while it is made.
        self._suffix = lru_cache(maxsize=1 << 14)(self._rules.publicsuffix)

    def suffix_of(self, host: str) -> str:
        """Return the public suffix of a host as read by `host_of`; the host itself if it is one."""
        # The default rule `*` gives every host one; the package says None only for an empty label.
        return self._suffix(host) or host

    def knows(self, host: str) -> bool:
        """Return whether a rule speaks of a host's last label, or RFC 2606 keeps it for examples.

        >>> PublicSuffixes().knows("shop.example"), PublicSuffixes().knows("n.a"), PublicSuffixes().knows("a.local")
        (True, False, False)
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

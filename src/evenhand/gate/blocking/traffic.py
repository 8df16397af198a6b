"""Traffic as a log has it, against a list that is compared as text: which spellings the list needs, what it misses."""

from codecs import BOM_UTF8
from collections.abc import Iterable
from datetime import datetime

from evenhand.gate.blocking.refused_keys import Refused, blocks, has_ended
from evenhand.gate.registers.row_keys import DOMAIN
from evenhand.gate.registers.row_references import HAS_WHEN
from evenhand.gate.resolver import Resolver
from evenhand.model.hosts import Suffixes, host_of
from evenhand.model.record import Record


class Traffic(Record, frozen=True, kw_only=True):
    """Lines of `adomain` counted; blank ones are none. Those that are no UTF-8 are malformed.

    `refused` lead to a row that refuses or holds outright: `by_domain` of them are written as the row's domain is,
    `by_spelling` are another spelling of it, which a list of text has and a table of keys means, `missed` are a public
    suffix and not listed. `conditional` lead to a row that refuses on some condition; `unknown` lead to no row.
    """

    lines: int = 0
    refused: int = 0
    by_domain: int = 0
    by_spelling: int = 0
    missed: int = 0
    conditional: int = 0
    unknown: int = 0
    malformed: int = 0


class Observer:
    """Reads traffic at one instant; `further` gathers the spellings that are to be listed beside `spelled`."""

    def __init__(
        self, resolver: Resolver, refused: Refused, spelled: frozenset[str], suffixes: Suffixes, at: datetime
    ) -> None:
        self._resolver, self._refused, self._spelled = resolver, refused, spelled
        self._suffixes, self._at = suffixes, at
        self.further: set[str] = set()

    def read(self, lines: Iterable[bytes]) -> Traffic:
        """Return the counts of some lines, each one value of an `adomain`."""
        counts = dict.fromkeys(Traffic.__struct_fields__, 0)
        for number, line in enumerate(lines):
            if value := (line if number else line.removeprefix(BOM_UTF8)).rstrip(b"\r\n"):
                counts["lines"] += 1
                for kind in self._kinds(value):
                    counts[kind] += 1
        return Traffic(**counts)

    def _kinds(self, line: bytes) -> tuple[str, ...]:
        """Return the counts that a line raises."""
        try:
            value = line.decode()
        except UnicodeDecodeError:
            return ("malformed",)
        refs = self._resolver.adomain(value)
        if refs is None:
            return ("malformed",)
        if not refs:
            return ("unknown",)
        ref, register = refs[0], self._resolver.register
        if blocks(register, ref, self._at):
            return "refused", self._caught(value)
        return ("conditional",) if ref & HAS_WHEN and not has_ended(register, ref, self._at) else ()

    def _caught(self, value: str) -> str:
        if value in self._refused.keys[DOMAIN]:
            return "by_domain"
        if value not in self._spelled and value not in self.further:
            host = host_of(value)
            if host is None or self._suffixes.suffix_of(host) == host:
                return "missed"
            self.further.add(value)
        return "by_spelling"

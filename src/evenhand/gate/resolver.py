"""The rows that a bid's hosts, names, seats and accounts lead to; those seen lately are kept in a dict."""

import re
from heapq import nlargest
from typing import Final, TypeAlias

from evenhand.gate.claims.dsa import is_in_order
from evenhand.gate.claims.names import name_key
from evenhand.gate.registers.register import Register
from evenhand.gate.registers.row_keys import ACCOUNT, BUNDLE, DOMAIN, IDS, NAME, SEAT, seat_key
from evenhand.model.accounts import STORES, account_of, bundle_at, bundle_of
from evenhand.model.hosts import SHARED_HOSTS, host_of
from evenhand.model.text_matching import similarity_to

_MOST_KNOWN: Final = 2048
"""Texts kept with what they led to, of each kind: 0.4 MB. An outsider who sends more makes us look up, no more."""
_MOST_SIMILAR: Final = 3
_LENGTH_DIFFERENCE: Final = 3
_LONGEST_CODE: Final = 16
_MOST_TAXONOMIES: Final = 16
_OF_TAXONOMY_1: Final = re.compile(r"iab[0-9]+(?:-[0-9]+)?")
"""The form of a code of Content Taxonomy 1.0, which no other taxonomy has."""
_NUMBERED: Final = frozenset(range(1, 10))
_VENDORS_FROM: Final = 500
"""Taxonomies that AdCOM 1.0 has given a number (August 2025), and from which number on they are a vendor's own."""


RemovalFields: TypeAlias = tuple[str, int, int, tuple[str, ...], str | None, str | None]
"""Outcome, loss, status, codes, decision and reason of a removal."""


class Resolver:
    """One register, and the rows found by the texts seen lately. Answers are tuples of numbers (`row_references.py`).

    `shared` are the hosts that name a platform. `hosts` are values of `adomain`, None the malformed ones; `names` only
    names that are neither blank nor too long. `political_categories` are by the number of their taxonomy, without
    case; `not_political` has texts of `cat` met lately that are none of them, by the number beside them.
    """

    def __init__(self, register: Register) -> None:
        self.register = register
        self.policy = register.head.policy
        named = {
            int(taxonomy): codes
            for taxonomy, codes in register.head.political_categories.items()
            if codes and taxonomy.isdecimal() and taxonomy.isascii()
        }
        self.political_categories = {taxonomy: frozenset(map(str.casefold, codes)) for taxonomy, codes in named.items()}
        self._of_taxonomy_1 = frozenset(filter(_OF_TAXONOMY_1.fullmatch, self.political_categories.get(1, ())))
        self.not_political: dict[int, set[str]] = {}
        self.shared = SHARED_HOSTS | set(register.head.shared_hosts)
        self.hosts: dict[str, tuple[int, ...] | None] = {}
        self.names: dict[str, tuple[int, ...]] = {}
        self.removals: dict[tuple[int, int], RemovalFields] = {}

    def keep_removal(self, key: tuple[int, int], fields: RemovalFields) -> None:
        """Keep what is reported of simple bids of a blocked row, by row and names given."""
        if len(self.removals) >= _MOST_KNOWN:
            self.removals.clear()
        self.removals[key] = fields

    def adomain(self, value: object) -> tuple[int, ...] | None:
        """Return the row of the most specific domain that a value of `adomain` names; () if none, None if malformed."""
        if not isinstance(value, str):
            return None
        try:
            return self.hosts[value]
        except KeyError:
            host = host_of(value)
            found = None if host is None else self.host(host) or self._account(value) or self._app(host, value)
            if len(self.hosts) >= _MOST_KNOWN:
                self.hosts.clear()
            self.hosts[value] = found
            return found

    def host(self, host: str) -> tuple[int, ...]:
        """Return the row of the most specific domain that is the host or stands above it; () if none.

        The way up ends at a platform's host: `play.google.com` never leads to the row of google.com.
        """
        find, shared = self.register.find, self.shared
        while "." in host and host not in shared:
            if found := find(DOMAIN, host):
                return found
            host = host.partition(".")[2]
        return ()

    def seat(self, name: str) -> tuple[int, ...]:
        """Return the rows of a bid's seat; () if none."""
        return self.register.find(SEAT, seat_key(name))

    def bundle(self, text: str) -> tuple[int, ...]:
        """Return the row of a bid's app, in any spelling that `bundle_of` reads; () if none."""
        bundle = bundle_of(text)
        return self.register.find(BUNDLE, bundle) if bundle else ()

    def name(self, text: str) -> tuple[int, ...]:
        """Return the rows that have a name, in any spelling that `name_key` folds; () if none."""
        try:
            return self.names[text]
        except KeyError:
            found = self.register.find(NAME, name_key(text))
            if len(self.names) >= _MOST_KNOWN:
                self.names.clear()
            if is_in_order(text):
                self.names[text] = found
            return found

    def is_political(self, categories: frozenset[str] | None, taxonomy: int | None) -> bool:
        """Return whether a category is political: of its taxonomy, or of any where nobody can read which it is of.

        A code in the form of taxonomy 1 is of that one, whatever number is beside it. A number that is no published
        taxonomy and no vendor's own says nothing: the code may be of any.
        """
        if not categories or not self.political_categories:
            return False
        folded = frozenset(map(str.casefold, categories))
        if taxonomy in _NUMBERED or (taxonomy or 0) >= _VENDORS_FROM:
            political = self.political_categories.get(taxonomy or 1, frozenset())
            return not (folded.isdisjoint(political) and folded.isdisjoint(self._of_taxonomy_1))
        return not all(map(folded.isdisjoint, self.political_categories.values()))

    def keep_not_political(self, categories: list[str], taxonomy: int) -> None:
        """Keep texts of `cat` that are not political in a taxonomy, so that they are seen at a glance."""
        if len(self.not_political) >= _MOST_TAXONOMIES or len(self.not_political.get(taxonomy, ())) >= _MOST_KNOWN:
            self.not_political.clear()
        self.not_political.setdefault(taxonomy, set()).update(each for each in categories if len(each) <= _LONGEST_CODE)

    def _account(self, value: str) -> tuple[int, ...]:
        """Return the row of the account that a platform's address names; () if it names none that is known."""
        account = account_of(value)
        return self.register.find(ACCOUNT, account) if account else ()

    def _app(self, host: str, value: str) -> tuple[int, ...]:
        """Return the row of the app whose page in a store an address is; () if it is none that is known."""
        bundle = bundle_at(value) if host in STORES else ""
        return self.register.find(BUNDLE, bundle) if bundle else ()


def similar_ids(resolver: Resolver, text: str) -> tuple[str, ...]:
    """Return up to three ids of advertisers and payers: first of those that have this name, then the most alike ones.

    Cost: every key of the register is read once, 5 microseconds for each id of about the same length.
    """
    register, kinds = resolver.register, {IDS["advertiser"], IDS["payer"]}
    named = [register.row(ref).id for ref in resolver.name(text)]
    similarity = similarity_to(text)
    alike: list[tuple[float, str]] = []
    for kind, known, _ in register.entries():
        if kind in kinds and abs(len(known) - len(text)) <= max(_LENGTH_DIFFERENCE, len(text) // 2):
            alike.append((similarity(known), known))
    likely = (known for found, known in nlargest(_MOST_SIMILAR, alike) if found)
    return tuple(dict.fromkeys([*named, *likely]))[:_MOST_SIMILAR]

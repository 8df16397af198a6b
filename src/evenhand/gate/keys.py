"""The keys of a register: what a bid or a question can be matched by, and the row each leads to."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from evenhand.model.errors import RegisterInvalid
from evenhand.model.hosts import SHARED_HOSTS, Suffixes, host_of
from evenhand.model.outcome import Outcome
from evenhand.model.register import RegisterRow


class Keys:
    """Rows by party, domain, bundle, account and seat, checked as `gate.md` §4 asks; one bad row refuses them all.

    `domains` has hosts as `host_of` returns them as keys. A seat may be that of several parties, every other key
    belongs to one. Without `suffixes` a domain that is a public suffix passes.

    Raises:
        RegisterInvalid: names file, row and key.
    """

    def __init__(self, rows: Iterable[RegisterRow], where: Path, suffixes: Suffixes | None) -> None:
        self._where, self._suffixes = where, suffixes
        self.domains: dict[str, RegisterRow] = {}
        self._bundles: dict[str, RegisterRow] = {}
        self._accounts: dict[str, RegisterRow] = {}
        self._parties: dict[tuple[str, str], RegisterRow] = {}
        self._of_seat: defaultdict[str, list[RegisterRow]] = defaultdict(list)
        for row in rows:
            self._add(row)

    def by_host(self, host: str) -> RegisterRow | None:
        """Return the row of the most specific domain that is the host or stands above it.

        The way up ends at a platform's host: `play.google.com` never leads to the row of google.com.
        """
        while "." in host and host not in SHARED_HOSTS:
            if row := self.domains.get(host):
                return row
            host = host.partition(".")[2]
        return None

    def by_party(self, party_id: str | None) -> list[RegisterRow]:
        """Return the row of the advertiser of that id, else of the payer, as a list of one or none."""
        row = self._parties.get(("advertiser", party_id or "")) or self._parties.get(("payer", party_id or ""))
        return [row] if row else []

    def by_seat(self, seat: str | None) -> list[RegisterRow]:
        """Return the seat's own row and those of the parties it is on file for."""
        return self._of_seat.get(seat or "", [])

    def by_bundle(self, bundle: str | None) -> list[RegisterRow]:
        """Return the row of an app's bundle, as a list of one or none."""
        row = self._bundles.get(bundle or "")
        return [row] if row else []

    def _add(self, row: RegisterRow) -> None:
        if row.outcome is not Outcome.ALLOW and not (row.decision and row.reason):
            raise self._fault(row, "no decision or no reason for", row.outcome, "both, or the outcome allow")
        if self._parties.setdefault((row.kind, row.id), row) is not row:
            raise self._fault(row, "a second row for the id", row.id, "one row a party")
        for domain in row.domains:
            self._claim(self.domains, self._host(row, domain), row)
        for bundle in row.bundles:
            self._claim(self._bundles, bundle, row)
        for account in row.accounts:
            self._claim(self._accounts, account, row)
        for seat in (row.id,) if row.kind == "seat" else dict.fromkeys(row.seats):
            self._of_seat[seat].append(row)

    def _claim(self, index: dict[str, RegisterRow], key: str, row: RegisterRow) -> None:
        owner = index.setdefault(key, row)
        if owner is not row:
            raise self._fault(row, f"{owner.kind} {owner.id} has the same key", key, "one row a key")

    def _host(self, row: RegisterRow, domain: str) -> str:
        host = row_host(domain)
        if host is None:
            raise self._fault(row, "no host", domain, "a host as `gate.md` §3 reads it")
        if self._suffixes is not None and self._suffixes.suffix_of(host) == host:
            raise self._fault(row, "a public suffix, open to anybody", host, "a domain that one party registered")
        return host

    def _fault(self, row: RegisterRow, what: str, got: str, expected: str) -> RegisterInvalid:
        place = f"{self._where}: {row.kind} {row.id}"
        return RegisterInvalid(what, where=place, got=got, expected=expected, todo="nothing was written or opened")


def row_host(domain: str) -> str | None:
    """Return the host that a row's domain stands for; a leading `www.` means the domain below it.

    >>> row_host("www.Ford.de")
    'ford.de'
    """
    host = host_of(domain)
    below = host.removeprefix("www.") if host else ""
    return below if "." in below else host

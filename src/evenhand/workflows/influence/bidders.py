"""Whose the bids of a log are."""

from collections.abc import Mapping

from evenhand.intake import Tables
from evenhand.model.campaign import Campaign
from evenhand.model.hosts import Suffixes, host_of, registrable
from evenhand.workflows.influence.declared_control import account_names


class Bidders:
    """Whose a bid is: of the campaign's advertiser, else of the seat's, else of whose website it alone is."""

    def __init__(self, tables: Tables, suffixes: Suffixes) -> None:
        self._orders: Mapping[str, Campaign] = {each.id: each for each in tables.campaigns}
        self._names, self._suffixes = account_names(tables), suffixes
        owners: dict[str, set[str]] = {}
        for each in tables.advertisers:
            for domain in each.domains:
                owners.setdefault(self.host(domain), set()).add(each.id)
        self._owners = {host: next(iter(ids)) for host, ids in owners.items() if host and len(ids) == 1}
        self._hosts: dict[str, str] = {}

    def account_of(self, cid: str, seat: str, adomain: str) -> str:
        """Return the account of a bid, ``""`` where nobody can tell."""
        order = self._orders.get(cid)
        if order is not None:
            return order.advertiser_id
        return self._names.get(seat, "") or self._owners.get(self.host(adomain.split(";", maxsplit=1)[0]), "")

    def host(self, text: str) -> str:
        """Return the registrable host that a text names, ``""`` for none."""
        read = host_of(text.strip())
        return "" if read is None else registrable(read, self._suffixes) or read

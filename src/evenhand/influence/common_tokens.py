"""Tokens that the tests leave out: what very many have, or anybody can have, cannot be told from chance."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from evenhand.influence.event_tables import EventTables, put_table
from evenhand.model.coordination import Reason, UncountedToken
from evenhand.model.hosts import SHARED_HOSTS, host_of
from evenhand.store.country_names import country_named

_WIDESPREAD: Final = (15, 0.03)  # more accounts than both, the second a share of all; fewer where fewer are compared
_CODE: Final = 2  # letters of a country's code

_HELD_BY_SEVERAL = """
SELECT object_type, object_id, object, count(DISTINCT account) AS holders
FROM acts JOIN objects USING (object, object_type) WHERE object_type IN ({kinds})
GROUP BY object_type, object_id, object HAVING count(DISTINCT account) >= 2 ORDER BY holders DESC, object
"""


def uncounted_tokens(
    tables: EventTables, kinds: Sequence[str], accounts: int, most_holders: int
) -> list[UncountedToken]:
    """Return the tokens that are left out, those of most accounts first; `uncounted` (object) then holds them."""
    least, share = _WIDESPREAD
    most, found = min(max(least, int(share * accounts)), most_holders), []
    named = ", ".join(f"'{kind}'" for kind in kinds)
    for kind, name, number, holders in tables.engine.execute(_HELD_BY_SEVERAL.format(kinds=named)).fetchall():
        if why := _reason(kind, name, holders, most):
            found.append((number, UncountedToken(object_type=kind, object_id=name, accounts=holders, why=why)))
    put_table(tables.engine, "uncounted", object=("INTEGER", (number for number, _ in found)))
    return [token for _, token in found]


def _reason(kind: str, name: str, holders: int, most: int) -> Reason | None:
    if holders > most:
        return "widespread"
    value = name.partition(":")[2] or name
    if kind in {"host", "landing_url"} and is_public_host(value):
        return "public infrastructure"
    if kind == "address" and (len(value.strip(" ,;.")) <= _CODE or country_named(value)):
        return "no more than a country"
    return None


def is_public_host(host: str) -> bool:
    """Tell whether a host, or one above it, is a service for everybody.

    >>> is_public_host("www.paypal.com"), is_public_host("example.org")
    (True, False)
    """
    read = host_of(host)
    labels = read.split(".") if read else []
    return any(".".join(labels[place:]) in _public_hosts() for place in range(len(labels)))


@cache
def _public_hosts() -> frozenset[str]:
    text = files("evenhand.influence").joinpath("public_infrastructure.txt").read_text(encoding="utf-8")
    return SHARED_HOSTS | {line for line in text.splitlines() if line and not line.startswith("#")}

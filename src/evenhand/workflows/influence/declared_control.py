"""Which accounts declared that one hand directs them: by an owner, an agency, a payer, or the table of declarations."""

from collections.abc import Iterable, Iterator, Mapping

from evenhand.intake import Tables
from evenhand.model.party import MILLIONTHS

Tie = tuple[str, str]


def declared_controls(tables: Tables, declared: Iterable[Tie]) -> dict[str, str]:
    """Return the control of each account that declared one, by account.

    Ties add up: who shares a payer with one account and an agency with another is of one control with both.
    """
    above: dict[str, str] = {}
    for account, control in _ties(tables, declared):
        first, second = _root(above, f"account:{account}"), _root(above, control)
        if first != second:
            above[max(first, second)] = min(first, second)
    return {
        node.removeprefix("account:"): _root(above, node)
        for node in sorted({*above, *above.values()})
        if node.startswith("account:")
    }


def _root(above: dict[str, str], node: str) -> str:
    while node in above:
        above[node] = node = above.get(above[node], above[node])
    return node


def _ties(tables: Tables, declared: Iterable[Tie]) -> Iterator[Tie]:
    yield from ((account, f"control:{control}") for account, control in declared)
    for each in tables.advertisers:
        if each.payer_id:
            yield each.id, f"account:{each.payer_id}"
        if each.agency:
            yield each.id, f"agency:{' '.join(each.agency.casefold().split())}"
    paid = ((each.advertiser_id, each.payer_id) for each in tables.campaigns)
    yield from ((account, f"account:{payer}") for account, payer in paid if payer not in ("", account))
    held = (row for row in tables.ownership if row.kind != "ownership" or 2 * (row.share or 0) >= MILLIONTHS)
    yield from ((row.owned, f"account:{row.owner}") for row in held)


def account_names(tables: Tables) -> Mapping[str, str]:
    """Return the advertiser of each account id in event tables: its own id, or a seat that is its alone."""
    seats: dict[str, set[str]] = {}
    for each in tables.advertisers:
        for seat in each.seats:
            seats.setdefault(seat, set()).add(each.id)
    own = {seat: next(iter(ids)) for seat, ids in seats.items() if len(ids) == 1}
    return own | {each.id: each.id for each in tables.advertisers}

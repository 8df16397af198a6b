"""Which accounts declared that one hand directs them: by an owner, an agency, a payer, or the table of declarations."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from evenhand.intake import Tables
from evenhand.intake.events import is_no_control
from evenhand.model.errors import TableUnreadable
from evenhand.model.party import MILLIONTHS

Tie = tuple[str, str]
_NEARLY_ALL: Final = 0.8
_FEWEST: Final = 5


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
        if not is_no_control(each.payer_id):
            yield each.id, f"account:{each.payer_id}"
        if not is_no_control(each.agency):
            yield each.id, f"agency:{' '.join(each.agency.casefold().split())}"
    paid = ((each.advertiser_id, each.payer_id) for each in tables.campaigns)
    yield from (
        (account, f"account:{payer}") for account, payer in paid if payer != account and not is_no_control(payer)
    )
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


def check_declared(file: str, ties: Sequence[Tie], advertisers: Collection[str]) -> int:
    """Return how many advertisers of the network a table of declarations names.

    Raises:
        TableUnreadable: it has rows, and none names one: who declared would count as undeclared.
    """
    named = {account for account, _ in ties}.intersection(advertisers)
    if ties and not named:
        raise TableUnreadable(
            f"0 of {len(ties):,} rows name an advertiser of this network; the first has",
            where=file,
            got=f"account_id={ties[0][0]}",
            expected="ids or seats as in the table of advertisers",
            todo=_way_out(ties, advertisers),
        )
    return len(named)


def _way_out(ties: Sequence[Tie], advertisers: Collection[str]) -> str:
    by_case = {each.casefold(): each for each in advertisers}
    if any(control in advertisers for _, control in ties):
        return "the columns account_id and control_id are exchanged: put them right"
    for account, _ in ties:
        if meant := by_case.get(account.casefold()):
            return f"letter case counts: write {meant}, not {account}"
    return "check the column account_id; remove `declared` from [intake] if nobody declared anything"


def nearly_all_declared(file: str, tables: Tables, controls: Mapping[str, str], ties: Iterable[Tie]) -> tuple[str, ...]:
    """Return in a sentence that nearly all advertisers count as declared together, so that nobody can be named."""
    advertisers = {each.id for each in tables.advertisers}
    least = max(_FEWEST, _NEARLY_ALL * len(advertisers))
    of_id = Counter(control for account, control in set(ties) if account in advertisers)
    of_all = Counter(control for account, control in controls.items() if account in advertisers)
    for control, count in of_id.most_common(1):
        if count >= least:
            return (
                f"{file}: control_id {control} declares {count:,} of {len(advertisers):,} advertisers as one; none of "
                "them is named for acting with another. Check the column control_id",
            )
    for _, count in of_all.most_common(1):
        if count >= least:
            return (
                f"coordination: {count:,} of {len(advertisers):,} advertisers count as declared together; none of them "
                "is named for acting with another. Check owners, agencies, payers and declarations",
            )
    return ()

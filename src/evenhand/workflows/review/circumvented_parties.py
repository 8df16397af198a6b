"""Whose other name an account is: a refused party of the network, or an entry of one of its lists, looked up."""

from datetime import datetime

from evenhand.lists import Versions
from evenhand.model.confirmed_fact import OF_LIST
from evenhand.model.errors import BadInput, NotFound
from evenhand.model.listing import ListVersion
from evenhand.model.outcome import Outcome
from evenhand.workflows.evaluation.history import History

_MOST_NAMED = 5
_FORM = "--circumvention ACCOUNT=PARTY, or ACCOUNT=LIST#ENTITY"


def circumvented(
    history: History, lists: dict[str, ListVersion], kept: Versions, stated: tuple[str, str], at: datetime
) -> str:
    """Return whose other name an account is as a confirmed fact has it: `advertiser:ID`, `payer:ID`, `list:KEY#ENTITY`.

    `stated` are the account and an id, with or without the kind before it, or `LIST#ENTITY`.

    Raises:
        BadInput: it is the account itself, or a party that is not refused.
        NotFound: neither a decision nor a list in force knows it.
    """
    account, of = stated
    known: dict[str, bool] = {}
    for decisions in history.cases.values():
        case = decisions[0]
        if of in (case.party_id, f"{case.party_kind}:{case.party_id}"):
            standing = history.in_force(case.case, at) if case.scope == case.party_kind else None
            name = f"{case.party_kind}:{case.party_id}"
            known[name] = known.get(name, False) or (standing is not None and standing.outcome is Outcome.REFUSE)
    if of == account or f"advertiser:{account}" in known:
        raise BadInput("a party is no other name of itself", where="--circumvention", got=f"{account}={of}",
                       expected=_FORM)  # fmt: skip
    refused = sorted(name for name, is_refused in known.items() if is_refused)
    if refused:
        return refused[0]
    if known:
        raise BadInput("it is not refused, so nobody returns under another name:", where="--circumvention", got=of,
                       expected=_expected(history, at))  # fmt: skip
    key, _, entity = of.removeprefix(OF_LIST).partition("#")
    if entity and key in lists and any(each.id == entity for each in kept.entities(lists[key])):
        return f"{OF_LIST}{key}#{entity}"
    raise NotFound("no party with a decision and no entry of a list in force:", where="--circumvention", got=of,
                   expected=_expected(history, at))  # fmt: skip


def _expected(history: History, at: datetime) -> str:
    refused = sorted({
        each.party_id
        for each in history.all_in_force(at)
        if each.scope == each.party_kind and each.outcome is Outcome.REFUSE
    })  # fmt: skip
    more = f" and {len(refused) - _MOST_NAMED:,} more" if len(refused) > _MOST_NAMED else ""
    named = f"{', '.join(refused[:_MOST_NAMED])}{more} are" if refused[1:] else f"{refused[0]} is" if refused else ""
    return f"{_FORM}: a party that is refused ({named or 'nobody is'}), or an entry of a list"

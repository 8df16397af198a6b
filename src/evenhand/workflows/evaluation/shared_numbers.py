"""Numbers that several parties have: a refused client may have a second row, of which nothing else tells."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from evenhand.model.outcome import Outcome
from evenhand.model.party import Payer
from evenhand.model.short_lists import short_list
from evenhand.screening.parties.identifiers import ANY_COURT, Number, numbers_of_party
from evenhand.workflows.evaluation.history import History

_OTHERS = re.compile("[^0-9]")
_MOST_SENTENCES = 20


def shared_number_sentences(parties: Iterable[Payer], history: History, at: datetime) -> tuple[str, ...]:
    """Return a sentence on each number of parties whose outcomes differ, the strictest first, and one on the others.

    Parties of one id are one; numbers are equal where they would be in screening.
    """
    found = {key: ids for key, ids in _ids(parties).items() if len(ids) > 1}
    if not found:
        return ()
    shared = {each for ids in found.values() for each in ids}
    outcomes: dict[str, Outcome] = {}
    for each in history.all_in_force(at):
        if each.party_id in shared and each.scope in ("advertiser", "payer"):
            outcomes[each.party_id] = max(each.outcome, outcomes.get(each.party_id, each.outcome), key=_severity)
    return tuple(_sentences(found, outcomes))


def _severity(outcome: Outcome) -> int:
    return outcome.severity


def _ids(parties: Iterable[Payer]) -> dict[Number, list[str]]:
    """Return the ids that have each number; only numbers whose digits stand twice are read as screening reads them."""
    by_digits: dict[str, list[Payer]] = {}
    for party in parties:
        for digits in {_OTHERS.sub("", each.value) for each in party.identifiers}:
            by_digits.setdefault(digits, []).append(party)
    found: dict[Number, dict[str, None]] = {}
    for digits, several in by_digits.items():
        for party in several if len(several) > 1 else ():
            for number in numbers_of_party(party):
                if _is_compared(number) and _OTHERS.sub("", number.value) == digits:
                    found.setdefault(number, {})[party.id] = None
    return {number: list(ids) for number, ids in found.items()}


def _is_compared(number: Number) -> bool:
    """Return whether a number tells of its register; one with its court stands beside it without, which is enough."""
    return number.is_of_some_court or (number.is_placed and " " not in number.value)


def _sentences(found: Mapping[Number, list[str]], outcomes: Mapping[str, Outcome]) -> Iterator[str]:
    """Yield the sentences; a number that a hundred have tells no more than that."""
    unequal: list[tuple[int, str]] = []
    equal: list[Number] = []
    for key, ids in found.items():
        ruled = {each: outcomes.get(each, Outcome.ALLOW) for each in ids}
        strictest = max(ruled.values(), key=_severity)
        if len({*ruled.values()}) == 1:
            equal.append(key)
            continue
        strict, others = (
            short_list(sorted(each for each in ids if (ruled[each] is strictest) is of)) for of in (True, False)
        )
        sentence = (
            f"{_number(key)} is of {strict} ({strictest.value}) and of {others}, with another outcome: are they one?"
        )
        unequal.append((-strictest.severity, sentence))
    yield from (sentence for _, sentence in sorted(unequal)[:_MOST_SENTENCES])
    if len(unequal) > _MOST_SENTENCES:
        yield f"{len(unequal) - _MOST_SENTENCES:,} further numbers are of parties with different outcomes"
    if equal:
        several = "1 number is" if len(equal) == 1 else f"{len(equal):,} numbers are"
        yield f"{several} of several parties with one outcome, such as {_number(min(equal))}"


def _number(number: Number) -> str:
    place = number.jurisdiction.removesuffix(ANY_COURT)
    return f"{number.kind}{f'/{place}' if place else ''} `{number.value}`"

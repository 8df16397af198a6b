"""Which parties on file somebody may have meant by an id that is not there."""

from difflib import SequenceMatcher
from heapq import nlargest

from evenhand.gate.registers.keys import IDS
from evenhand.gate.resolve import Resolver

_MOST = 3
_LEAST_RATIO = 0.6  # as `difflib.get_close_matches`: about two letters of five
_LONGER = 3


def similar_ids(resolver: Resolver, text: str) -> tuple[str, ...]:
    """Return up to three ids of advertisers and payers: first of those that have this name, then the most alike ones.

    Cost: every key of the register is read once, 5 microseconds for each id of about the same length.
    """
    register, kinds = resolver.register, {IDS["advertiser"], IDS["payer"]}
    named = [register.row(ref).id for ref in resolver.name(text)]
    compared = SequenceMatcher(None, b=text.casefold(), autojunk=False)
    alike: list[tuple[float, str]] = []
    for kind, known, _ in register.entries():
        if kind not in kinds or abs(len(known) - len(text)) > max(_LONGER, len(text) // 2):
            continue
        compared.set_seq1(known.casefold())
        if compared.real_quick_ratio() >= _LEAST_RATIO and compared.quick_ratio() >= _LEAST_RATIO:
            alike.append((compared.ratio(), known))
    likely = (known for ratio, known in nlargest(_MOST, alike) if ratio >= _LEAST_RATIO)
    return tuple(dict.fromkeys([*named, *likely]))[:_MOST]

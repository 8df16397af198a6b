"""Facts of parties of which nothing was found, by a form: the bytes that the plain way makes, in a quarter of the time.

Most facts of a network differ in ids, sums, days, countries, languages and places alone. The first of them is made the
plain way and becomes the form of the others, which are put together only where somebody asks for their bytes: 100,000
of them are 200 MB.
"""

import re
from collections.abc import Callable, Hashable, Sequence, Set
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from evenhand.model.campaign import Campaign
from evenhand.model.party import Advertiser, Payer
from evenhand.model.record import canonical_exact
from evenhand.workflows.evaluation.facts import Json, first_seen, languages, reference, scripts
from evenhand.workflows.evaluation.run_context import RunContext

_encode = msgspec.json.Encoder().encode
_MOST = 1 << 12  # forms in memory
_LONG = 2**63
GAPS = tuple(f"\ue000gap {number}\ue000" for number in range(12))
"""What stands in a form for the values that it is filled with; facts have eleven. Of a list it is the only item."""
GAP_MARK = "\ue000gap ".encode()
_GAP = re.compile(b'"' + GAP_MARK + '([0-9]+)\ue000"'.encode())


class FactsForm:
    """The bytes of facts, of what is read of them or holds them, with a gap for each value that differs."""

    def __init__(self, text: bytes) -> None:
        """Make the form of JSON in which `GAPS` stand for values."""
        parts = _GAP.split(text)
        self._text: bytes = b"%b".join(part.replace(b"%", b"%%") for part in parts[::2])
        self._places = [int(each) for each in parts[1::2]]

    @property
    def shape(self) -> bytes:
        """Return the JSON with the gaps."""
        return self.filled(GAPS)

    @property
    def counted(self) -> frozenset[int]:
        """Return the places of the values that it has gaps for."""
        return frozenset(self._places)

    def filled(self, values: Sequence[Any]) -> bytes:
        """Return the JSON with these values."""
        filled: bytes = self._text % tuple([_encode(values[place]) for place in self._places])
        return filled

    def seen(self, see: Callable[[bytes], bytes]) -> "FactsForm":
        """Return the form of what somebody sees of facts of this form: where that is the same of all, it has no gap.

        Of a number that he does not read he sees the kind, which its gap does not have.
        """
        counted = FactsForm(see(self.shape)).counted
        return FactsForm(see(self.filled([0 if at in SUM_PLACES - counted else gap for at, gap in enumerate(GAPS)])))


ID_PLACES, SUM_PLACES, DAY_PLACE = frozenset({0, 1, 7}), frozenset({2, 9}), 3
"""Where, among the values of a form, ids, numbers and the first day are."""


class FilledForm(NamedTuple):
    """A form and what it is filled with.

    Advertiser, payer, sum spent, first day, both countries, languages; campaign, its host, its budget, its places.
    """

    form: FactsForm
    values: tuple[Any, ...]

    def facts(self) -> bytes:
        """Return the facts as bytes."""
        return self.form.filled(self.values)

    def has_plain_values(self, named: Set[str]) -> bool:
        """Return whether none of the ids is one that rules name, and every number fits: then all are as their gaps."""
        ids, sums = (*self.values[:2], *self.values[7:8]), (self.values[2], *self.values[9:10])
        return named.isdisjoint(ids) and min(sums) >= -_LONG and max(sums) < _LONG


class FactsForms:
    """The forms of one run, each made when the first request asks for it."""

    def __init__(self, run_context: RunContext) -> None:
        self._context = run_context
        self._forms: dict[Hashable, FactsForm] = {}
        tables = run_context.tables
        # Whose facts hold more than their row says, or may.
        self._others = {
            *run_context.views, *run_context.owners, *tables.unscreened, *tables.ownerless,
        }  # fmt: skip

    def of(
        self,
        advertiser: Advertiser,
        payer: Payer,
        order: tuple[Campaign, tuple[str, ...]] | None,
        question: Hashable,
        make: Callable[[], Json],
    ) -> bytes | FilledForm:
        """Return the facts that `make` gives, or what they are made of.

        An `order` is a campaign and its places with their unions. `question` is all of what the facts depend on
        besides the run, both parties and the order.
        """
        if advertiser.id in self._others or payer.id in self._others or advertiser.media is not None:
            return canonical_exact(make())
        day, spoken = self._context.day, languages(self._context, advertiser)
        key = (
            question, bool(advertiser.country), advertiser.country in self._context.in_union, bool(spoken),
            tuple(scripts((advertiser.name, *advertiser.aliases))),
            advertiser.verification.level_on(day), bool(advertiser.circumvention_confirmed_by),
            payer.verification.level_on(day), None if order is None else (order[0].content, bool(order[1])),
        )  # fmt: skip
        form = self._forms.get(key)
        if form is None:
            facts = make()
            whole = canonical_exact(facts)
            if GAP_MARK in whole:
                return whole
            if len(self._forms) >= _MOST:
                self._forms.clear()
            form = self._forms[key] = _form_of(facts, has_order=order is not None)
        spent = sum(each.spent_micros for each in self._context.campaigns.get(advertiser.id, ()))
        first = first_seen(self._context, advertiser)
        values = advertiser.id, payer.id, spent, first, advertiser.country, payer.country, _items(tuple(spoken))
        return FilledForm(form, values if order is None else values + _values_of(*order))


def _values_of(campaign: Campaign, places: tuple[str, ...]) -> tuple[Any, ...]:
    return campaign.id, campaign.landing_host, campaign.budget_micros, _items(places)


@lru_cache(maxsize=1 << 14)  # people speak, and campaigns name, mostly the same
def _items(texts: tuple[str, ...]) -> msgspec.Raw:
    """Return the items of a list as JSON without its brackets."""
    return msgspec.Raw(_encode(texts)[1:-1])


def _form_of(facts: Json, *, has_order: bool) -> FactsForm:
    """Return the form of facts; the facts are changed."""
    principal, *_, payer = facts["entities"]
    principal["uid"]["id"], payer["uid"]["id"] = GAPS[:2]
    facts["context"]["payer"] = reference("Payer", GAPS[1])
    seen = principal["attrs"]
    seen["spend_micros"], seen["first_seen"]["__extn"]["arg"], seen["country"] = GAPS[2:5]
    payer["attrs"]["country"] = GAPS[5]
    seen["languages"] = _gap_in(seen["languages"], GAPS[6])
    if has_order:
        resource = facts["entities"][1]
        resource["uid"]["id"] = GAPS[7]
        resource["attrs"] |= {"landing_host": GAPS[8], "budget_micros": GAPS[9]}
        facts["context"]["territories"] = _gap_in(facts["context"]["territories"], GAPS[10])
    return FactsForm(canonical_exact(facts))


def _gap_in(items: Sequence[str], gap: str) -> list[str]:
    """Return a list with a gap for its items; rules tell an empty one from others though they read neither."""
    return [gap] if items else []

"""Facts of parties of which nothing was found, by a form: the bytes that the plain way makes, in a quarter of the time.

Most facts of a network differ in ids, sums and days alone. The first of them is made the plain way and becomes the
form of the others, which are put together only where somebody asks for their bytes: 100,000 of them are 200 MB.
"""

import re
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

import msgspec

from evenhand.model.campaign import Campaign
from evenhand.model.party import Advertiser, Payer
from evenhand.model.record import canonical_exact
from evenhand.workflows.evaluation.facts import Json, first_seen, reference, scripts
from evenhand.workflows.evaluation.run_context import RunContext

_encode = msgspec.json.Encoder().encode
_MOST = 1 << 12  # forms in memory
GAPS = tuple(f"\ue000gap {number}\ue000" for number in range(9))
"""What stands in a form for the values that it is filled with; facts have seven."""
GAP_MARK = "\ue000gap ".encode()
_GAP = re.compile(b'"' + GAP_MARK + '([0-8])\ue000"'.encode())


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


ID_PLACES, SUM_PLACES, DAY_PLACE = frozenset({0, 1, 4}), frozenset({2, 6}), 3
"""Where, among the values of a form, ids, numbers and the first day are."""


class FilledForm(NamedTuple):
    """A form and what it is filled with: advertiser, payer, sum spent, first day; campaign, its host, its budget."""

    form: FactsForm
    values: tuple[Any, ...]

    def facts(self) -> bytes:
        """Return the facts as bytes."""
        return self.form.filled(self.values)

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of the parties and of the campaign."""
        return (*self.values[:2], *self.values[4:5])

    @property
    def sums(self) -> tuple[int, ...]:
        """Return the numbers."""
        return (self.values[2], *self.values[6:])


class FactsForms:
    """The forms of one run, each made when the first request asks for it."""

    def __init__(self, run_context: RunContext) -> None:
        self._context = run_context
        self._forms: dict[Hashable, FactsForm] = {}
        tables = run_context.tables
        # Whose facts hold more than their row says, or may.
        self._others = {
            *run_context.views, *run_context.owners, *run_context.creative_languages, *tables.unscreened,
            *tables.ownerless,
        }  # fmt: skip

    def of(
        self,
        advertiser: Advertiser,
        payer: Payer,
        campaign: Campaign | None,
        question: Hashable,
        make: Callable[[], Json],
    ) -> bytes | FilledForm:
        """Return the facts that `make` gives, or what they are made of.

        `question` is all of what they depend on besides the run, both parties and the campaign.
        """
        if advertiser.id in self._others or payer.id in self._others or advertiser.media is not None:
            return canonical_exact(make())
        day = self._context.day
        key = (
            question, advertiser.country, advertiser.languages, tuple(scripts((advertiser.name, *advertiser.aliases))),
            advertiser.verification.level_on(day), bool(advertiser.circumvention_confirmed_by),
            payer.country, payer.verification.level_on(day), () if campaign is None else campaign.content,
        )  # fmt: skip
        form = self._forms.get(key)
        if form is None:
            facts = make()
            whole = canonical_exact(facts)
            if GAP_MARK in whole:
                return whole
            if len(self._forms) >= _MOST:
                self._forms.clear()
            form = self._forms[key] = _form_of(facts, campaign)
        spent = sum(each.spent_micros for each in self._context.campaigns.get(advertiser.id, ()))
        values = (advertiser.id, payer.id, spent, first_seen(self._context, advertiser))
        more = () if campaign is None else (campaign.id, campaign.landing_host, campaign.budget_micros)
        return FilledForm(form, values + more)


def _form_of(facts: Json, campaign: Campaign | None) -> FactsForm:
    """Return the form of facts whose ids, sums and first day are not counted; the facts are changed."""
    principal, resource, payer = facts["entities"]
    principal["uid"]["id"], payer["uid"]["id"] = GAPS[:2]
    facts["context"]["payer"] = reference("Payer", GAPS[1])
    principal["attrs"]["spend_micros"] = GAPS[2]
    principal["attrs"]["first_seen"]["__extn"]["arg"] = GAPS[3]
    if campaign is not None:
        resource["uid"]["id"] = GAPS[4]
        resource["attrs"] |= {"landing_host": GAPS[5], "budget_micros": GAPS[6]}
    return FactsForm(canonical_exact(facts))

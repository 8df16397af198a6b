"""What rules read of requests, and which question each is; of facts made by one form this is found once."""

from typing import NamedTuple

import msgspec

from evenhand.model.facts import Facts
from evenhand.model.record import canonical_exact, sha256_hex
from evenhand.policy import ActiveRules, select_relevant_facts
from evenhand.policy.distinct_questions import DistinctQuestions
from evenhand.workflows.evaluation.facts_forms import FactsForm, FilledForm, gaps_in
from evenhand.workflows.evaluation.requests import Request

_LONG = 2**63
_facts = msgspec.json.Decoder(Facts).decode


class _Form(NamedTuple):
    """Of facts of one form: what rules read, and the places of the values that make another question."""

    read: FactsForm
    counts: tuple[int, ...]


class FactsReader:
    """Reads facts as one set of rules does."""

    def __init__(self, active: ActiveRules) -> None:
        self._active = active
        self._questions = DistinctQuestions(active.question_form)
        self._names = frozenset(name for _, name in active.question_form.named)
        self._forms: dict[FactsForm, _Form] = {}
        self._known: dict[tuple[object, ...], bytes] = {}

    def sha256(self, request: Request) -> str:
        """Return the hash of what the rules read. Cost: 25 µs, of facts made by a form 3 µs."""
        stated = request.stated
        if isinstance(stated, bytes):
            return sha256_hex(canonical_exact(select_relevant_facts(_facts(stated), self._active)))
        return sha256_hex(self._form(stated.form).read.filled(stated.values))

    def question(self, request: Request) -> bytes:
        """Return the question that a request is (`DistinctQuestions`). Cost: 50 µs, of facts made by a form 2 µs."""
        stated = request.stated
        if isinstance(stated, bytes) or not self._is_plain(stated):
            return self._questions.question(_facts(request.facts))
        values, ids = stated.values, stated.ids
        counted = [values[place] for place in self._form(stated.form).counts]
        # An id counts by where the facts first mention it: by which of them are the same.
        key = (stated.form, *counted, *map(ids.index, ids))
        if key not in self._known:
            self._known[key] = self._questions.question(_facts(request.facts))
        return self._known[key]

    def _is_plain(self, stated: FilledForm) -> bool:
        """Return whether no rule names an id, and every number fits: then a form's gaps are like any value's."""
        return self._names.isdisjoint(stated.ids) and all(-_LONG <= each < _LONG for each in stated.sums)

    def _form(self, form: FactsForm) -> _Form:
        if form not in self._forms:
            shape = _facts(form.shape)
            read = FactsForm(select_relevant_facts(shape, self._active))
            self._forms[form] = _Form(read, gaps_in(self._questions.seen(shape)))
        return self._forms[form]

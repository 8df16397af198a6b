"""Decisions that allow an advertiser for the first time, by a form: the plain way's bytes, in a fifth of its time.

Nearly all decisions of a first run are such, about parties of which nothing was found. Where their facts are of one
form (`facts_forms.py`) they differ in what fills it, hashes and money alone: the first of them is made the plain way.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from evenhand.model.decision import Decision, Party
from evenhand.model.facts import Facts
from evenhand.model.outcome import Outcome
from evenhand.model.party import Advertiser
from evenhand.model.record import canonical, canonical_exact, sha256_hex
from evenhand.model.ruling import Ruling
from evenhand.policy import without_at
from evenhand.workflows.evaluation.facts_forms import GAP_MARK, GAPS, FactsForm, FilledForm
from evenhand.workflows.evaluation.history import CaseDecision, case_decision
from evenhand.workflows.evaluation.requests import Request
from evenhand.workflows.evaluation.rulings import RuledRequest

Json = dict[str, Any]

_MOST = 1 << 12  # forms in memory
_PREPAID, _ID, _CASE, _FACTS_SHA256, _READ_SHA256 = GAPS[7:12]  # after those of the facts of a standing request
_facts = msgspec.json.Decoder(Facts).decode


class MadeDecision(NamedTuple):
    """A decision as it is recorded: its payload, and what of it is used beside.

    `whole` is the decision itself, None of one that nothing is appended with. `kept` is what a history keeps of it, but
    for its place in the ledger; None where that is read from the payload.
    """

    id: str
    party_id: str
    outcome: Outcome
    payload: bytes
    whole: Decision | None = None
    kept: CaseDecision | None = None


def made(decision: Decision) -> MadeDecision:
    """Return a decision that was made the plain way."""
    return MadeDecision(decision.id, decision.party.id, decision.outcome, canonical(decision), decision)


def identity(
    party: Party, scope: str, ruling: Ruling, grounds: Sequence[Any] = (), supersedes: str | None = None,
    *, after_erasure: int = 0,
) -> Json:  # fmt: skip
    """Return what a decision's id is a hash of."""
    return {
        "party": party, "scope": scope, "outcome": ruling.outcome, "reasons": ruling.reasons,
        "errors": ruling.errors, "grounds": grounds, "supersedes": supersedes,
        # INVARIANT: no decision after an erasure has the id of one that was erased, though all else be the same.
        **({"after_erasure": after_erasure} if after_erasure else {}),
    }  # fmt: skip


def decision_id(of: str) -> str:
    """Return the id of a decision, of the hash of its `identity`."""
    return "d-" + of[:20]


class _Form(NamedTuple):
    """What decisions of one form have in common: identity, facts without the instant, and the decision."""

    identity: FactsForm
    timeless: FactsForm
    whole: FactsForm
    kept: CaseDecision


class DecisionForms:
    """The forms of one run's decisions; `after_erasure` is as in `identity`."""

    def __init__(self, advertisers: Mapping[str, Advertiser], after_erasure: int) -> None:
        self._advertisers, self._after_erasure = advertisers, after_erasure
        self._forms: dict[Hashable, _Form] = {}

    def of(self, request: Request, ruled: RuledRequest, make: Callable[[], Decision]) -> MadeDecision:
        """Return the decision that `make` gives: the case's first, on no findings, that allows and tells nobody.

        INVARIANT: besides the run, it depends on the request, what was ruled of it and the party's money alone.
        """
        stated = request.stated
        if isinstance(stated, bytes) or request.campaign is not None:
            return made(make())
        key = stated.form, ruled.ruling, request.territories
        form = self._forms.get(key)
        if form is None:
            decision = make()
            found = made(decision)
            if GAP_MARK not in found.payload:
                if len(self._forms) >= _MOST:
                    self._forms.clear()
                self._forms[key] = self._form_of(decision, ruled.ruling, stated)
            return found
        prepaid = self._advertisers[request.party.id].prepaid_micros
        return _filled(form, request, ruled, (*stated.values, prepaid))

    def _form_of(self, decision: Decision, ruling: Ruling, stated: FilledForm) -> _Form:
        """Return the form of decisions like this one."""
        party, shape = replace(decision.party, id=GAPS[0]), stated.form.shape
        whole = replace(
            decision, id=_ID, case=_CASE, party=party, facts=msgspec.json.decode(shape), facts_sha256=_FACTS_SHA256,
            read_sha256=_READ_SHA256,
            plan=replace(decision.plan, funds=replace(decision.plan.funds, prepaid_micros=_PREPAID)),
        )  # fmt: skip
        return _Form(
            FactsForm(canonical_exact(identity(party, decision.scope, ruling, after_erasure=self._after_erasure))),
            FactsForm(canonical_exact(without_at(_facts(shape)))),
            FactsForm(canonical(whole)),
            case_decision(0, decision, decision.decided_at),
        )


def _filled(form: _Form, request: Request, ruled: RuledRequest, values: tuple[Any, ...]) -> MadeDecision:
    own, case = decision_id(sha256_hex(form.identity.filled(values))), request.case
    facts_sha256 = sha256_hex(form.timeless.filled(values))
    payload = form.whole.filled((*values, own, case, facts_sha256, ruled.read_sha256.hex()))
    party = request.party.id
    kept = replace(form.kept, id=own, case=case, party_id=party)
    return MadeDecision(own, party, Outcome.ALLOW, payload, kept=kept)

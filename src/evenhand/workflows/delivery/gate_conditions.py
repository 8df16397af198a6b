"""Conditions of the gate: what the rulebook leaves open of an advertiser until an advertisement is served.

Source: `pipeline.md` §10.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import msgspec

from evenhand.model.campaign import Vote
from evenhand.model.facts import Facts, Uid
from evenhand.model.outcome import Outcome
from evenhand.model.party import Advertiser
from evenhand.model.program import MOST_NODES, Before, Not, Unknown, When, milliseconds, size_of
from evenhand.model.record import canonical_exact, sha256_hex
from evenhand.policy import Rulebook
from evenhand.policy.residuals import (
    TRUE,
    Conditions,
    Doubt,
    FactsInvalid,
    PartyResiduals,
    all_of,
    conditions,
)
from evenhand.policy.serve_requests import REQUEST_FIELDS, serving
from evenhand.workflows.delivery.condition_keys import ConditionKeys
from evenhand.workflows.delivery.kept_conditions import ConditionMemory
from evenhand.workflows.evaluation.facts import (
    advertiser_entity,
    bound_by,
    designations_above,
    instant,
    payer_entity,
    reference,
    vote_record,
)
from evenhand.workflows.evaluation.facts_forms import FactsForms, FilledForm
from evenhand.workflows.evaluation.run_context import RunContext

_SERVE, _CREATIVE = Uid(type="Action", id="serve"), Uid(type="Creative", id="-")
_PLAIN_SERVE, _PLAIN_CREATIVE = map(msgspec.to_builtins, (_SERVE, _CREATIVE))
# What a standing request and a serve request have in common, as far as it is known beforehand.
_KNOWN = ("at", "bound_by", "payer", "payer_disclosed")
_PROGRAM = version("evenhand")
_VERSION = 2  # raised where the same facts and rules come to other conditions: those that were kept are made anew
Json = dict[str, Any]
_NO_SERVING = "the rulebook has no action `serve` of an Advertiser on a Creative: the register has no conditions"
_NO_RULE = "(facts)"  # stands in the register where no rule could be applied
UNFIT = Conditions(
    items=(When(outcome=Outcome.HOLD, rule=_NO_RULE, program=Unknown("facts")),),
    doubts=(
        Doubt(
            _NO_RULE,
            "their rows were rejected, or have a value or a type that the rulebook does not know, so no rule can be"
            " applied",
        ),
    ),
)
"""What stands for conditions where facts do not fit, or are not there any more."""


class GateSentences(msgspec.Struct, frozen=True):
    """What the gate cannot tell: `held` is a sentence for each rule that it holds bids for since a bid does not tell.

    `beside` are sentences on facts that no rule could be applied to, or on a rulebook that does not speak of serving.
    """

    held: tuple[str, ...]
    beside: tuple[str, ...]


class ServeConditions:
    """The conditions of many advertisers under the rules in force at an instant, and what the gate cannot tell of them.

    Advertisers of whom the rules read the same share one partial evaluation.
    """

    def __init__(self, rulebook: Rulebook, at: datetime) -> None:
        active = rulebook.active(at.astimezone(UTC).date())
        self._rules, self._since_ms = active.rules, milliseconds(at)
        self._residuals = PartyResiduals(active, REQUEST_FIELDS, rulebook_sha256=rulebook.sha256)
        self._is_asked = serving(active.schema) is not None
        self._keys = ConditionKeys(active, self._since_ms)
        self._known: dict[bytes, Conditions] = {}
        self._held: Counter[Doubt] = Counter()

    def take_up(self, known: dict[bytes, Conditions]) -> None:
        """Look conditions up, by the hash of what the rules read, among those of an earlier time, and add new ones."""
        self._known = known

    def of(self, facts: Facts) -> tuple[When, ...]:
        """Return the conditions of an advertiser, strictest first; one that always holds has the program `TRUE`.

        The facts are those of `serve_facts`. None where the rulebook does not speak of serving.
        """
        return self.counted(self.make(msgspec.to_builtins(facts)))

    def make(self, request: Json | FilledForm) -> Conditions:
        """Return the conditions of an advertiser, from a `serve_request`, and what the gate cannot tell of them."""
        return self._conditions(request) if self._is_asked else Conditions((), ())

    def counted(self, found: Conditions) -> tuple[When, ...]:
        """Return an advertiser's conditions alone; what the gate cannot tell of them is counted for `sentences`."""
        if found.doubts:
            self._held.update(found.doubts)
        return found.items

    def sentences(self) -> GateSentences:
        """Return what is to be said of the conditions that were counted."""
        if not self._is_asked:
            return GateSentences((), (_NO_SERVING,))
        found = {doubt: _sentence(doubt, count) for doubt, count in self._held.items()}
        return GateSentences(
            held=tuple(sorted(text for doubt, text in found.items() if doubt.rule != _NO_RULE)),
            beside=tuple(sorted(text for doubt, text in found.items() if doubt.rule == _NO_RULE)),
        )

    def _conditions(self, request: Json | FilledForm) -> Conditions:
        key = self._keys.of(request)
        if key not in self._known:
            whole = msgspec.json.decode(request.facts()) if isinstance(request, FilledForm) else request
            try:
                self._known[key] = self._made(msgspec.convert(whole, Facts))
            except FactsInvalid:
                # Not kept: what does not fit may be something that no rule reads.
                return UNFIT
        return self._known[key]

    def _made(self, facts: Facts) -> Conditions:
        found = conditions(self._residuals.of_resource(facts, _CREATIVE.type), self._since_ms)
        return Conditions(tuple(map(self._instructing, found.items)), found.doubts)

    def _instructing(self, item: When) -> When:
        """Return a condition with the kind of limit or label that its rule asks for."""
        rule = self._rules.get(item.rule)
        kind = rule.annotations.get(item.outcome.value) if rule is not None else None
        return msgspec.structs.replace(item, instruct=(kind,)) if kind else item


def advertiser_conditions(
    run_context: RunContext, at_the_gate: ServeConditions, memory: ConditionMemory
) -> Iterator[tuple[str, Conditions]]:
    """Yield each advertiser's id and conditions, which the memory keeps; those that it knows are not made again."""
    vote = begin(run_context, memory)
    at_the_gate.take_up(memory.answers)
    forms = FactsForms(run_context)

    def make(advertiser: Advertiser) -> Conditions:
        payer = run_context.payers.get(advertiser.payer_id, advertiser)
        stated = forms.of(advertiser, payer, None, "serve", lambda: serve_request(run_context, advertiser, vote))
        if isinstance(stated, FilledForm):
            return at_the_gate.make(stated)
        return at_the_gate.make(serve_request(run_context, advertiser, vote))

    for advertiser in run_context.tables.advertisers:
        yield advertiser.id, memory.of(advertiser, make)


def make_conditions(run_context: RunContext, memory: ConditionMemory) -> None:
    """Let a memory keep the conditions of every advertiser."""
    for _ in advertiser_conditions(run_context, ServeConditions(run_context.rulebook, run_context.at), memory):
        pass


def begin(run_context: RunContext, memory: ConditionMemory) -> Vote | None:
    """Let a memory take up what it has for a run, and return the vote that the run's conditions are made with."""
    vote = run_context.vote_in(run_context.territories)
    memory.begin(serve_basis(run_context, vote), milliseconds(run_context.at))
    return vote


def serve_facts(run_context: RunContext, advertiser: Advertiser, vote: Vote | None) -> Facts:
    """Return what is known of an advertiser's serve requests before there is one; `vote` is the network's next."""
    return msgspec.convert(serve_request(run_context, advertiser, vote), Facts)


def serve_request(run_context: RunContext, advertiser: Advertiser, vote: Vote | None) -> Json:
    """Return the same as plain values, which cost a third."""
    payer = run_context.payers.get(advertiser.payer_id, advertiser)
    principal, paying = advertiser_entity(run_context, advertiser), payer_entity(run_context, payer)
    context = {"at": instant(run_context.at), "payer": reference("Payer", payer.id), "payer_disclosed": True}
    context |= bound_by(run_context, _SERVE.id)
    if vote is not None:
        context["vote"] = vote_record(vote)
    return {
        "principal": principal["uid"], "action": _PLAIN_SERVE, "resource": _PLAIN_CREATIVE, "context": context,
        "entities": [principal, paying, *designations_above(run_context, principal, paying)],
    }  # fmt: skip


def serve_basis(run_context: RunContext, vote: Vote | None) -> str:
    """Return the hash of what `serve_facts` and the conditions rest on beside an advertiser's standing facts.

    Those facts have the advertiser, its payer and the designations above both, and all that is said of them.
    """
    rulebook = run_context.rulebook
    active = rulebook.active(run_context.at.astimezone(UTC).date())
    return sha256_hex(canonical_exact({
        "made_by": [_VERSION, _PROGRAM, rulebook.engine],
        "rules": [rulebook.sha256, active.sha256],
        "context": bound_by(run_context, _SERVE.id),
        "vote": None if vote is None else vote_record(vote),
    }))  # fmt: skip


def recorded_serve_facts(standing: Facts, vote: Any) -> Facts:
    """Return the same from the facts of a recorded standing request; `vote` is Cedar JSON or None."""
    context = {name: standing.context[name] for name in _KNOWN if name in standing.context}
    return Facts(
        principal=standing.principal,
        action=_SERVE,
        resource=_CREATIVE,
        context=context | ({} if vote is None else {"vote": vote}),
        entities=tuple(each for each in standing.entities if each.uid != standing.resource),
    )


def beside(
    found: tuple[When, ...], decided: Outcome, waiting: frozenset[str] = frozenset(), starts: datetime | None = None
) -> tuple[When, ...]:
    """Return the conditions that add to a decision of outcome `decided`, in force or waiting.

    What always holds is the decision's business, as far as that is as strict. What a decision that waits rests on
    (`waiting`, rules) holds only when that `starts`: the notice that was given counts at the gate too.
    """
    return tuple(_beside(found, decided, waiting, starts))


def _beside(
    found: tuple[When, ...], decided: Outcome, waiting: frozenset[str], starts: datetime | None
) -> Iterator[When]:
    for item in found:
        if item.program == TRUE and item.outcome.severity <= decided.severity:
            continue
        yield _from(item, starts) if starts is not None and item.rule in waiting else item


def _from(item: When, starts: datetime) -> When:
    """Return a condition that begins to hold at an instant; at once where that makes it too long for the gate."""
    later = all_of((Not(Before(milliseconds(starts))), item.program))
    return msgspec.structs.replace(item, program=later) if size_of(later) <= MOST_NODES else item


def _sentence(doubt: Doubt, count: int) -> str:
    whose = "one advertiser" if count == 1 else f"{count} advertisers"
    if doubt.rule == _NO_RULE:
        return f"the gate holds the bids of {whose}: {doubt.why}"
    return f"rule `{doubt.rule}` holds bids of {whose} at the gate: {doubt.why}"

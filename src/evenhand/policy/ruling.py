"""The ruling: facts and rulebook in, one of five outcomes out, with the rules that determined it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from evenhand.model.facts import Facts
from evenhand.model.outcome import Outcome, strictest
from evenhand.model.ruling import Ruling
from evenhand.policy.annotations import verdict
from evenhand.policy.engine import NO_DECISION, EntitiesInvalid, PolicyEngine, Response
from evenhand.policy.request import PreparedRequest, prepare
from evenhand.policy.rulebook.rulebook import ActiveRules, Rulebook

# One entities handle for so many requests: 3,800 rulings/s with 1,000 in one, 4,100 with 100 (`pipeline.md` §6).
BATCH = 100

NO_RULING = Ruling(outcome=Outcome.HOLD, decision="nodecision")


def rule(facts: Facts | bytes, rulebook: Rulebook) -> Ruling:
    """Return what the rulebook says of the facts, under the rules in force on the UTC day of `context.at`.

    The strictest verdict of the satisfied forbids, and at least hold if a forbid errored, if no rule is satisfied,
    or if something that the rules look into is not among the facts. Facts that do not fit the schema, or that hold
    a JSON null, are `nodecision`, a hold without reasons.

    Source: `policy.md` §4.
    """
    return rule_many([facts], rulebook)[0]


def rule_many(batch: Sequence[Facts | bytes], rulebook: Rulebook) -> list[Ruling]:
    """Return the ruling of each of the facts, in their order; the same as `rule` one by one, several times faster.

    Requests share handles of 100 at most. Facts given as bytes are JSON of `Facts`.
    """
    rulings = [NO_RULING] * len(batch)
    prepared = [(place, request) for place, facts in enumerate(batch) if (request := prepare(facts)) is not None]
    sets: dict[str, tuple[ActiveRules, list[_Placed]]] = {}
    for place, request in prepared:
        active = rulebook.active(request.day)
        sets.setdefault(active.sha256, (active, []))[1].append(_Placed(place, request, is_complete(request, active)))
    for active, group in sets.values():
        for placed, response in _placed_responses(group, active.engine):
            rulings[placed.place] = _ruling(response, active, placed.complete)
    return rulings


def time_bound(batch: Sequence[Facts | bytes], active: ActiveRules) -> list[bool]:
    """Return for each of the facts whether a rule that reads `context.at` could apply at another time.

    Those rules are ruled cut before the first conjunct that reads it: satisfied or in error means it could.
    Facts that do not fit the schema fit at no time.

    Source: `pipeline.md` §11.
    """
    bound = [False] * len(batch)
    if active.open_engine is None:
        return bound
    prepared = [(place, request) for place, facts in enumerate(batch) if (request := prepare(facts)) is not None]
    group = [_Placed(place, request, is_complete(request, active)) for place, request in prepared]
    for placed, response in _placed_responses(group, active.open_engine):
        bound[placed.place] = bool(response.reasons or response.errors)
    return bound


@dataclass(frozen=True)
class _Placed:
    """A request with its place in the batch, and whether everything that the rules look into is there."""

    place: int
    request: PreparedRequest
    complete: bool


def _ruling(response: Response, active: ActiveRules, complete: bool) -> Ruling:
    if response.decision == "nodecision":
        return NO_RULING
    outcome = strictest(_outcomes(response, active))
    ruling = Ruling(outcome=outcome, decision=response.decision, reasons=response.reasons, errors=response.errors)
    return held_if_incomplete(ruling, complete=complete)


def held_if_incomplete(ruling: Ruling, *, complete: bool) -> Ruling:
    """Return a ruling, or none (a hold) where something that the rules look into is missing and it does not hold.

    Cedar's request validation looks at types alone: it takes a request whose resource is not among the entities, and
    answers as if nothing held of it. No engine's answer is believed then; the SQL path
    proposes nothing for such a request.
    """
    return ruling if complete or ruling.outcome.severity >= Outcome.HOLD.severity else NO_RULING


def _outcomes(response: Response, active: ActiveRules) -> Iterator[Outcome]:
    """Yield what each satisfied forbid asks for, and a hold for each errored forbid and for no satisfied rule."""
    for rule_id in response.reasons:
        if active.rules[rule_id].forbids:
            yield verdict(active.rules[rule_id].annotations)
    if not response.reasons or any(active.rules[rule_id].forbids for rule_id in response.errors):
        yield Outcome.HOLD


def is_complete(request: PreparedRequest, active: ActiveRules) -> bool:
    """Return whether everything the rules look into, and every parent, is among the facts.

    Cedar lets dangling references pass: attributes of a missing entity are errors, but `in` and `has` are simply
    false, which would let a frozen party through.
    """
    absent = (active.named | request.references) - request.entities.keys()
    return request.parents <= request.entities.keys() and all(kind not in active.kinds for kind, _ in absent)


def _placed_responses(group: Iterable[_Placed], engine: PolicyEngine) -> Iterator[tuple[_Placed, Response]]:
    """Yield each request with the engine's answer, from as few handles as hold the requests apart."""
    for chunk in _chunks(group):
        yield from zip(chunk, _responses([placed.request for placed in chunk], engine), strict=True)


def _chunks(group: Iterable[_Placed]) -> Iterator[list[_Placed]]:
    """Yield requests that can share one handle: no entity means two things, none lacks what another might bring."""
    chunk: list[_Placed] = []
    entities: dict[tuple[str, str], bytes] = {}
    for placed in group:
        own = placed.request.entities
        fits = placed.complete and all(entities.get(key, data) == data for key, data in own.items())
        if chunk and (not fits or not chunk[-1].complete or len(chunk) == BATCH):
            yield chunk
            chunk, entities = [], {}
        chunk.append(placed)
        entities.update(own)
    if chunk:
        yield chunk


def _responses(chunk: Sequence[PreparedRequest], engine: PolicyEngine) -> list[Response]:
    """Return the engine's answers; where the entities of one do not fit, the halves are asked apart."""
    entities: dict[tuple[str, str], bytes] = {}
    for request in chunk:
        entities.update(request.entities)
    try:
        return engine.responses([request.request for request in chunk], b"[" + b",".join(entities.values()) + b"]")
    except EntitiesInvalid:
        if len(chunk) == 1:
            return [NO_DECISION]
        half = len(chunk) // 2
        return _responses(chunk[:half], engine) + _responses(chunk[half:], engine)

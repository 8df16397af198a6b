"""The ruling: facts and rulebook in, one of five outcomes out, with the rules that determined it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from evenhand.model.facts import Facts
from evenhand.model.outcome import Outcome, strictest
from evenhand.model.ruling import Ruling
from evenhand.policy.annotations import verdict
from evenhand.policy.asked import Asked, prepare
from evenhand.policy.engine import NO_DECISION, Answer, EntitiesUnfit, PolicyEngine
from evenhand.policy.rulebook import ActiveRules, Rulebook

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
    prepared = [(place, asked) for place, facts in enumerate(batch) if (asked := prepare(facts)) is not None]
    sets: dict[str, tuple[ActiveRules, list[_Placed]]] = {}
    for place, asked in prepared:
        active = rulebook.active(asked.day)
        sets.setdefault(active.sha256, (active, []))[1].append(_Placed(place, asked, is_complete(asked, active)))
    for active, group in sets.values():
        for placed, answer in _answers(group, active.engine):
            rulings[placed.place] = _ruling(answer, active, placed.complete)
    return rulings


def time_bound(facts: Facts | bytes, active: ActiveRules) -> bool:
    """Return whether a rule that reads `context.at` could apply to these facts at another time."""
    return time_bound_many([facts], active)[0]


def time_bound_many(batch: Sequence[Facts | bytes], active: ActiveRules) -> list[bool]:
    """Return for each of the facts whether a rule that reads `context.at` could apply at another time.

    Those rules are ruled cut before the first conjunct that reads it: satisfied or in error means it could.
    Facts that do not fit the schema fit at no time.

    Source: `pipeline.md` §11.
    """
    bound = [False] * len(batch)
    if active.open_engine is None:
        return bound
    prepared = [(place, asked) for place, facts in enumerate(batch) if (asked := prepare(facts)) is not None]
    group = [_Placed(place, asked, is_complete(asked, active)) for place, asked in prepared]
    for placed, answer in _answers(group, active.open_engine):
        bound[placed.place] = bool(answer.reasons or answer.errors)
    return bound


@dataclass(frozen=True)
class _Placed:
    """A request with its place in the batch, and whether everything that the rules look into is there."""

    place: int
    asked: Asked
    complete: bool


def _ruling(answer: Answer, active: ActiveRules, complete: bool) -> Ruling:
    if answer.decision == "nodecision":
        return NO_RULING
    outcome = strictest(_outcomes(answer, active))
    ruling = Ruling(outcome=outcome, decision=answer.decision, reasons=answer.reasons, errors=answer.errors)
    return held_if_incomplete(ruling, complete=complete)


def held_if_incomplete(ruling: Ruling, *, complete: bool) -> Ruling:
    """Return a ruling, or none (a hold) where something that the rules look into is missing and it does not hold.

    Cedar's request validation looks at types alone: it takes a request whose resource is not among the entities, and
    answers as if nothing held of it. No engine's answer is believed then; each that rules facts ends with this.
    """
    return ruling if complete or ruling.outcome.severity >= Outcome.HOLD.severity else NO_RULING


def _outcomes(answer: Answer, active: ActiveRules) -> Iterator[Outcome]:
    """Yield what each satisfied forbid asks for, and a hold for each errored forbid and for no satisfied rule."""
    for rule_id in answer.reasons:
        if active.rules[rule_id].forbids:
            yield verdict(active.rules[rule_id].annotations)
    if not answer.reasons or any(active.rules[rule_id].forbids for rule_id in answer.errors):
        yield Outcome.HOLD


def is_complete(asked: Asked, active: ActiveRules) -> bool:
    """Return whether everything the rules look into, and every parent, is among the facts.

    Cedar lets dangling references pass: attributes of a missing entity are errors, but `in` and `has` are simply
    false, which would let a frozen party through.
    """
    absent = (active.named | asked.references) - asked.entities.keys()
    return asked.parents <= asked.entities.keys() and all(kind not in active.kinds for kind, _ in absent)


def _answers(group: Iterable[_Placed], engine: PolicyEngine) -> Iterator[tuple[_Placed, Answer]]:
    """Yield each request with the engine's answer, from as few handles as hold the requests apart."""
    for chunk in _chunks(group):
        yield from zip(chunk, _ask([placed.asked for placed in chunk], engine), strict=True)


def _chunks(group: Iterable[_Placed]) -> Iterator[list[_Placed]]:
    """Yield requests that can share one handle: no entity means two things, none lacks what another might bring."""
    chunk: list[_Placed] = []
    entities: dict[tuple[str, str], bytes] = {}
    for placed in group:
        own = placed.asked.entities
        fits = placed.complete and all(entities.get(key, data) == data for key, data in own.items())
        if chunk and (not fits or not chunk[-1].complete or len(chunk) == BATCH):
            yield chunk
            chunk, entities = [], {}
        chunk.append(placed)
        entities.update(own)
    if chunk:
        yield chunk


def _ask(chunk: Sequence[Asked], engine: PolicyEngine) -> list[Answer]:
    """Return the engine's answers; where the entities of one do not fit, the halves are asked apart."""
    entities: dict[tuple[str, str], bytes] = {}
    for asked in chunk:
        entities.update(asked.entities)
    try:
        return engine.answers([asked.request for asked in chunk], b"[" + b",".join(entities.values()) + b"]")
    except EntitiesUnfit:
        if len(chunk) == 1:
            return [NO_DECISION]
        half = len(chunk) // 2
        return _ask(chunk[:half], engine) + _ask(chunk[half:], engine)

"""The ruling: facts and rulebook in, one of five outcomes out, with the rules that determined it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from evenhand.model.facts import Facts
from evenhand.model.outcome import Outcome, strictest
from evenhand.model.ruling import Ruling
from evenhand.policy.annotations import verdict
from evenhand.policy.distinct_questions import DistinctQuestions
from evenhand.policy.engine import NO_DECISION, EntitiesInvalid, PolicyEngine, Response
from evenhand.policy.request import PreparedRequest, day_of, prepare, read_facts
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


def rule_many(batch: Iterable[Facts | bytes], rulebook: Rulebook) -> list[Ruling]:
    """Return the ruling of each of the facts, in their order; the same as `rule` one by one, many times faster.

    Facts that no rule can tell apart are asked once. Requests share handles of 100 at most. Facts given as bytes are
    JSON of `Facts`.
    """
    questions: dict[str, DistinctQuestions] = {}
    found: list[tuple[str, int] | None] = []
    sets: dict[str, ActiveRules] = {}
    active_on = lru_cache(rulebook.active)  # a batch speaks of few days
    for facts in batch:
        read = read_facts(facts)
        day = None if read is None else day_of(read.context.get("at"))
        if read is None or day is None:
            found.append(None)
            continue
        active = sets.setdefault((one := active_on(day)).sha256, one)
        if active.sha256 not in questions:
            questions[active.sha256] = DistinctQuestions(active.question_form)
        found.append((active.sha256, questions[active.sha256].place(read)))
    rulings = {name: _rule_each(own.asked, sets[name]) for name, own in questions.items()}
    return [NO_RULING if place is None else rulings[place[0]][place[1]] for place in found]


def time_bound(batch: Iterable[Facts | bytes], active: ActiveRules) -> list[bool]:
    """Return for each of the facts whether a rule that reads `context.at` could apply at another time.

    Those rules are ruled cut before the first conjunct that reads it: satisfied or in error means it could.
    Facts that do not fit the schema fit at no time.

    Source: `pipeline.md` §11.
    """
    read = [read_facts(facts) for facts in batch]
    if active.open_engine is None:
        return [False] * len(read)
    questions = DistinctQuestions(active.question_form)
    places = [None if facts is None else questions.place(facts) for facts in read]
    bound = [False] * len(questions.asked)
    for placed, response in _placed_responses(_placed(questions.asked, active), active.open_engine):
        bound[placed.place] = bool(response.reasons or response.errors)
    return [place is not None and bound[place] for place in places]


@dataclass(frozen=True)
class _Placed:
    """A request with its place in the batch, and whether everything that the rules look into is there."""

    place: int
    request: PreparedRequest
    complete: bool


def _rule_each(facts: Sequence[Facts], active: ActiveRules) -> list[Ruling]:
    """Return the engine's ruling of each of the facts."""
    rulings = [NO_RULING] * len(facts)
    for placed, response in _placed_responses(_placed(facts, active), active.engine):
        rulings[placed.place] = _ruling(response, active, placed.complete)
    return rulings


def _placed(batch: Sequence[Facts], active: ActiveRules) -> list[_Placed]:
    """Return the requests that facts make, with their places; facts that make none are left out."""
    prepared = [(place, request) for place, facts in enumerate(batch) if (request := prepare(facts)) is not None]
    return [_Placed(place, request, is_complete(request, active)) for place, request in prepared]


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

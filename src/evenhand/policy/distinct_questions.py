"""Facts that no rule can tell apart are one question, which an engine is asked once."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Union

import msgspec

from evenhand.model.facts import Entity, Facts, Uid
from evenhand.policy.instant_bands import Cuts, labelled, milliseconds_of
from evenhand.policy.schema import Primitive, RecordType, Schema, SetOf, Type

_LONG = 2**63
# Texts of the other primitives are checked by Cedar one by one, and a reference may name something unknown.
_PLAIN = frozenset({Primitive("Bool"), Primitive("Long"), Primitive("String")})
_INSTANT = Primitive("datetime")
_NESTED = (dict, list)
_encode = msgspec.json.Encoder().encode


class _Counts(Enum):
    """What of a value makes a question another one."""

    WHOLE = "whole"
    KIND = "kind"


# What counts of a value: of an instant its band, where it has one; of a record what counts of each of its values.
_Plan = Union[_Counts, Cuts, dict[str, "_Plan"]]  # noqa: UP007  a type that names itself has no `|` before Python 3.12


@dataclass(frozen=True)
class QuestionForm:
    """What a set of rules sees of facts.

    `plans` say by entity type, and for `context`, what counts of each attribute; `named` are the entities that the
    rules name, `unlisted` the entity types whose ids the schema does not list.
    """

    plans: Mapping[str, _Plan]
    named: Set[tuple[str, str]]
    unlisted: Set[str]

    def cuts(self, kind: str, name: str) -> Cuts | None:
        """Return the bands of an attribute of an entity type, None of one that counts as it is."""
        plan = self.plans.get(kind)
        found = plan.get(name) if isinstance(plan, dict) else None
        return found if isinstance(found, Cuts) else None


def question_form(
    reads: Set[str], named: Set[tuple[str, str]], schema: Schema, cuts: Mapping[str, Cuts] = MappingProxyType({})
) -> QuestionForm:
    """Return the form for rules that read these paths, name these (type, id) pairs and cut these instants."""
    plans: dict[str, _Plan] = {
        name: _plan(kind.attributes, name, reads, cuts) for name, kind in schema.entities.items() if not kind.members
    }
    contexts = [_plan(each.context, "context", reads, cuts) for each in schema.environments]
    names = {name for each in contexts if isinstance(each, dict) for name in each}
    merged: dict[str, _Plan] = {}
    for name in names:
        # What two actions declare otherwise under one name counts whole.
        found = [each[name] for each in contexts if isinstance(each, dict) and name in each]
        merged[name] = found[0] if all(each == found[0] for each in found) else _Counts.WHOLE
    return QuestionForm({**plans, "context": merged}, named, plans.keys())


def _plan(kind: Type, path: str, reads: Set[str], cuts: Mapping[str, Cuts]) -> _Plan:
    """Return what counts of a value of this type: all if a rule reads it or Cedar checks its text, else its kind."""
    if path in reads:
        return cuts.get(path.rpartition(".")[2], _Counts.WHOLE) if kind == _INSTANT else _Counts.WHOLE
    if isinstance(kind, RecordType):
        return {name: _plan(each.type, f"{path}.{name}", reads, cuts) for name, each in kind.attributes.items()}
    return _Counts.KIND if (kind.element if isinstance(kind, SetOf) else kind) in _PLAIN else _Counts.WHOLE


class DistinctQuestions:
    """Which facts are one question: the first of them are asked, and answer for all.

    Facts of one question have the same ruling, and the same answer of `time_bound`. They are equal in what rules
    read. Texts, numbers and flags that no rule reads are of the same kind, which Cedar holds against the schema. Of
    an entity that no rule names, rules see only whether it is the same as another: its id counts by its place.
    """

    def __init__(self, form: QuestionForm) -> None:
        self._form = form
        self._places: dict[bytes, int] = {}
        self.asked: list[Facts] = []

    def place(self, facts: Facts) -> int:
        """Return the place in `asked` of the facts that ask the same as these, which may be these."""
        return self.place_of(self.question(facts), lambda: facts)

    def place_of(self, question: bytes, facts: Callable[[], Facts]) -> int:
        """Return the same of the `question` that facts ask, which are only looked at where none asked it before."""
        place = self._places.setdefault(question, len(self.asked))
        if place == len(self.asked):
            self.asked.append(facts())
        return place

    def question(self, facts: Facts) -> bytes:
        """Return a hash of what rules see."""
        return sha256(self.seen(facts)).digest()

    def seen(self, facts: Facts) -> bytes:
        """Return what rules see; facts that hold an entity twice, or a bare reference, are compared whole."""
        ids = _Ids(self._form, at_ms_of(facts))
        seen = [
            ids.uid(facts.principal),
            facts.action.type,
            facts.action.id,
            ids.uid(facts.resource),
            _seen(facts.context, self._form.plans["context"], ids),
            [self._entity(entity, ids) for entity in facts.entities],
        ]
        is_twice = len({(entity.uid.type, entity.uid.id) for entity in facts.entities}) < len(facts.entities)
        return b"=" + _encode(facts) if is_twice or ids.met_bare else _encode(seen)

    def _entity(self, entity: Entity, ids: "_Ids") -> list[Any]:
        return [
            ids.uid(entity.uid),
            _seen(entity.attrs, self._form.plans.get(entity.uid.type, _Counts.WHOLE), ids),
            [ids.uid(each) for each in entity.parents],
            _seen(entity.tags, _Counts.WHOLE, ids) if entity.tags else 0,
        ]


class _Ids:
    """Gives each entity that no rule names a number, in the order in which the facts mention them."""

    def __init__(self, form: QuestionForm, at_ms: int | None) -> None:
        self._form, self.at_ms = form, at_ms
        self._numbers: dict[tuple[str, str], int] = {}
        self.met_bare = False
        """Whether a value may be a reference without its mark, or a record: it has no number."""

    def uid(self, uid: Uid) -> list[Any]:
        return self.of(uid.type, uid.id)

    def of(self, kind: str, name: str) -> list[Any]:
        if kind in self._form.unlisted and (kind, name) not in self._form.named:
            return [kind, self._numbers.setdefault((kind, name), len(self._numbers))]
        return [kind, name]


def _seen(value: Any, plan: _Plan, ids: _Ids) -> Any:
    """Return what rules see of a value."""
    if isinstance(value, dict):
        return _instant(value, plan, ids.at_ms) if isinstance(plan, Cuts) else _object(value, plan, ids)
    if plan is _Counts.KIND:
        return sorted(set(map(_kind, value))) if isinstance(value, list) else _kind(value)
    if isinstance(value, list):
        return [_seen(each, _Counts.WHOLE, ids) if isinstance(each, _NESTED) else each for each in value]
    return value


def _object(value: dict[str, Any], plan: _Plan, ids: _Ids) -> Any:
    """Return a reference with its number, an extension's value and what may be either as it is, else a record."""
    match value:
        case {"__entity": {"type": str() as kind, "id": str() as name, **more}, **others} if not more and not others:
            return {"__entity": ids.of(kind, name)}
        case {"__entity": _} | {"__extn": _} | {"fn": _}:
            return value
        case {"type": _, "id": _}:
            ids.met_bare = True
            return value
    plans = plan if isinstance(plan, dict) else {}
    return {name: _seen(each, plans.get(name, _Counts.WHOLE), ids) for name, each in value.items()}


def _instant(value: dict[str, Any], cuts: Cuts, at_ms: int | None) -> Any:
    """Return an instant by its band, where the request's own can be read."""
    return value if at_ms is None else labelled(value, lambda text: cuts.label(text, at_ms))


def at_ms_of(facts: Facts) -> int | None:
    """Return the instant of a request in milliseconds since 1970, None where it cannot be read."""
    match facts.context.get("at"):
        case {"__extn": {"fn": "datetime", "arg": str() as text}}:
            return milliseconds_of(text)
    return None


def _kind(value: Any) -> str:
    """Return the name of Cedar's type; what is of none of the plain ones stays as it is."""
    if isinstance(value, str):
        return "String"
    if isinstance(value, bool):
        return "Bool"
    return "Long" if isinstance(value, int) and -_LONG <= value < _LONG else _encode(value).decode()

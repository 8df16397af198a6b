"""The protected attributes of recorded facts: groups that a report compares, and values that a replay sets."""

from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from evenhand.policy.attribute_roles import IDENTITY, protected_classes
from evenhand.policy.schema import Schema
from evenhand.workflows.audit.recorded_facts import RecordedFacts, Values, as_text, follow

_SPEND = "spend"


@dataclass(frozen=True)
class GroupReader:
    """Reads the protected attributes of a schema: those of the party itself as groups, all of them for a replay."""

    schema: Schema
    _known: dict[bytes, str | None] = field(default_factory=dict, repr=False)

    @cached_property
    def varied(self) -> tuple[str, ...]:
        """Return every protected attribute, proxies and money included, by path."""
        classes = protected_classes(self.schema)
        return tuple(dict.fromkeys(path for name, paths in classes.items() if name != IDENTITY for path in paths))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the last names of the protected attributes of parties, without money, which is a group by bands."""
        return tuple(dict.fromkeys(path.rpartition(".")[2] for path in self.own))

    @cached_property
    def own(self) -> tuple[str, ...]:
        """Return the paths of those attributes."""
        kinds = {environment.principal for environment in self.schema.environments}
        money = protected_classes(self.schema).get(_SPEND, ())
        return tuple(path for path in self.varied if path.partition(".")[0] in kinds and path not in money)

    def read(self, facts: RecordedFacts, party: str) -> Values:
        """Return the protected attributes of a party that the facts hold by name, None where unknown."""
        found: Values = dict.fromkeys(self.names)
        for entity in facts.entities:
            if entity.uid.id == party:
                for path, steps in self._by_type.get(entity.uid.type, ()):
                    name = steps[-1]
                    if name in found and found[name] is None and steps[0] in entity.attrs and path in self.own:
                        found[name] = self._text(bytes(entity.attrs[steps[0]]), steps[1:])
        return found

    def note(self, facts: RecordedFacts, seen: dict[str, set[bytes]]) -> None:
        """Note every value of every protected attribute, as JSON by path."""
        for entity in facts.entities:
            for path, steps in self._by_type.get(entity.uid.type, ()):
                if steps[0] in entity.attrs:
                    raw = bytes(entity.attrs[steps[0]])
                    seen.setdefault(path, set()).add(raw if len(steps) == 1 else _part(raw, steps[1:]))

    def _text(self, raw: bytes, steps: list[str]) -> str | None:
        if raw not in self._known:
            self._known[raw] = as_text(follow(msgspec.json.decode(raw), steps)) or None
        return self._known[raw]

    @cached_property
    def _by_type(self) -> dict[str, list[tuple[str, list[str]]]]:
        found: dict[str, list[tuple[str, list[str]]]] = {}
        for path in self.varied:
            kind, _, rest = path.partition(".")
            found.setdefault(kind, []).append((path, rest.split(".")))
        return found


def _part(raw: bytes, steps: list[str]) -> bytes:
    return _encode(follow(msgspec.json.decode(raw), steps))


_encode = msgspec.json.Encoder(order="sorted").encode

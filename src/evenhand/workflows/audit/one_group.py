"""Rules of dates and lists whose decisions are all about one group: nothing in the ledger shows how others would fare.

That a rule of dates applied counts as a fact (`recorded_facts`), and so does being on a list: both can hold for
advertisers of one country alone without a decision that differs from its equals.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from evenhand.model.audit_coverage import NO_MEMBER, OneGroup
from evenhand.workflows.audit.recorded_facts import Values

_FEWEST = 2  # one advertiser is of one group always

Basis = tuple[Literal["rule", "list"], str]


@dataclass
class _Met:
    """Whom a rule or list met, and the values of each attribute that they have, None where one is not known."""

    advertisers: set[str] = field(default_factory=set)
    values: dict[str, set[str | None]] = field(default_factory=dict)


@dataclass
class GroupsMet:
    """Notes decisions about advertisers one by one, each with its protected attributes."""

    _met: dict[Basis, _Met] = field(default_factory=dict)
    _seen: dict[str, set[str | None]] = field(default_factory=dict)

    def note(self, advertiser: str, groups: Values, rules: Iterable[str], lists: Iterable[str]) -> None:
        """Note a decision; `rules` are those that read an instant and applied, `lists` those that it rests on."""
        known = {name: None if value == NO_MEMBER else value for name, value in groups.items()}
        for name, value in known.items():
            self._seen.setdefault(name, set()).add(value)
        bases: list[Basis] = [*(("rule", name) for name in rules), *(("list", key) for key in lists)]
        for basis in bases:
            met = self._met.setdefault(basis, _Met())
            met.advertisers.add(advertiser)
            for name, value in known.items():
                met.values.setdefault(name, set()).add(value)

    def one_group(self) -> tuple[OneGroup, ...]:
        """Return the rules and lists that met several advertisers with one known value, where others have another."""
        return tuple(
            OneGroup(basis=kind, name=name, attribute=attribute, value=value, advertisers=len(met.advertisers))
            for (kind, name), met in sorted(self._met.items(), key=lambda each: each[0])
            for attribute, values in sorted(met.values.items())
            if len(met.advertisers) >= _FEWEST and len(values) == 1 and (value := next(iter(values))) is not None
            and self._seen[attribute] - {None, value}
        )  # fmt: skip

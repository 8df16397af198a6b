"""The part of all declarations and definitions that a query needs, as one SMT-LIB text."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from evenhand.policy.proofs.smt.smtlib import both, names_in

# A symbol with arguments; each is a literal or a symbol, and no string holds a quote or a bar.
_APPLIED = re.compile(r'\((\|[^|]+\|)((?: (?:\|[^|]+\||"[^"]*"|#[xb][0-9a-f]+|true|false))+)\)')
_ARGUMENT = re.compile(r'\|[^|]+\||"[^"]*"|\S+')


@dataclass(frozen=True)
class SymbolDefinition:
    """What is said of a symbol: that there is one of these sorts, what it is short for, or what holds of it."""

    declared: str = ""
    means: str = ""
    holds: str = ""

    @property
    def rests_on(self) -> list[str]:
        """Return the symbols that must be said before, in the order in which they stand."""
        return names_in(self.means or self.holds)


@dataclass(frozen=True)
class QuerySlice:
    """What one query needs: its text without `(check-sat)`, its symbols, and how it uses each."""

    text: str
    names: frozenset[str]
    uses: dict[str, list[tuple[str, ...]]]


@dataclass
class SliceBuilder:
    """What a query says, in the order in which it must stand; `definition_of` gives what there is to say of a symbol.

    Short names are `let`s of one great assertion: Z3 keeps every `define-fun` for ever, and shows it in later models.
    """

    definition_of: Callable[[str], SymbolDefinition]
    names: dict[str, None] = field(default_factory=dict)
    _declared: list[str] = field(default_factory=list)
    _means: list[str] = field(default_factory=list)
    _holds: list[str] = field(default_factory=list)

    def gather(self, terms: Iterable[str]) -> None:
        """Say all that terms rest on."""
        waiting = [(name, False) for term in terms for name in names_in(term)]
        begun: dict[str, SymbolDefinition] = {}
        while waiting:
            name, ready = waiting.pop()
            if ready:
                self._say(name, begun[name])
            elif name not in begun and name not in self.names:
                begun[name] = self.definition_of(name)
                waiting.append((name, True))
                waiting += [(each, False) for each in begun[name].rests_on if each != name]

    def state(self, text: str) -> None:
        """Say that a term holds."""
        if text != "true":
            self.gather([text])
            self._holds.append(text)

    def uses(self) -> dict[str, list[tuple[str, ...]]]:
        """Return the arguments that each symbol is applied to; a constant to none."""
        found: dict[str, dict[tuple[str, ...], None]] = {name: {} for name in self.names}
        for text in (*self._means, *self._holds):
            for name, arguments in _APPLIED.findall(text):
                found[name][tuple(_ARGUMENT.findall(arguments))] = None
        return {name: list(uses) or [()] for name, uses in found.items()}

    def text(self) -> str:
        """Return the whole."""
        whole = "\n".join([*(f"(let ({means})" for means in self._means), both(*self._holds)])
        return "\n".join([*self._declared, f"(assert {whole}{')' * len(self._means)})"])

    def _say(self, name: str, definition_of: SymbolDefinition) -> None:
        self.names[name] = None
        if definition_of.declared:
            self._declared.append(f"(declare-fun {name} {definition_of.declared})")
        if definition_of.means:
            self._means.append(f"({name} {definition_of.means})")
        if definition_of.holds:
            self._holds.append(definition_of.holds)

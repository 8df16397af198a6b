"""Two solvers that read the same SMT-LIB text: Z3 answers, cvc5 gives a second opinion where it is installed."""

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final, Literal, TypeAlias

SolverAnswer: TypeAlias = Literal["sat", "unsat", "unknown"]
ModelValue: TypeAlias = bool | int | str

# Most queries take a millisecond; the plain solver is the fastest for them, the tactics the stronger. It has a tenth of
# the time, counted in steps where each is short, 4,000 and more a millisecond: a clock for each query is a thread that
# it waits for, and would tell loads apart. To multiply, divide or match strings takes long in few steps.
_QUICK_SHARE, _STEPS_A_MS = 0.1, 4_000
_LONG_STEPS = re.compile(r"\((?:bvs?mul|bvsdiv|bvsmod|str\.|re\.)")

# A release's questions take less than 100 MB.
MOST_MB = 2048

_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]+)\}")


@cache
def _z3() -> Any:
    """Return Z3, loaded when a first question is asked: a run that releases no rulebook asks none."""
    # Any: it ships no types.
    return import_module("z3")


def bound_memory() -> None:
    """Let Z3 take at most `MOST_MB` in this process; a question that needs more is `unknown`, or ends the process."""
    _z3().set_param("memory_max_size", MOST_MB)


@cache
def first_solver() -> str:
    """Return the name and version of the solver that answers."""
    return f"z3 {_z3().get_version_string()}"


@dataclass(frozen=True)
class FunctionModel:
    """A symbol's meaning in a model: values by arguments, and the value elsewhere."""

    entries: dict[tuple[ModelValue, ...], ModelValue]
    elsewhere: ModelValue

    def at(self, arguments: tuple[ModelValue, ...]) -> ModelValue:
        """Return the value at some arguments; bit-vectors are unsigned integers."""
        return self.entries.get(arguments, self.elsewhere)


Model: TypeAlias = dict[str, FunctionModel]


@dataclass(frozen=True)
class SolverResult:
    """An answer; with `sat` comes a model, by symbol without its bars."""

    answer: SolverAnswer
    model: Model | None = None


class Session:
    """Z3, asked one query after the other; what it has read of declarations it need not read again.

    Measured: 1.1 ms a query of one rule, 1.7 with a new solver each time.
    """

    def __init__(self) -> None:
        self._reader, self._solver = _z3().ParserContext(), _z3().SimpleSolver()
        self._declared: dict[str, None] = {}
        self._bound: dict[str, int] = {}
        self._refuted: dict[str, bool] = {}

    def solve(self, text: str, timeout_ms: int) -> SolverResult:
        """Return what Z3 says of a query's text; a time-out, and what it cannot read, are `unknown`."""
        bound = _quick_bound(text, timeout_ms)
        if bound != self._bound:
            self._solver.set(**_NO_BOUND | bound)
            self._bound = bound
        self._solver.push()
        try:
            self._solver.add(self._reader.from_string(self._new(text)))
            solved = _answered(self._solver)
        except _z3().Z3Exception:
            return SolverResult("unknown")
        finally:
            self._solver.pop()
        return solved if solved.answer != "unknown" else _thoroughly(text, timeout_ms)

    def refutes(self, text: str, timeout_ms: int) -> bool:
        """Return whether Z3 finds that a query has no model; the same text is asked once."""
        if text not in self._refuted:
            self._refuted[text] = self.solve(text, timeout_ms).answer == "unsat"
        return self._refuted[text]

    def _new(self, text: str) -> str:
        """Return a text without the declarations that have been read."""
        lines = [line for line in text.split("\n") if line not in self._declared]
        self._declared.update(dict.fromkeys(line for line in lines if line.startswith("(declare-fun ")))
        return "\n".join(lines)


_NO_BOUND: Final = {"timeout": (1 << 32) - 1, "rlimit": 0}


def _quick_bound(text: str, timeout_ms: int) -> dict[str, int]:
    """Return what bounds the plain solver, as Z3 names it: steps, or milliseconds where steps can be long."""
    quick_ms = max(1, round(timeout_ms * _QUICK_SHARE))
    return {"timeout": quick_ms} if _LONG_STEPS.search(text) else {"rlimit": quick_ms * _STEPS_A_MS}


def solve(text: str, timeout_ms: int) -> SolverResult:
    """Return what Z3 says of one query's text."""
    return Session().solve(text, timeout_ms)


def _thoroughly(text: str, timeout_ms: int) -> SolverResult:
    solver = _z3().Solver()
    solver.set("timeout", timeout_ms)
    solver.from_string(text)
    return _answered(solver)


def _answered(solver: Any) -> SolverResult:
    answer = solver.check()
    if answer == _z3().sat:
        return SolverResult("sat", _model(solver.model()))
    # Z3 takes Ctrl-C for itself; an answer `unknown` would let the work go on.
    if answer == _z3().unknown and "interrupted" in solver.reason_unknown():
        raise KeyboardInterrupt
    return SolverResult("unsat" if answer == _z3().unsat else "unknown")


@cache
def second_solver() -> str | None:
    """Return the second solver's name and version; None if it is not installed."""
    try:
        return f"cvc5 {version('cvc5')}"
    except PackageNotFoundError:
        return None


def second_opinion(text: str, timeout_ms: int) -> SolverAnswer:
    """Return what cvc5 says of a query's text; what it cannot read or decide in time is `unknown`."""
    # Any: cvc5 is an optional package, and its bindings have no types.
    cvc5: Any = import_module("cvc5")
    solver = cvc5.Solver(cvc5.TermManager())
    solver.setOption("tlimit-per", str(timeout_ms))
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, f"(set-logic ALL)\n{text}\n(check-sat)\n", "query")
    output = ""
    while not (command := parser.nextCommand()).isNull():
        output = command.invoke(solver, parser.getSymbolManager()) or output
    match output.strip():
        case "sat" | "unsat" as answer:
            return answer
        case _:
            return "unknown"


def _model(model: Any) -> Model:
    return {declared.name(): _table(model[declared]) for declared in model.decls()}


def _table(meaning: Any) -> FunctionModel:
    if not isinstance(meaning, _z3().FuncInterp):
        return FunctionModel({}, _value(meaning))
    entries = {}
    for place in range(meaning.num_entries()):
        entry = meaning.entry(place)
        arguments = tuple(_value(entry.arg_value(each)) for each in range(entry.num_args()))
        entries[arguments] = _value(entry.value())
    return FunctionModel(entries, _value(meaning.else_value()))


def _value(term: Any) -> ModelValue:
    if _z3().is_bv_value(term):
        number: int = term.as_long()
        return number
    if _z3().is_string(term):
        # In the entries of a function Z3 leaves a string in pieces.
        return string_of(_z3().simplify(term).as_string())
    return bool(_z3().is_true(term))


def string_of(text: str) -> str:
    """Return the string that a literal of SMT-LIB means, given without its quotes."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)

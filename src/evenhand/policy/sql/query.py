"""The query that rules every row of a wide table: decision, outcome, reasons and errors (`policy.md` §4, §8)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from evenhand.model.outcome import Outcome
from evenhand.policy.schema import Schema
from evenhand.policy.sql import dialects as sql
from evenhand.policy.sql.columns import MASK_BITS, Column, Columns
from evenhand.policy.sql.dialects import FALSE, Dialect, Sql
from evenhand.policy.sql.expression import Expressions, NotCompiled
from evenhand.policy.sql.operators import Operators
from evenhand.policy.typed.nodes import Rule

# DuckDB plans in the square of it: 1,000 rules took 2.6 s, 2,000 13 s, 10,000 more than 5 minutes.
MOST_RULES = 16 * MASK_BITS

# Values of the column `decision`.
DECISIONS: tuple[Literal["allow", "deny", "nodecision"], ...] = ("allow", "deny", "nodecision")
_ALLOW, _DENY, _NO_DECISION = range(3)

ROW, FITS, ROUTED, DECISION, OUTCOME = "row_id", "fits", "routed", "decision", "outcome"


@dataclass(frozen=True)
class NotCompilable:
    """A rule that SQL does not say: the kind of node, and why."""

    rule: str
    node: str
    why: str


@dataclass(frozen=True)
class Compiled:
    """The query of a rule set in one request environment.

    The table has `row_id BIGINT`, `fits BOOLEAN` and `columns`. The query returns, one row a row: `row_id`; `decision`,
    a place in `DECISIONS`; `outcome`, its severity; `reasons` and `errors`, where bit n is the nth of `rules`, 63 rules
    a word (`reasons_2` and so on); `routed`, true where a rule of `not_compilable` is in scope: what the others say
    is not the answer there, Cedar's is.
    """

    query: str
    table: str
    columns: tuple[Column, ...]
    rules: tuple[str, ...]
    not_compilable: tuple[NotCompilable, ...]

    @property
    def words(self) -> int:
        """Return how many words hold one bit a rule; one at least."""
        return max(1, -(-len(self.rules) // MASK_BITS))


@dataclass(frozen=True)
class _RuleTerms:
    """A rule in SQL: where it is satisfied, and where it errs; of one that is not compiled, where it is in scope."""

    rule: Rule
    satisfied: Sql = FALSE
    errored: Sql = FALSE
    routed: Sql = FALSE
    why_not: NotCompilable | None = None


def to_sql(rules: Sequence[Rule], schema: Schema, dialect: Dialect, table: str = "facts") -> Compiled:
    """Return the query that rules a table of facts of the request environment that the rules were lowered for.

    A row that does not fit, or lacks a column's value, is `nodecision`: a hold without reasons and errors.
    A forbid without a verdict counts as a refusal.
    """
    columns = Columns(schema)
    expressions = Expressions(Operators(schema, columns, dialect), schema)
    rule_terms = [_terms_of(rule, expressions) for rule in rules[:MOST_RULES]]
    rule_terms += [_left_out(rule, expressions) for rule in rules[MOST_RULES:]]
    return Compiled(
        _query(rule_terms, tuple(columns), table).sql(dialect=dialect, copy=False),
        table,
        tuple(columns),
        tuple(rule.id for rule in rules),
        tuple(each.why_not for each in rule_terms if each.why_not),
    )


def word(name: str, number: int) -> str:
    """Return the name of the column with a word of bits, counted from 0.

    >>> word("reasons", 0), word("reasons", 1)
    ('reasons', 'reasons_2')
    """
    return name if number == 0 else f"{name}_{number + 1}"


def _terms_of(rule: Rule, expressions: Expressions) -> _RuleTerms:
    """Return a rule in SQL. The scope is tested first: what is out of scope cannot err."""
    _, scope = expressions.truth(rule.scope)
    try:
        held, (ok, _) = expressions.held(rule.condition), expressions.truth(rule.condition)
    except NotCompiled as error:
        return _RuleTerms(rule, routed=scope, why_not=NotCompilable(rule.id, type(error.node).__name__, error.why))
    return _RuleTerms(rule, sql.both(scope, held), sql.both(scope, sql.negated(ok)))


def _left_out(rule: Rule, expressions: Expressions) -> _RuleTerms:
    """Return a rule of which a query has no room to say more than its scope."""
    _, scope = expressions.truth(rule.scope)
    return _RuleTerms(rule, routed=scope, why_not=NotCompilable(rule.id, "Rule", f"more than {MOST_RULES} rules"))


def _query(rule_terms: Sequence[_RuleTerms], columns: Sequence[Column], table: str) -> exp.Select:
    """Return the query: bits of what is satisfied and of what errs inside, what follows from them outside."""
    words = [_Word(n // MASK_BITS, rule_terms[n : n + MASK_BITS]) for n in range(0, max(1, len(rule_terms)), MASK_BITS)]
    fits = sql.both(sql.column(FITS), *(sql.is_there(sql.column(each.name)) for each in columns))
    bits = [sql.column(ROW), _named(fits, FITS), _named(sql.either(*(each.routed for each in rule_terms)), ROUTED)]
    for each in words:
        bits += [_named(each.bits("satisfied"), each.satisfied), _named(each.bits("errored"), each.errored)]
    inner = exp.select(*bits, copy=False).from_(exp.to_identifier(table, quoted=True), copy=False)
    return exp.select(*_answers(words), copy=False).from_(inner.subquery("bits", copy=False), copy=False)


def _answers(words: Sequence["_Word"]) -> Iterator[Sql]:
    """Yield what is selected of the bits; a row that does not fit has none."""
    fits = sql.column(FITS)
    denied = sql.either(*(each.any_of("satisfied", _forbids) for each in words))
    permitted = sql.either(*(each.any_of("satisfied", lambda rule: not _forbids(rule)) for each in words))
    decision = sql.choice(sql.both(permitted, sql.negated(denied)), sql.long(_ALLOW), sql.long(_DENY))
    yield sql.column(ROW)
    yield _named(sql.both(fits, sql.column(ROUTED)), ROUTED)
    yield _named(sql.choice(fits, decision, sql.long(_NO_DECISION)), DECISION)
    outcome = _outcome(words, sql.either(denied, permitted))
    yield _named(sql.choice(fits, outcome, sql.long(Outcome.HOLD.severity)), OUTCOME)
    for bits in words:
        satisfied, errored = sql.column(bits.satisfied), sql.column(bits.errored)
        reasons = sql.choice(denied, sql.shared(satisfied, sql.long(bits.mask(_forbids))), satisfied)
        yield _named(sql.choice(fits, reasons, sql.long(0)), word("reasons", bits.number))
        yield _named(sql.choice(fits, errored, sql.long(0)), word("errors", bits.number))


def _outcome(words: Sequence["_Word"], determined: Sql) -> Sql:
    """Return the severity: the strictest verdict, and a hold if a forbid erred or no rule is satisfied."""
    outcome = sql.long(Outcome.ALLOW.severity)
    for verdict in sorted(Outcome, key=lambda each: each.severity)[1:]:
        found = [each.any_of("satisfied", _asks_for(verdict)) for each in words]
        if verdict is Outcome.HOLD:
            found += [each.any_of("errored", _forbids) for each in words] + [sql.negated(determined)]
        outcome = sql.choice(sql.either(*found), sql.long(verdict.severity), outcome)
    return outcome


@dataclass(frozen=True)
class _Word:
    """Up to 63 rules, whose bits are in one word; the first rule's is the lowest."""

    number: int
    rules: Sequence[_RuleTerms]

    @property
    def satisfied(self) -> str:
        return word("satisfied", self.number)

    @property
    def errored(self) -> str:
        return word("errored", self.number)

    def bits(self, name: Literal["satisfied", "errored"]) -> Sql:
        """Return the word: the bit of each rule of which it is so."""
        each = [(place, getattr(rule_terms, name)) for place, rule_terms in enumerate(self.rules)]
        return sql.united(
            sql.choice(cond, sql.long(1 << place), sql.long(0)) for place, cond in each if cond is not FALSE
        )

    def mask(self, chosen: Callable[[Rule], bool]) -> int:
        """Return the bits of some of the rules."""
        return sum(1 << place for place, each in enumerate(self.rules) if chosen(each.rule))

    def any_of(self, name: Literal["satisfied", "errored"], chosen: Callable[[Rule], bool]) -> Sql:
        """Return whether it is so of one of some of the rules."""
        mask = self.mask(chosen)
        return sql.has_bits(sql.column(getattr(self, name)), sql.long(mask)) if mask else FALSE


def _named(made: Sql, name: str) -> Sql:
    return exp.alias_(made, name, quoted=True, copy=False)


def _forbids(rule: Rule) -> bool:
    return rule.effect == "forbid"


def _asks_for(verdict: Outcome) -> Callable[[Rule], bool]:
    return lambda rule: _forbids(rule) and Outcome(rule.verdict or Outcome.REFUSE) is verdict

"""Rules as SQL: what is written in each dialect, what must never be, and what a table of facts makes of it."""

import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import duckdb
import pytest
import sqlglot
from sqlglot import exp
from sqlglot.tokens import TokenType

from evenhand.policy.schema import EntityRef, Primitive, Schema, read_schema
from evenhand.policy.sql import fact_table as sql_facts
from evenhand.policy.sql import query as to_sql_module
from evenhand.policy.sql.batch_ruling import rule_requests, rule_table
from evenhand.policy.sql.columns import Columns, Exists, FactPath, Value
from evenhand.policy.sql.dialects import Dialect
from evenhand.policy.sql.query import Compiled, to_sql
from evenhand.policy.syntax_tree import parse
from evenhand.policy.typed.lowering import lower_all
from evenhand.policy.typed.nodes import Uid
from evenhand.policy.typed.values import Request, read_entities, read_request
from tests.differential.policy_edges import edges
from tests.differential.policy_made import made

SCHEMA = read_schema("""
entity Kind enum ["news", "sport", "travel"];
entity Team in [Team];
entity User in [Team] {
  n: Long, s: String, on: Bool, at: datetime, span: duration, kinds: Set<Kind>, words: Set<String>, more: Set<String>,
  boss: User, nick?: String, rows: Set<{ n: Long }>, ip: ipaddr, Nick?: String,
} tags String;
action see appliesTo { principal: User, resource: User, context: { n: Long } };
""")


def compiled(condition: str, dialect: Dialect = "duckdb", schema: Schema = SCHEMA) -> Compiled:
    """Return the query of one permit, under its condition."""
    text = f"permit (principal, action, resource) when {{ {condition} }};"
    return to_sql(lower_all(parse(text), schema, schema.environments[0]), schema, dialect)


def satisfied(condition: str, dialect: Dialect = "duckdb") -> str:
    """Return what is written for the one rule being satisfied."""
    found = re.search(r'FALSE AS .routed., CASE WHEN (.*) THEN CAST\(1 AS BIGINT\) ELSE CAST\(0 AS BIGINT\) END AS '
                      r'.satisfied.', compiled(condition, dialect).query)  # fmt: skip
    assert found is not None
    return found[1].replace("`", '"')


WRITTEN: dict[str, tuple[str, str]] = {
    "context.n + 1 == 2": (
        'A NULL AND (TRY_CAST(CAST("context__n" AS INT128) + CAST(CAST(1 AS BIGINT) AS INT128) AS BIGINT)'
        " = CAST(2 AS BIGINT))",
        'A NULL AND (TRY_ADD("context__n", CAST(1 AS BIGINT)) = CAST(2 AS BIGINT))',
    ),
    "context.n == -9223372036854775808": (
        '"context__n" = CAST(-9223372036854775807 - 1 AS BIGINT)',
        '"context__n" = CAST(-9223372036854775807 - 1 AS BIGINT)',
    ),
    'principal.kinds.containsAny([Kind::"news", Kind::"travel"])': (
        '"principal__exists" AND (("principal__kinds" & CAST(5 AS BIGINT)) <> CAST(0 AS BIGINT))',
        '"principal__exists" AND (("principal__kinds" & CAST(5 AS BIGINT)) <> CAST(0 AS BIGINT))',
    ),
    'principal.words.contains("a")': (
        '"principal__exists" AND LIST_CONTAINS("principal__words", \'a\')',
        '"principal__exists" AND ARRAY_CONTAINS("principal__words", \'a\')',
    ),
    "principal.words.containsAll(principal.more)": (
        '"principal__exists" AND LIST_HAS_ALL("principal__words", "principal__more")',
        '"principal__exists" AND (SIZE(ARRAY_EXCEPT("principal__more", "principal__words")) = CAST(0 AS BIGINT))',
    ),
    "principal.words.containsAny(principal.more)": (
        '"principal__exists" AND LIST_HAS_ANY("principal__words", "principal__more")',
        '"principal__exists" AND ARRAYS_OVERLAP("principal__words", "principal__more")',
    ),
    "principal.words.isEmpty()": (
        '"principal__exists" AND (LEN("principal__words") = CAST(0 AS BIGINT))',
        '"principal__exists" AND (SIZE("principal__words") = CAST(0 AS BIGINT))',
    ),
    'principal.s like "100%*_\\\\"': (
        "\"principal__exists\" AND (\"principal__s\" LIKE '100\\%%\\_\\\\' ESCAPE '\\')",
        "\"principal__exists\" AND (\"principal__s\" LIKE '100\\\\%%\\\\_\\\\\\\\' ESCAPE '\\\\')",
    ),
    'principal.s == "a\\0123"': (
        "\"principal__exists\" AND (\"principal__s\" = 'a\x00123')",
        "\"principal__exists\" AND (\"principal__s\" = CONCAT('a', CHAR(0), '123'))",
    ),
    "principal.span.toSeconds() == 0": (
        '"principal__exists" AND (("principal__span" // CAST(1000 AS BIGINT)) = CAST(0 AS BIGINT))',
        '"principal__exists" AND (("principal__span" DIV CAST(1000 AS BIGINT)) = CAST(0 AS BIGINT))',
    ),
    "if context.n == 0 then principal.on else true": (
        '(CASE WHEN "context__n" = CAST(0 AS BIGINT) THEN "principal__exists" ELSE TRUE END) AND '
        '(CASE WHEN "context__n" = CAST(0 AS BIGINT) THEN "principal__on" ELSE TRUE END)',
    ) * 2,
    'principal in Team::"a"': ('"principal__in__Team__a"',) * 2,
    "principal has nick": ('"principal__nick__present"',) * 2,
    "principal has boss": ('"principal__exists"',) * 2,
}  # fmt: skip


@pytest.mark.parametrize("condition", WRITTEN)
@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_a_construct_is_written_as_the_table_of_the_specification_says(condition: str, dialect: Dialect) -> None:
    """`policy.md` §8, line by line; Spark itself is not at hand, so that its text is held to letter by letter."""
    duck, spark = WRITTEN[condition]
    wanted = (duck if dialect == "duckdb" else spark).replace(
        "A NULL", f"(NOT {_checked(condition, dialect)} IS NULL)" if "+" in condition else ""
    )

    assert satisfied(condition, dialect) == wanted


def _checked(condition: str, dialect: Dialect) -> str:
    found = re.search(r"\((TRY_.*) = ", WRITTEN[condition][dialect == "spark"])
    assert found is not None
    return found[1]


WORDS = {
    "duckdb": {"CAST", "TRY_CAST", "LIST_CONTAINS", "LIST_HAS_ANY", "LIST_HAS_ALL", "LEN"},
    "spark": {
        "CAST", "ARRAY", "ARRAY_CONTAINS", "ARRAYS_OVERLAP", "ARRAY_EXCEPT", "SIZE", "TRY_ADD", "TRY_SUBTRACT",
        "TRY_MULTIPLY", "CONCAT", "CHAR",
    },
}  # fmt: skip
BANNED = {"INT128", "HUGEINT", "ILIKE", "COLLATE", "DECIMAL", "&&", "LENGTH", "COALESCE", "IFNULL", "ARRAY_LENGTH"}


@pytest.fixture(scope="module")
def queries() -> Iterator[dict[Dialect, list[str]]]:
    """Yield the queries of many rule sets; reading them back goes deeper than writing them."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    found: dict[Dialect, list[str]] = {"duckdb": [], "spark": []}
    for case in (edges(1), *(made(seed, requests=1) for seed in range(8))):
        schema, policies = read_schema(case.schema), parse(case.policies)
        for environment in schema.environments:
            rules = lower_all(policies, schema, environment)
            for dialect, texts in found.items():
                texts.append(to_sql(rules, schema, dialect).query)
    yield found
    sys.setrecursionlimit(limit)


@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_nothing_is_written_that_means_another_thing_elsewhere(queries: Any, dialect: str) -> None:
    """Only functions that are known; `&&`, LENGTH of a list, collations and NULL's own logic never."""
    called, seen = set(), set()
    for query in queries[dialect]:
        tokens = sqlglot.tokenize(query, read=dialect)
        plain = [each for each in tokens if each.token_type not in (TokenType.STRING, TokenType.IDENTIFIER)]
        seen |= {each.text.upper() for each in plain}
        called |= {
            one.text.upper() for one, two in pairwise(tokens)
            if two.text == "(" and one.token_type in (TokenType.VAR, TokenType.ARRAY, TokenType.CHAR)
        }  # fmt: skip

    assert called <= WORDS[dialect]
    assert not seen & (BANNED if dialect == "spark" else BANNED - {"INT128"})


@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_arithmetic_is_never_bare(queries: Any, dialect: str) -> None:
    """A sum outside a checked function ends the whole query in DuckDB, and wraps or ends it in Spark."""
    checked = 0
    for query in queries[dialect]:
        tree = sqlglot.parse_one(query, read=dialect)
        checked += sum(1 for _ in tree.find_all(exp.TryCast)) + query.count("TRY_")
        for bare in tree.find_all(exp.Add, exp.Sub, exp.Mul):
            within = bare.find_ancestor(exp.TryCast, exp.Mod, exp.Cast)
            least = bare.sql() == "-9223372036854775807 - 1"
            exact = isinstance(bare.this, exp.Cast) and bare.this.to.is_type("INT128")
            assert least or exact or isinstance(within, exp.Mod), bare.sql(dialect)
    assert checked > 150


DATABASE = duckdb.connect(config={"threads": 1})


def asked(**changes: Any) -> Request:
    """Return a request by a user who is in the store, for one who is not."""
    attrs: dict[str, Any] = {
        "n": 1, "s": "a", "on": True, "at": "2024-01-01", "span": "1d", "kinds": [], "words": ["b", "a", "b"],
        "more": [], "boss": {"__entity": {"type": "User", "id": "x"}}, "rows": [], "ip": "::1/64",
    } | changes  # fmt: skip
    store = read_entities([{"uid": {"type": "User", "id": "u"}, "attrs": attrs, "parents": []}], SCHEMA)
    raw = {name: {"type": "User", "id": each} for name, each in (("principal", "u"), ("resource", "x"))}
    return read_request({**raw, "action": {"type": "Action", "id": "see"}, "context": {"n": 1}}, store, SCHEMA)


def test_a_table_holds_what_the_rules_read_and_nothing_else() -> None:
    """Lists are sorted and distinct, an absent value is 0, false or empty beside its presence."""
    query = compiled('principal.words.contains("a") && principal has nick && principal.nick == "" && '
                     'principal.boss.n == 0 && principal.ip == ip("10.0.0.1")')  # fmt: skip

    sql_facts.load_facts(DATABASE, query, [asked()], SCHEMA)

    assert DATABASE.table("facts").fetchall() == [(0, True, True, ["a", "b"], False, "", False, 0, "::1/64")]
    assert [(each.name, each.storage) for each in query.columns] == [
        ("principal__exists", "BOOLEAN"),
        ("principal__words", "VARCHAR[]"),
        ("principal__nick__present", "BOOLEAN"),
        ("principal__nick", "VARCHAR"),
        ("principal__boss__exists", "BOOLEAN"),
        ("principal__boss__n", "BIGINT"),
        ("principal__ip", "VARCHAR"),
    ]


def test_names_that_differ_by_case_are_two_columns() -> None:
    """SQL's names do not; Cedar's do."""
    query = compiled("principal has nick && principal has Nick")

    assert [each.name for each in query.columns] == ["principal__nick__present", "principal__Nick__present__2"]


def test_a_name_is_safe_whatever_the_schema_calls_things() -> None:
    """Quotes, dots and NULs never reach the text as names; a known entity may be a root."""
    columns = Columns(SCHEMA)
    team = FactPath(Uid("Team", 'a"; DROP'), EntityRef("Team"))

    assert columns.name(Exists(team)) == "Team__a___DROP__exists"
    assert columns.name(Value(team.then('k"\0', Primitive("String"), tag=True))) == "Team__a___DROP__tag__k__"


def test_a_row_that_lacks_a_value_or_does_not_fit_is_nodecision() -> None:
    """A table may come from elsewhere: what is missing there must not be taken for false."""
    query = compiled("principal.on")
    sql_facts.load_facts(DATABASE, query, [asked(), None, asked(on=False), asked()], SCHEMA)
    DATABASE.execute("UPDATE facts SET principal__on = NULL WHERE row_id = 3")

    rulings = list(rule_table(DATABASE, query).rulings())

    assert [each and (each.decision, each.outcome.value) for each in rulings] == [
        ("allow", "allow"), ("nodecision", "hold"), ("deny", "hold"), ("nodecision", "hold"),
    ]  # fmt: skip
    assert rulings[1] == rulings[3]


def test_answers_come_in_the_order_of_the_row_numbers() -> None:
    """DuckDB promises no order; a table may be in any."""
    query = compiled("principal.on")
    requests = [asked(on=number % 3 == 0) for number in range(9)]
    sql_facts.load_facts(DATABASE, query, requests, SCHEMA)
    expected = list(rule_table(DATABASE, query).rulings())
    DATABASE.execute("CREATE OR REPLACE TEMP TABLE facts AS SELECT * FROM facts ORDER BY row_id DESC")

    assert list(rule_table(DATABASE, query).rulings()) == expected


def test_no_requests_are_no_rows() -> None:
    """An environment that nobody asks in."""
    ruled = rule_requests(DATABASE, compiled('principal.words.contains("a")'), [], SCHEMA)

    assert list(ruled.rulings()) == []


def test_more_rules_than_a_word_has_bits_are_told_apart() -> None:
    """The 63rd and 64th rule are in different words, and none is lost."""
    texts = [f"permit (principal, action, resource) when {{ context.n == {number % 2} }};" for number in range(130)]
    rules = lower_all(parse("\n".join(texts)), SCHEMA, SCHEMA.environments[0])
    query = to_sql(rules, SCHEMA, "duckdb")

    (ruling,) = rule_requests(DATABASE, query, [asked()], SCHEMA).rulings()

    assert query.words == 3
    assert ruling is not None
    assert set(ruling.reasons) == {f"policy{number}" for number in range(1, 130, 2)}


def test_rules_beyond_what_a_query_takes_go_to_cedar(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rulebook has fifty, and somebody will try ten thousand: DuckDB plans in the square of it."""
    monkeypatch.setattr(to_sql_module, "MOST_RULES", 2)
    scopes = (
        "principal, action, resource",
        'principal == User::"u", action, resource',
        'principal == User::"v", action, resource',
    )
    rules = lower_all(parse("\n".join(f"permit ({each});" for each in scopes)), SCHEMA, SCHEMA.environments[0])

    query = to_sql(rules, SCHEMA, "duckdb")
    monkeypatch.setattr(to_sql_module, "MOST_RULES", 1)
    fewer = to_sql(rules, SCHEMA, "duckdb")

    assert [each.rule for each in query.not_compilable] == ["policy2"]
    assert next(rule_requests(DATABASE, query, [asked()], SCHEMA).rulings()) is not None
    assert next(rule_requests(DATABASE, fewer, [asked()], SCHEMA).rulings()) is None


NOT_SAID = {
    "principal.rows.isEmpty()": ("IsEmpty", "a set of records or of sets"),
    "[{n: 1}].containsAny(principal.rows)": ("ContainsAny", "a set of records or of sets"),
    "principal.hasTag(principal.s)": ("HasTag", "a tag's key that is not written in the rule"),
    f"0 < context.n{' + context.n' * 31}": ("Arith", "more than 30 sums, differences or products in one another"),
}  # fmt: skip


@pytest.mark.parametrize("condition", NOT_SAID)
def test_what_sql_does_not_say_is_listed_with_its_node_and_why(condition: str) -> None:
    """An answer, never silence (`policy.md` §8)."""
    node, why = NOT_SAID[condition]

    query = compiled(condition)

    assert [(each.rule, each.node, each.why) for each in query.not_compilable] == [("policy0", node, why)]
    fitting, unfit = rule_requests(DATABASE, query, [asked(), None], SCHEMA).rulings()
    assert fitting is None
    assert unfit is not None
    assert unfit.decision == "nodecision"


def test_an_enum_type_with_more_members_than_bits_is_a_list() -> None:
    """63 bits are a word; a set of more kinds is held as any other."""
    members = ", ".join(f'"m{number}"' for number in range(64))
    schema = read_schema(f"""entity Mark enum [{members}]; entity User {{ marks: Set<Mark> }};
                             action see appliesTo {{ principal: User, resource: User }};""")  # fmt: skip

    query = compiled('principal.marks.contains(Mark::"m63")', schema=schema)

    assert [each.storage for each in query.columns] == ["BOOLEAN", "VARCHAR[]"]

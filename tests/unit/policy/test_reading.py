"""Errors show the place: file, line, column, and the line with a caret below."""

import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from evenhand.model.errors import RulebookInvalid
from evenhand.policy import Rulebook
from evenhand.policy.rulebook.reading import read_draft
from evenhand.policy.rulebook.source_locations import invalid
from tests.unit.policy.made_up import HOUSE, PERMIT, folder_with, forbid

SCHEMA = (HOUSE / "schema.cedarschema").read_text()


def refused(folder: Path) -> RulebookInvalid:
    """Return the error that loading the folder ends with."""
    with pytest.raises(RulebookInvalid) as raised:
        Rulebook.load(folder)
    return raised.value


def under_caret(error: RulebookInvalid) -> str:
    """Return what stands in the shown line from the caret on."""
    line, caret = error.excerpt.splitlines()
    assert caret.strip() == "^"
    return line[caret.index("^") :]


@pytest.mark.parametrize(
    ("rule", "says", "at"),
    [
        ("permit (principal, action, resource) when { 1 + };", "unexpected token `}`", "};"),
        ("permit (principal, action, resource) when { 1 ==", "unexpected end of input", "=="),
        ("permit (principal, action, resource)", "unexpected end of input", ")"),
        ("frobid (principal, action, resource);", "invalid policy effect: frobid", "frobid ("),
        ("permit (principal, action) when { true };", "missing the `resource` variable", "permit"),
        ('permit (principal, action, resource) when { "open };', "invalid token", '"open'),
        ("permit (principal, action, resource) when { principal.é };", "invalid token", "é };"),
        ("permit (principal, action, resource) when { near(1) };", "`near` is not a valid function", "near(1)"),
        ("permit (principal, action, resource) when { [1].near(1) };", "`near` is not a valid method", "near(1)"),
        ("permit (principal, action, resource)\nwhen { principal like \"%\\q\" };", "is not a valid escape", "\\q"),
        ("permit (principal, action, resource) when { 1 == 9223372036854775808 };", "integer", "9223372036854775808"),
        ('@a("1") @a("2") permit (principal, action, resource);', "duplicate annotation: @a", 'a("2")'),
        ("permit (principal == ?principal, action, resource);", "a template", "?principal"),
        ("permit (principal in [], action, resource);", "found set of entity uids", "permit"),
        (f"permit (principal, action, resource) when {{ {'!'.join(['true && '] * 101)} true }};", "nest", "permit"),
        (f"permit (principal, action, resource) when {{ {'(' * 101} }};", "nested too deeply; expected at most", "("),
        (f"permit (principal, action, resource) when {{ {'[' * 9_000} }};", "nested too deeply", "["),
        (f"permit (principal, action, resource) when {{ {'true && ' * 9_000} true }};", "too many operator", "&& true"),
    ],
)  # fmt: skip
def test_a_text_that_is_no_cedar_is_shown_where_it_ends_to_be(tmp_path: Path, rule: str, says: str, at: str) -> None:
    """The engine says what; where is found by asking it for less and less."""
    folder = folder_with(tmp_path, PERMIT, f"// the next is wrong\n{rule}\n")

    error = refused(folder)

    assert says in str(error)
    assert str(error).startswith(f"{folder}/rules.cedar:{error.line}:{error.column}: ")
    assert under_caret(error).startswith(at)
    assert error.line == 8 + rule[: rule.index(at)].count("\n")


@pytest.mark.parametrize(
    ("condition", "says", "at"),
    [
        ("principal.unknown == 1", "attribute `unknown` on entity type `Advertiser` not found", "unknown == 1"),
        ('principal.country == "unknown" && principal.unknown == 1', "attribute `unknown`", "unknown == 1"),
        ("1 == 1 && (context.political || 1 < \"a\") && true", "expected Long but saw String", '1 < "a"'),
        ("true && principal.verification + 1 == true && false", "", "principal.verification + 1"),
        ("context.vote.closes == context.at", "optional attribute `vote`", "vote.closes"),
        ("principal has media && context.vote.closes == context.at", "optional attribute `vote`", "vote.closes"),
        ('Nobody::"a" == principal', "unrecognized entity type `Nobody`", "Nobody::"),
        ('datetime("soon") == context.at', "failed to parse as a datetime", '"soon"'),
    ],
)  # fmt: skip
def test_a_rule_that_does_not_type_check_is_shown_where_it_begins_not_to(
    tmp_path: Path, condition: str, says: str, at: str
) -> None:
    """The first part of the condition with which the error is there."""
    scope = 'principal is Advertiser, action == Action::"buy", resource'
    folder = folder_with(tmp_path, PERMIT, forbid(condition, scope=scope, note="unknown"))

    error = refused(folder)

    assert "rule made-up breaks strict validation: " in str(error)
    assert says in str(error)
    assert "policy0" not in str(error)
    assert under_caret(error).startswith(at)


@pytest.mark.parametrize(
    ("name", "expected"), [("gambling", "one of news, opinion"), ("politcal", "`political`, or another one of news")]
)
def test_a_kind_that_the_schema_lacks_is_named_with_those_that_it_has(tmp_path: Path, name: str, expected: str) -> None:
    """Who writes rules cannot know the engine's word `eid`, nor that a kind is added in another file."""
    scope = 'principal, action == Action::"buy", resource'
    rule = forbid(f'resource.content.contains(ContentKind::"{name}")', scope=scope)

    error = refused(folder_with(tmp_path, PERMIT, rule))

    says = f"rule made-up names a ContentKind that the schema does not declare: `{name}`; expected {expected}"
    assert says in str(error)
    assert str(error).endswith("a new one goes into `entity ContentKind enum` of schema.cedarschema")
    assert under_caret(error).startswith('"' + name)


@pytest.mark.parametrize(
    ("scope", "says", "at"),
    [
        ('principal, action == Action::"sell", resource', "unrecognized action", 'Action::"sell"'),
        ('principal, action in [Action::"bye", Action::"serve"], resource', "unrecognized action", 'Action::"bye"'),
        ("principal is Nobody, action, resource", "unrecognized entity type `Nobody`", "Nobody"),
    ],
)
def test_a_scope_that_fits_no_request_is_shown(tmp_path: Path, scope: str, says: str, at: str) -> None:
    """A rule for nothing is a slip of the pen; what is wrong in it since nothing is in scope is no help."""
    rule = forbid('resource.content.contains(ContentKind::"travel")', scope=scope)

    error = refused(folder_with(tmp_path, PERMIT, rule))

    assert says in str(error)
    assert under_caret(error).startswith(at)


def test_a_schema_that_drops_an_attribute_is_refused_at_the_rule_that_reads_it(tmp_path: Path) -> None:
    """The rule says what is missing, in its own line."""
    folder = folder_with(
        tmp_path, PERMIT, forbid('principal.country == ""', scope="principal is Advertiser, action, resource")
    )
    text = SCHEMA.replace(
        'entity Advertiser in [Designation] {\n  @protected("nationality")\n  country: String,',
        "entity Advertiser in [Designation] {",
    )
    (folder / "schema.cedarschema").write_text(text)

    error = refused(folder)

    assert text != SCHEMA
    assert "attribute `country` on entity type `Advertiser` not found" in str(error)
    assert under_caret(error).startswith('country == ""')


@pytest.mark.parametrize(
    ("schema", "says", "at"),
    [
        ("entity A {\n  x Long };", "unexpected token `Long`", "Long };"),
        ("entity A {\n  x: Long", "unexpected end of input", "Long"),
        ("entity A {};\nentity B { x: Missing };", "failed to resolve type: Missing", "Missing };"),
        ("entity A;\nentity A;", "declared twice", "A;"),
        ("entity A;\naction go in [stay];", "undeclared action", "stay];"),
        ("\xa7", "", "\xa7"),
        (f"entity A {{ x: {'Set<' * 9_000} }};", "nested too deeply", "<"),
    ],
)  # fmt: skip
def test_a_schema_that_does_not_hold_is_shown(tmp_path: Path, schema: str, says: str, at: str) -> None:
    """The file and the place in it."""
    folder = folder_with(tmp_path, PERMIT)
    (folder / "schema.cedarschema").write_text(schema)

    error = refused(folder)

    assert error.where.endswith("schema.cedarschema")
    assert says in str(error)
    assert under_caret(error).startswith(at)


def entity(name: str, *parents: str, kind: str = "Designation", **attributes: Any) -> dict[str, Any]:
    attributes = {"publisher": "XX", "house": False} | attributes
    return {"uid": {"type": kind, "id": name}, "attrs": attributes, "parents": [
        {"type": "Designation", "id": parent} for parent in parents
    ]}  # fmt: skip


@pytest.mark.parametrize(
    ("entities", "says", "line"),
    [
        ([entity("a"), entity("b", "c"), entity("c", "d"), entity("d", "b")], "`b in c in d in b`", 2),
        ([entity("a"), entity("b", "b")], "form a cycle `b in b`", 2),
        ([entity("a"), entity("a")], "duplicate designation `a`", 2),
        ([entity("a"), entity("b"), entity("c", "x")], "unknown parent of c `x`", 3),
        ([entity("a"), entity("p", kind="Payer")], "not a designation", 2),
        ([entity("a"), entity("b", house="yes")], "expected Designation entities", 2),
        ([entity("a"), entity("b", other=1)], "expected Designation entities", 2),
        ([entity("a"), {"uid": {"type": "Designation"}, "attrs": {}}], "id", 2),
        ([entity("a"), entity("b", house=2**63)], "expected Designation entities", 2),
    ],
)  # fmt: skip
def test_designations_that_do_not_hold_are_shown(
    tmp_path: Path, entities: list[dict[str, Any]], says: str, line: int
) -> None:
    """Each stands on a line of its own here."""
    text = "[" + ",\n".join(json.dumps(each) for each in entities) + "]"

    error = refused(folder_with(tmp_path, PERMIT, designations_json=text))

    assert says in str(error)
    assert (Path(error.where).name, error.line) == ("designations.json", line)
    assert under_caret(error).startswith('{"uid"')


def test_json_that_is_none_is_shown_at_its_character(tmp_path: Path) -> None:
    """The engine counts bytes, people count characters."""
    error = refused(folder_with(tmp_path, PERMIT, designations_json='[\n{"uid": {"type": "ü", "id": x}}]'))

    assert (error.line, error.column) == (2, 29)
    assert under_caret(error) == "x}}]"

    deep = refused(folder_with(tmp_path, PERMIT, designations_json='[{"uid":' + "[" * 100_000))
    assert Path(deep.where).name == "designations.json"


def test_an_unknown_designation_is_shown_in_the_rule(tmp_path: Path) -> None:
    """Not only whose rule it is."""
    rule = forbid('principal in Designation::"asset-freez"')
    folder = folder_with(tmp_path, PERMIT, rule, designations_json=json.dumps([entity("asset-freeze")]))

    error = refused(folder)

    assert under_caret(error).startswith("asset-freez")


@pytest.mark.parametrize("group", ['Campaign::"stopped"', '[Campaign::"stopped", Campaign::"paused"]'])
def test_a_member_of_another_type_is_no_designation(tmp_path: Path, group: str) -> None:
    """`designations.json` lists designations; a campaign is known when somebody asks."""
    rule = forbid("resource is Creative && resource in " + group)
    folder = folder_with(tmp_path, PERMIT, rule, designations_json=(HOUSE / "designations.json").read_text())

    (reads,) = (each for each in read_draft(folder).reads if each.members)

    assert {kind for kind, _ in reads.groups} == {"Campaign"}
    assert Rulebook.load(folder, historic=True).lint == ("names-party",)


def test_strings_with_quotes_percent_signs_and_nuls_are_strings(tmp_path: Path) -> None:
    """None of them ends a rule early, neither the engine's nor ours."""
    texts = [r"\"", "%", r"\0", "\0", "a;b", "// no", "{(", "'", "🦊", r"\u{1F98A}"]
    rules = [forbid(f'principal.country == "{text}"', f"made-{place}", "principal is Advertiser, action, resource")
             for place, text in enumerate(texts)]  # fmt: skip
    folder = folder_with(tmp_path, *rules, forbid("principal.unknown", "wrong"))

    error = refused(folder)

    assert "rule wrong breaks" in str(error)
    assert under_caret(error).startswith("unknown")
    (folder / "rules.cedar").write_text("\n".join(rules))
    assert len(read_draft(folder).policies) == len(texts)


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.long)])
def test_the_wrong_one_of_many_policies_is_shown(tmp_path: Path, count: int) -> None:
    """The place is found by asking the engine for each policy, and then for less and less of one."""
    rules = [forbid("principal.designated_share_bp > 1", f"made-{place}") for place in range(count)]
    wrong = count * 9 // 10
    rules[wrong] = forbid("principal.designated_share_bp > ", f"made-{wrong}")

    error = refused(folder_with(tmp_path, *rules))

    assert under_caret(error).startswith("};")
    assert error.line == wrong * 10 + 9


def test_a_caret_stands_under_its_place_in_wide_and_long_lines() -> None:
    """Characters of two cells, of none, tabs, and a line longer than a screen."""
    wide = invalid("x", "f", "\t値e\u0301!", 4)
    long = invalid("x", "f", "a" * 300 + "!" + "b" * 300, 300)

    assert wide.excerpt == " 値e\u0301!\n" + " " * 4 + "^"
    assert under_caret(long).startswith("!")
    assert max(map(len, long.excerpt.splitlines())) == 100


STRANGE = [
    '"', "\\", "\0", "é", "(", ")", "}", "[", "@id", ";", "?principal", "//", "if", "has",
    '"\\u{110000}"', "9" * 30, "\r", "\n",
]  # fmt: skip


@pytest.mark.parametrize("name", ["house.cedar", "schema.cedarschema", "designations.json"])
def test_any_slip_of_the_pen_is_refused_in_one_line_with_its_place(tmp_path: Path, name: str) -> None:
    """40 texts of each file with something left out, put in or said twice; some of them still hold."""
    folder, chance = Path(shutil.copytree(HOUSE, tmp_path / "book")), random.Random(name)
    whole = "".join((HOUSE / name).read_text().partition("// --- house")[0])
    refused_as: list[RulebookInvalid] = []

    for _ in range(40):
        place, length = chance.randrange(len(whole)), chance.choice([1, 5, 40])
        put_in = chance.choice([*STRANGE, "", whole[length : 3 * length]])
        (folder / name).write_text(whole[:place] + put_in + whole[place + length * (not put_in) :], newline="")
        try:
            Rulebook.load(folder)
        except RulebookInvalid as error:
            refused_as.append(error)

    assert len(refused_as) > 20
    assert [str(error) for error in refused_as if not error.line or "\n" in str(error)] == []

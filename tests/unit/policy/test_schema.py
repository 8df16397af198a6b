"""The reader of Cedar's schema syntax."""

import json

import cedarpy
import pytest

from evenhand.model.errors import RulebookInvalid
from evenhand.policy.schema import EntityRef, Primitive, RecordType, SetOf, read_schema
from tests.conformance.cases import read_cases
from tests.conformance.json_schemas import read_json_schema
from tests.data import DATA, needs_data
from tests.unit.policy.made_up import HOUSE

TEXT = r"""
// every construct once
@doc("outer") namespace App {
  type Address = { street: String, zip?: Long };
  @role entity Group in [Group, Club];
  entity Club;
  entity User, Guest in [Group] = { home: Address, @protected("x") age: __cedar::Long,
    friends: Set<User> } tags Set<String>;
  entity Level enum ["low", "h\u{69}gh\n"];
  action "see", watch in [read, App::Action::"all"] appliesTo { principal: [User, Guest], resource: Group,
    context: Address };
  action read in all; action all;
}
"""


def test_every_construct_is_read() -> None:
    """Namespaces, common types, enums, tags, groups, annotations."""
    schema = read_schema(TEXT)

    user = schema.entities["App::User"]
    home = user.attributes.attributes["home"].type
    assert isinstance(home, RecordType)
    assert home.attributes["zip"].optional
    assert user.attributes.attributes["age"].type == Primitive("Long")
    assert user.attributes.attributes["age"].annotations == {"protected": "x"}
    assert user.attributes.attributes["friends"].type == SetOf(EntityRef("App::User"))
    assert user.tags == SetOf(Primitive("String"))
    assert user.ancestors == {"App::Group", "App::Club"}
    assert schema.entities["App::Level"].members == ("low", "high\n")
    assert [(each.principal, each.action[1]) for each in schema.environments] == [
        ("App::User", "see"), ("App::Guest", "see"), ("App::User", "watch"), ("App::Guest", "watch")
    ]  # fmt: skip
    assert schema.groups["App::Action", "see"] == {("App::Action", name) for name in ("see", "read", "all")}


@pytest.mark.parametrize("text", [TEXT, (HOUSE / "schema.cedarschema").read_text()], ids=["constructs", "house"])
def test_a_schema_reads_the_same_as_cedar_prints_it(text: str) -> None:
    """Cedar's own rendering sorts and qualifies; the types are the same."""
    ours, theirs = read_schema(text), read_schema(str(cedarpy.Schema.from_str(text)))

    assert (ours.entities, ours.groups) == (theirs.entities, theirs.groups)
    assert len(ours.environments) == len(theirs.environments)


def test_the_json_form_says_the_same() -> None:
    """Cedar prints it in the other syntax; annotations stay."""
    said = {"entityTypes": {"User": {"memberOfTypes": ["User"], "shape": {"type": "Record", "attributes": {
        "age": {"type": "Long", "required": False, "annotations": {"protected": "x"}}}}}}, "actions": {"see": {
            "appliesTo": {"principalTypes": ["User"], "resourceTypes": ["User"]}}}}  # fmt: skip

    schema = read_json_schema(json.dumps({"": said}))

    assert schema == read_schema("""
        entity User in [User] { @protected("x") age?: Long };
        action see appliesTo { principal: User, resource: User };
    """)
    with pytest.raises(RulebookInvalid, match=r"^schema.json: "):
        read_json_schema("{}}")


def test_a_type_of_records_can_be_a_key() -> None:
    """Nodes are found again by their types; annotations do not make a type another one."""
    one, other = (read_schema(f"entity U {{ {note} r: {{ a: Long, b?: Long }} }};") for note in ("", '@x("y")'))
    kind = one.entities["U"].attributes.attributes["r"].type

    assert {kind: 1}[other.entities["U"].attributes.attributes["r"].type] == 1
    assert hash(one.entities["U"].attributes) == hash(other.entities["U"].attributes)


@pytest.mark.parametrize(
    ("text", "message"),
    [("entity A { x: Foo };", "unknown type `Foo`"), ("entity A\n{ x }", "s:2: unexpected token in the schema `}`"),
     ("entity", "unexpected token"), ("what A;", "expected entity, action, type"),
     ("entity A { ! : Long };", "unexpected character")],
)  # fmt: skip
def test_a_token_out_of_place_is_named(text: str, message: str) -> None:
    """Cedar says less: it gives no line."""
    with pytest.raises(RulebookInvalid, match=message.replace("}", r"\}")):
        read_schema(text, "s")


@needs_data
@pytest.mark.parametrize("name", ["handwritten", "use-cases"])
def test_the_schemas_of_cedars_own_cases_are_read(name: str) -> None:
    """Written by others, so nothing of our habits is in them."""
    for case in read_cases([DATA / "policy" / f"{name}.jsonl.gz"]):
        printed = read_schema(str(cedarpy.Schema.from_str(case["schema"])))
        assert read_schema(case["schema"]).entities == printed.entities, case["id"]

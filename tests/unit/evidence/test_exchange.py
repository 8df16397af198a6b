"""Claims in the forms of others: W3C Web Annotation, STIX 2.1, schema.org; what was said, never what is true."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from evenhand.evidence import to_web_annotations
from evenhand.evidence.schema_org import to_schema_org
from evenhand.evidence.stix_notes import to_stix
from evenhand.model.claims import Claim, Document, PublishedAt, Speaker
from evenhand.model.evidence import ClaimShown, DocumentShown

TEXT = "Ostan said: “The 🛳 station hides who pays”. The station denied it."
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)

# What the Web Annotation Data Model (W3C Recommendation, 23 February 2017) says of the terms that we use; the terms
# are those of its JSON-LD context, http://www.w3.org/ns/anno.jsonld.
ANNOTATION: dict[str, Any] = {
    "type": "object",
    "required": ["@context", "id", "type", "target"],
    "additionalProperties": False,
    "properties": {
        "@context": {"const": "http://www.w3.org/ns/anno.jsonld"},
        "id": {"type": "string", "format": "uri", "pattern": "^urn:evenhand:claim:"},
        "type": {"const": "Annotation"},
        "motivation": {"enum": [
            "assessing", "bookmarking", "classifying", "commenting", "describing", "editing", "highlighting",
            "identifying", "linking", "moderating", "questioning", "replying", "tagging",
        ]},
        "creator": {"type": "object", "required": ["type"], "properties": {
            "type": {"enum": ["Person", "Organization", "Software"]}, "nickname": {"type": "string"}}},
        "created": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
        "generator": {"type": "object", "properties": {"type": {"const": "Software"}, "name": {"type": "string"}}},
        "body": {"type": "array", "items": {"anyOf": [
            {"type": "object", "required": ["type", "value"], "additionalProperties": False, "properties": {
                "type": {"const": "TextualBody"}, "value": {"type": "string"}, "purpose": {"type": "string"},
                "format": {"const": "text/plain"}}},
            {"type": "object", "required": ["type", "source"], "additionalProperties": False, "properties": {
                "type": {"const": "SpecificResource"}, "source": {"type": "string"}, "purpose": {"const": "linking"}}},
        ]}},
        "target": {"type": "array", "minItems": 1, "items": {
            "type": "object", "required": ["source", "selector"], "additionalProperties": False, "properties": {
                "type": {"const": "SpecificResource"}, "source": {"type": "string", "minLength": 1},
                "selector": {"type": "array", "items": {"oneOf": [
                    {"type": "object", "required": ["type", "start", "end"], "additionalProperties": False,
                     "properties": {"type": {"const": "TextPositionSelector"},
                                    "start": {"type": "integer", "minimum": 0},
                                    "end": {"type": "integer", "minimum": 0}}},
                    {"type": "object", "required": ["type", "exact"], "additionalProperties": False,
                     "properties": {"type": {"const": "TextQuoteSelector"}, "exact": {"type": "string"},
                                    "prefix": {"type": "string"}, "suffix": {"type": "string"}}},
                ]}}}}},
    },
}  # fmt: skip


def claim(name: str, words: str, state: str = "confirmed", **fields: Any) -> ClaimShown:
    """Return a made-up claim."""
    start = TEXT.index(words)
    span = (start, start + len(words))
    made = Claim(id=name, section="body", form=fields.pop("form", "direct"), content=(span,), **fields)
    at = None if state == "proposed" else AT
    return ClaimShown(id=f"q-{name}", document="ab" * 32, state=state, claim=made, words=(words,),  # type: ignore[arg-type]
                      by="" if at is None else "ana", at=at, denies=("q-1",) if name == "2" else ())  # fmt: skip


SAID = claim("1", "The 🛳 station hides who pays", speaker=Speaker(kind="named_person", name="Ostan"), stance="accuses")
DENIED = claim("2", "denied it", "proposed", form="indirect", stance="denies",
               speaker=Speaker(kind="named_organisation", name="The station"))  # fmt: skip
REJECTED = claim("3", "Ostan said", "rejected", speaker=Speaker(kind="anonymous", name="somebody"))


def shown(uri: str = "https://quay-wire.example/1") -> DocumentShown:
    """Return a made-up document with three claims."""
    document = Document(id="ab" * 32, uri=uri, media_type="text/plain", characters=len(TEXT), extractor="made up 1",
                        published=PublishedAt(date="2026-02-24"), agency="Quay Wire")  # fmt: skip
    return DocumentShown(document=document, added_by="ana", added_at=AT, official=False, text=TEXT,
                         claims=(SAID, DENIED, REJECTED))  # fmt: skip


def test_annotations_are_of_the_form_that_the_standard_says() -> None:
    """Each term is one of the standard's, each value of its kind."""
    page = to_web_annotations([shown()])

    assert (page["type"], len(page["items"]), page["startIndex"]) == ("AnnotationPage", 3, 0)
    assert page["partOf"] == {"id": "urn:evenhand:claims", "type": "AnnotationCollection", "total": 3}
    assert page["id"] != page["partOf"]["id"]
    for each in page["items"]:
        jsonschema.validate(each, ANNOTATION)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(page["items"][0] | {"truth": 0.9}, ANNOTATION)


def test_both_selectors_of_an_annotation_find_the_same_words() -> None:
    """Positions count code points, so that a sign outside of the basic plane is one."""
    for each in to_web_annotations([shown()])["items"]:
        for target in each["target"]:
            position, quote = target["selector"]
            assert TEXT[position["start"] : position["end"]] == quote["exact"]
            assert f"{quote['prefix']}{quote['exact']}{quote['suffix']}" in TEXT


def test_nobody_is_named_as_the_creator_of_a_proposal() -> None:
    """A program proposed it."""
    said, denied, _ = to_web_annotations([shown()])["items"]

    assert said["creator"] == {"type": "Person", "nickname": "ana"}
    assert "creator" not in denied
    assert denied["body"][-1] == {
        "type": "SpecificResource", "purpose": "linking", "source": "urn:evenhand:claim:q-1",
    }  # fmt: skip


@pytest.mark.parametrize("uri", ["article.txt", "not an address", "https://a.example/b c"])
def test_a_document_without_an_address_is_named_by_its_hash(uri: str) -> None:
    """A source must be an IRI."""
    (first, *_) = to_web_annotations([shown(uri)])["items"]

    assert first["target"][0]["source"] == f"urn:sha256:{'ab' * 32}"


def test_schema_org_has_quotations_and_claims_and_no_rating() -> None:
    """Nothing is said of what is true."""
    graph = to_schema_org([shown()])["@graph"]

    assert [each["@type"] for each in graph] == ["NewsArticle", "Quotation", "Claim"]
    assert graph[1]["spokenByCharacter"] == {"@type": "Person", "name": "Ostan"}
    assert not re.search("(?i)rating|review", json.dumps(graph))


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Peru", "Country"), ("The transport regulator", "GovernmentOrganization"), ("Lima", "GovernmentOrganization")],
)
def test_a_regulator_is_a_body_of_a_state_and_no_country(name: str, kind: str) -> None:
    """A country is what is called by its name."""
    said = claim("1", "The 🛳 station hides who pays", speaker=Speaker(kind="state", name=name))
    (_, quotation) = to_schema_org([replace(shown(), claims=(said,))])["@graph"]

    assert quotation["spokenByCharacter"] == {"@type": kind, "name": name}


def test_a_stix_bundle_names_everything_that_it_refers_to() -> None:
    """The same claims have the same ids; a rejected one is left out."""
    bundle = to_stix([shown()], "Made-up")

    objects = {each["id"]: each for each in bundle["objects"]}
    refs = [ref for each in objects.values() for ref in (*each.get("object_refs", ()), each.get("created_by_ref"))]
    assert set(filter(None, refs)) <= objects.keys()
    assert [each["type"] for each in objects.values()].count("note") == 2
    assert all(re.fullmatch(rf"{each['type']}--[0-9a-f-]{{36}}", name) for name, each in objects.items())
    assert bundle == to_stix([shown()], "Made-up")

"""How versions differ: real changes, and nothing that is none."""

from collections import Counter

from evenhand.lists import diff, read_list
from evenhand.model.listing import FieldChange, ListChange, ListedEntity
from tests.data import DATA, needs_data

LISTS = DATA / "screening" / "lists"


def entity(id_: str, caption: str = "Made-Up", schema: str = "Company", **properties: tuple[str, ...]) -> ListedEntity:
    return ListedEntity(id=id_, schema=schema, caption=caption, properties=properties)


def test_added_removed_and_amended_entries_come_by_id() -> None:
    """The order is that of ids, whatever the order of the files."""
    old = [entity("c", country=("is",)), entity("a"), entity("d")]
    new = [entity("d"), entity("c", country=("nz", "is")), entity("b")]

    assert list(diff(old, new)) == [
        ListChange(op="removed", id="a"),
        ListChange(op="added", id="b"),
        ListChange(op="amended", id="c", fields=(FieldChange(field="country", before=("is",), after=("is", "nz")),)),
    ]


def test_order_blanks_and_repetition_are_no_change() -> None:
    """Values are compared as sets after trimming and collapsing blanks."""
    old = entity("a", alias=("Made-Up  Co", "MUC"), notes=("", " "))
    new = entity("a", alias=("MUC", " Made-Up Co", "MUC"))

    assert list(diff([old], [new])) == []


def test_schema_and_caption_are_fields_too() -> None:
    """A person who becomes an organisation is an amendment."""
    (change,) = diff([entity("a")], [entity("a", "Made Up", "Person")])

    assert [field.field for field in change.fields] == ["caption", "schema"]


@needs_data
def test_the_sdn_list_of_2019_and_2021_differ_by_known_counts() -> None:
    """`lists.md` §2: 1,858 added, 261 removed; 840 of the 842 amended rows differ in what we read of them.

    The two others (21664, 21666) gained a street address each, which no property holds.
    """
    old = read_list(LISTS / "ofac_sdn_20190115", "ofac-sdn")
    new = read_list(LISTS / "ofac_sdn_20210707", "ofac-sdn")

    counts = Counter(change.op for change in diff(old.entities, new.entities))

    assert counts == {"added": 1858, "removed": 261, "amended": 840}

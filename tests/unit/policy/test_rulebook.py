"""Loading: a folder that does not hold is refused whole, and the rules in force follow the day."""

import shutil
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from evenhand.model.errors import NotFound, RulebookInvalid
from evenhand.model.record import files_sha256
from evenhand.policy import Rulebook
from evenhand.policy.rulebook.reading import RELEASED_FILES
from evenhand.policy.typed.lowering import lower_all
from evenhand.store.shipped_rulebooks import shipped_rulebook
from tests.unit.policy.made_up import HOUSE, PERMIT, TWO_NAMES, folder_with, forbid

DAY = date(2026, 11, 2)
PAYER = (
    """[{"uid": {"type": "Payer", "id": "p"}, "attrs": {"country": "", "verification": 0, "designated_share_bp": 0}}]"""
)
ORPHAN = """[{"uid": {"type": "Designation", "id": "a"}, "attrs": {"publisher": "x", "house": true},
              "parents": [{"type": "Designation", "id": "b"}]}]"""


def test_a_rulebook_is_named_by_its_files() -> None:
    """Schema and policies name the rules, the rest names the mapping."""
    rules = {name: (HOUSE / name).read_bytes() for name in ("schema.cedarschema", "house.cedar")}
    mapping = {
        n: (HOUSE / n).read_bytes() for n in ("designations.json", "designations.csv", "laws.csv", "territories.csv")
    }

    book = Rulebook.load(HOUSE, historic=True)

    assert (book.name, book.historic, book.engine[:8]) == ("house", True, "cedarpy ")
    assert (book.sha256, book.mapping_sha256) == (files_sha256(rules), files_sha256(mapping))
    assert set(book.files) == set(rules)


def test_the_same_files_are_read_once_and_another_byte_of_any_is_read_anew(tmp_path: Path) -> None:
    """Also with rules in force made of them; what a folder said before a change is never what it says after."""
    first, second = (shutil.copytree(HOUSE, tmp_path / place / "house") for place in ("first", "second"))
    book = Rulebook.load(first, historic=True)

    assert Rulebook.load(second, historic=True) is book
    assert Rulebook.load(second, historic=True).active(DAY) is book.active(DAY)
    with pytest.raises(RulebookInvalid):
        Rulebook.load(folder_with(tmp_path / "third", forbid("true", rule_id="Bad Id")))
    for name in ("schema.cedarschema", "house.cedar", *RELEASED_FILES):
        path = second / name
        before = path.read_bytes() if path.exists() else b""
        after = before[: before.rstrip().rindex(b"\n") + 1] if name.endswith(".csv") else before + b"\n"
        path.write_bytes(after)
        changed = Rulebook.load(second, historic=True)
        names = {**changed.files, **changed.source.mapping_files}
        assert names[name] == sha256(after).hexdigest(), name
        path.write_bytes(before) if before else path.unlink()
    assert Rulebook.load(second, historic=True) is book
    assert Rulebook.load(second.rename(tmp_path / "other"), historic=True).name == "other"


def test_rules_in_force_are_typed_once_for_each_environment() -> None:
    """A service that runs every few minutes types forty rules once; other days of the same rules share it."""
    book = Rulebook.load(HOUSE)
    active = book.active(DAY)

    typed = [active.typed(each) for each in active.schema.environments]

    again = book.active(date(2026, 11, 3))
    assert all(again.typed(each) is found for each, found in zip(active.schema.environments, typed, strict=True))
    for each, found in zip(active.schema.environments, typed, strict=True):
        assert repr(found) == repr(lower_all(active.policies, active.schema, each))


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (forbid("principal.unknown == 1"), "strict validation"),
        (forbid("true", verdict="deny"), "invalid annotation @verdict of rule made-up `deny`; expected refuse"),
        (forbid("true", ground="whim"), "invalid annotation @ground"),
        (forbid("true", notice_days="soon"), "invalid annotation @notice_days"),
        (forbid("true", effective_from="2026-1-1"), "invalid annotation @effective_from"),
        (forbid("true", effective_until="2017-01-01"), "effective_until"),
        (forbid("true", effective_until="never"), "effective_until"),
        (forbid("true", rule_id="Bad Id"), "invalid annotation @id"),
        (PERMIT.replace('@id("open")', ""), "missing annotation @id of policy 1"),
        (PERMIT + PERMIT, "duplicate rule id `open`"),
        (PERMIT.replace("principal,", "principal == ?principal,"), "template"),
        ("permit (principal", "expected policies in Cedar"),
    ],
)
def test_a_rule_out_of_form_is_refused(tmp_path: Path, rule: str, message: str) -> None:
    """Outcomes rest on these annotations, so a slip is found before anybody is ruled by it."""
    with pytest.raises(RulebookInvalid, match=r"rules\.cedar") as raised:
        Rulebook.load(folder_with(tmp_path, rule))

    assert message in str(raised.value)


def test_an_error_names_the_line_of_the_rule(tmp_path: Path) -> None:
    """The reader goes there at once."""
    with pytest.raises(RulebookInvalid) as raised:
        Rulebook.load(folder_with(tmp_path, PERMIT, forbid("true", verdict="deny")))

    assert (raised.value.line, raised.value.column) == (9, 1)
    assert raised.value.excerpt == '@verdict("deny")\n^'


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"schema_cedarschema": "entity"}, "schema"),
        ({"designations_json": "{}"}, "designations.json"),
        ({"designations_json": PAYER}, "not a designation"),
        ({"designations_json": ORPHAN}, "unknown parent of a"),
        ({"designations_csv": "list\n"}, "unexpected heading"),
        ({"designations_csv": "list,program,designation,ownership\na-b,*,,yes\n"}, "invalid ownership"),
        ({"designations_csv": "list,program,designation,ownership\na-b,*,nowhere,no\n"}, "unknown designation"),
        ({"designations_csv": "list,program,designation,ownership\na-b,*,,no\na-b,*,,no\n"}, "duplicate"),
        ({"designations_csv": "list,program,designation,ownership\n,*,,no\n"}, "bad row"),
        ({"territories_csv": "territory,union,from,until\nDE,EU,1958,\n"}, "invalid date"),
        ({"territories_csv": "territory,union,from,until\nDE,EU,2020-01-02,2020-01-01\n"}, "ends before"),
    ],
)  # fmt: skip
def test_a_mapping_that_does_not_hold_is_refused(tmp_path: Path, files: dict[str, str], message: str) -> None:
    """A list mapped to nothing would screen in vain."""
    with pytest.raises(RulebookInvalid, match=message):
        Rulebook.load(folder_with(tmp_path, PERMIT, **files))


def test_a_rule_that_asks_for_an_unknown_designation_is_refused(tmp_path: Path) -> None:
    """Nobody can be under it: a slip of the pen would let everyone pass."""
    known = '[{"uid":{"type":"Designation","id":"asset-freeze"},"attrs":{"publisher":"x","house":false}}]'
    rule = forbid('principal in Designation::"asset-freez"')

    with pytest.raises(RulebookInvalid, match="unknown designation `asset-freez`"):
        Rulebook.load(folder_with(tmp_path, PERMIT, rule, designations_json=known))


def test_a_folder_without_rules_or_with_strange_bytes_is_refused(tmp_path: Path) -> None:
    """Both say what is wrong and where."""
    with pytest.raises(RulebookInvalid, match="not a rulebook"):
        Rulebook.load(tmp_path)

    folder = folder_with(tmp_path, PERMIT)
    (folder / "rules.cedar").write_bytes(b"\n\xff")
    with pytest.raises(RulebookInvalid, match=r"rules\.cedar:2: not UTF-8"):
        Rulebook.load(folder)


def test_the_rules_in_force_follow_the_day() -> None:
    """Equal sets of rules are one object, with one hash."""
    book = Rulebook.load(HOUSE)

    before, first, later = (book.active(date(2019, 8, day)) for day in (18, 19, 20))

    assert "state-controlled-news-media" not in before.rules
    assert "state-controlled-news-media" in first.rules
    assert later is first
    assert before.sha256 != first.sha256


def test_on_26_october_2017_the_two_were_named() -> None:
    """The rule names parties; it says so itself."""
    book = Rulebook.load(TWO_NAMES, historic=True)

    assert "off-board-two" in book.active(date(2017, 10, 26)).rules
    assert "off-board-two" not in book.active(date(2017, 10, 25)).rules
    assert "Advertiser.@id" in book.rules["off-board-two"].reads


def test_great_britain_left_on_1_february_2020() -> None:
    """Membership has dates; a place is in a union on a day."""
    territories = Rulebook.load(HOUSE).territories

    assert territories.unions_of("GB", date(2020, 1, 31)) == ("EEA", "EU")
    assert territories.unions_of("GB", date(2020, 2, 1)) == ()
    assert territories.unions_of("NO", date(2020, 1, 1)) == ("EEA",)
    assert len(territories.members("EU", date(2026, 1, 1))) == 27
    assert len(territories.members("EEA", date(2026, 1, 1))) == 30
    assert {"EU", "EEA", "GB", "DE"} <= set(territories.everywhere(date(2026, 1, 1)))


def test_a_shipped_rulebook_is_found_in_a_wheel_first(tmp_path: Path) -> None:
    """In a wheel it lies in the package, in a checkout at the root."""
    (tmp_path / "house").mkdir()

    assert shipped_rulebook("house", (tmp_path, HOUSE.parent)) == tmp_path / "house"
    assert shipped_rulebook("house") == HOUSE
    with pytest.raises(NotFound, match="house, staff, two-names-2017"):
        shipped_rulebook("nowhere")

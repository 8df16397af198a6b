"""Names in the mapping of a rulebook that nobody knows: which are errors, which are asked back."""

import shutil
from pathlib import Path

import pytest

from evenhand.policy.rulebook import mapping_findings, read_draft
from tests.unit.policy.made_up import HOUSE


def changed(folder: Path, name: str, before: str, after: str) -> Path:
    """Return a copy of the house's rulebook in which a file says something else once."""
    shutil.copytree(HOUSE, folder)
    text = (folder / name).read_text("utf-8")
    assert before in text
    (folder / name).write_text(text.replace(before, after, 1), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "before", "after", "kind", "message"),
    [
        ("territories.csv", "DE,EEA", "DEU,EEA", "error unknown-place",
         "row DEU,EEA: `DEU` (did you mean DE?) is no place"),
        ("territories.csv", "FR,EU", "fr,EU", "error unknown-place",
         "row fr,EU: `fr` (did you mean FR?) is no place"),
        ("territories.csv", "GB,EU", "UK,EU", "error unknown-place",
         "row UK,EU: `UK` (did you mean GB?) is no place"),
        ("territories.csv", "DE,EEA", "XQ,EEA", "warning invented-member", "row XQ,EEA: no country has the code XQ"),
        ("territories.csv", "DE,EEA", "DE,EAA", "warning doubtful-union",
         "row DE,EAA: `EAA` is a union of its own; did you mean EEA?"),
        ("laws.csv", "eu-fsf,AFG,EU", "eu-fsf,AFG,EUU", "error unknown-place",
         "row eu-fsf,AFG,EUU: `EUU` (did you mean EU?) is no place"),
        ("laws.csv", "eu-fsf,AFG", "eufsf,AFG", "warning unknown-list",
         "designations.csv has no list `eufsf`, so its laws are nobody's; did you mean eu-fsf?"),
        ("designations.csv", "eu-fsf,*", "eu-fsff,*", "warning unknown-list",
         "laws.csv has no list `eu-fsff`; did you mean eu-fsf?"),
        ("designations.csv", "un-sc,*", "un-scc,*", "warning unknown-list",
         "laws.csv has no list `un-scc`; did you mean un-sc?"),
    ],
)  # fmt: skip
def test_a_mistyped_name_is_found_with_the_nearest_known(
    tmp_path: Path, name: str, before: str, after: str, kind: str, message: str
) -> None:
    """Its law would bind nobody, its union lack a member, its list have no entry."""
    folder = changed(tmp_path / "rulebook", name, before, after)

    found = [each for each in mapping_findings(folder, read_draft(folder)) if message in each.message]

    assert [f"{each.severity} {each.code}" for each in found] == [kind]
    assert found[0].message.startswith(f"{folder / name}: ")


def test_the_house_has_no_such_name() -> None:
    """Lists of invented networks, as `sample-eu` and `sample-un`, are written alike and are none."""
    assert mapping_findings(HOUSE, read_draft(HOUSE)) == ()


def test_a_union_of_its_own_is_no_mistake(tmp_path: Path) -> None:
    """Only what is almost the name of a known one is asked back."""
    folder = changed(
        tmp_path / "rulebook", "territories.csv", "BE,EEA", "BE,BNL,1958-02-03,\nQM,BNL,2020-01-01,\nBE,EEA"
    )

    assert mapping_findings(folder, read_draft(folder)) == ()

"""A name whose letters were lost on the way is not looked for as it is; one that only looks strange is."""

from pathlib import Path

import pytest

from evenhand.intake import Tables, read_tables
from evenhand.intake.values.damaged_text import DAMAGED, damage_of
from evenhand.model.network import Absent, IntakeSection
from tests.each_case import each_case
from tests.suffixes import SUFFIXES

NAMES = ("Сергей Волков-Тарасов", "Łukasz Wiśniewski", "Şükrü Çağlar Özdemir İnşaat", "Nguyễn Thị Hồng Ngọc", "Cité")


def read_as(name: str, encoding: str, unknown: str) -> str:
    """Return a name in UTF-8 as it reads in another encoding; of a byte that this one lacks becomes what is said."""
    kinds = {"control": chr, "lost": lambda _: "\ufffd"}
    return "".join(bytes([byte]).decode(encoding, "ignore") or kinds[unknown](byte) for byte in name.encode())


@pytest.mark.parametrize("unknown", ["control", "lost"])
@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "cp1250"])
@pytest.mark.parametrize("name", NAMES)
def test_utf_8_that_was_read_as_another_encoding_is_damaged(name: str, encoding: str, unknown: str) -> None:
    """Whatever became of the bytes that the other encoding does not have."""
    assert not damage_of(name)
    assert DAMAGED in damage_of(read_as(name, encoding, unknown))


def test_what_was_meant_is_told() -> None:
    """So that anybody sees at once what happened to the file."""
    assert damage_of("MÃ¼ller GmbH") == "`Müller GmbH`, it seems; export the table again as UTF-8"


@each_case(
    "name",
    [
        "?ukasz Wi?niewski", "??kr? ?a?lar", "Nguy?n Th? H?ng Ng?c", "D?AMICO", "(?ukasz)", "Anna-?ukasz", "OOO ??????",
        "?? ????? GmbH", "\ufffdukasz", "محمد الل\ufffd\ufffd", "Wi\x9cniewski", "CittÃ", "UniversitÃ di Roma",
        "KÃ–LN", "Å»abka", "Å’uvre", "MÉ™mmÉ™dov", "РЎРµСЂРіРµР№", "Ð¡ÐµÑ€Ð³ÐµÐ¹ Ð’Ð¾Ð»ÐºÐ¾Ð²-Ð¢Ð°Ñ€Ð°ÑÐ¾Ð²",
        "ï¿½ukasz",
    ],
)  # fmt: skip
def test_a_name_that_lost_letters_is_damaged(name: str) -> None:
    """By a question mark where a letter was, by the sign for it, by letters that are bytes of others."""
    assert DAMAGED in damage_of(name)


@each_case(
    "name",
    [
        "Who?", "Où?", "Yahoo!", "¿Qué?", "What? Marketing GmbH", "Qui ? Quoi", "? and the Mysterians", "Really???",
        "video.example/watch?v=7", "SÃO JOÃO", "MANHÃ", "IRMÃ DULCE", "CAFÉ™", "CAFÉ’S", "«CAFÉ»", "BEYONCÉ’S", "SKÅ®",
        "SKÅ’S", "LULEÅ–KIRUNA", "Société d’Étude", "Garçon®", "Spaß®", "MALMØ®", "Ö®", "KNÍŽE", "TĚŠÍN", "STÓŁ",
        "ŻÓŁĆ", "PĂŞUNE", "ДІЯ", "МАРІЯ", "Ёлка", "«Волна»", "日本", "Ł", "Şükrü", "Medical Academy \x93Rydygier\x94",
        "ÅÄÖ",
    ],
)  # fmt: skip
def test_a_strange_name_is_not_damaged(name: str) -> None:
    """Nobody is held for a trade mark, an apostrophe behind a capital, or the letters of a language."""
    assert damage_of(name) == ""


def read(folder: Path, **tables: str) -> Tables:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    settings = IntakeSection(
        **{name: f"{name}.csv" for name in tables},
        max_refused_share="1", absent=Absent(payer="advertiser", political="refuse"),
    )  # fmt: skip
    return read_tables(folder, settings, {}, "EUR", SUFFIXES)


def test_a_row_with_a_damaged_name_is_rejected_in_one_line_and_its_party_kept(tmp_path: Path) -> None:
    """It is unreadable like any other: held, with the keys that can be read."""
    tables = read(tmp_path, advertisers="id,name,domains\na1,?ukasz,a.example\na2,Who?,b.example\na3,Plum,c.example\n")

    (refused,) = tables.refused
    assert (refused.line, refused.column, refused.value, refused.what) == (2, "name", "?ukasz", "row")
    assert DAMAGED in refused.expected
    assert {*tables.unscreened} == {"a1"}
    assert {each.id: each.domains for each in tables.advertisers}["a1"] == ("a.example",)
    assert [each.party for each in tables.unread] == ["a1"]


def test_a_damaged_other_name_is_told_and_compared_as_it_is(tmp_path: Path) -> None:
    """It may still be found by the rest of it; but its decision gets no milder by it."""
    tables = read(tmp_path, advertisers="id,name,alias\na1,Lukasz,?ukasz;Luke\na2,Plum,Who?\n")

    assert [each.aliases for each in tables.advertisers] == [("?ukasz", "Luke"), ("Who?",)]
    (refused,) = tables.refused
    assert (refused.column, refused.value, refused.what) == ("alias", "?ukasz", "value")
    assert [(each.party, each.column) for each in tables.unread] == [("a1", "alias")]


@pytest.mark.parametrize(("owner", "what"), [("", "row"), ("o7", "value")])
def test_what_is_owned_by_a_damaged_name_has_an_owner_whom_nobody_can_screen(
    tmp_path: Path, owner: str, what: str
) -> None:
    """Whether the name stands alone or beside an id that no table has."""
    tables = read(
        tmp_path, advertisers="id,name\na1,Plum\n", ownership=f"owner,owned,share,owner_name\n{owner},a1,60 %,?ukasz\n"
    )

    assert {*tables.ownerless} == {"a1"}
    assert [each.what for each in tables.refused if each.column == "owner_name"] == [what]

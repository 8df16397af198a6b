"""Names compared for equality; docs/spec/names.md is under test here too."""

import json
import re
import sys
import unicodedata
from pathlib import Path
from time import process_time

from evenhand.gate.claims.names import LEGAL_FORMS, LONGEST_NAME, name_key, plain_name_key
from tests.each_case import each_case

PAGE = Path(__file__).parents[3] / "docs" / "spec" / "names.md"
VECTORS = [
    json.loads(line) for line in (PAGE.parent / "vectors" / "name-key.jsonl").read_text("ascii").split("\n")[:-1]
]


@each_case("vector", VECTORS)
def test_the_vectors_of_the_page_hold_for_both_ways(vector: dict[str, str]) -> None:
    """Anyone who implements the page must come to our keys."""
    assert name_key(vector["text"]) == plain_name_key(vector["text"]) == vector["key"]


def test_the_legal_forms_of_the_page_are_those_of_the_program() -> None:
    """The list is closed; one more word would join names that differed yesterday."""
    listed = re.search(r"```text\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert listed is not None
    assert sorted(listed[1].split()) == sorted(LEGAL_FORMS)


@each_case("form", sorted(LEGAL_FORMS))
def test_a_legal_form_says_nothing_at_either_end(form: str) -> None:
    """It is written before the name in some countries and after it in others."""
    assert name_key(f"Meridian {form.upper()}") == name_key(f"{form} Meridian") == name_key("Meridian")
    assert name_key(form) == form
    assert name_key(f"a {form} b") == f"a {form} b"


def test_one_name_in_two_scripts_is_two_names() -> None:
    """Transliteration belongs to verification: at the gate it would refuse a client for somebody else's name."""
    assert name_key("Ромашка") != name_key("Romashka")
    assert name_key("Меridian") != name_key("Meridian")


def test_letters_and_numbers_are_what_unicode_says() -> None:
    """The plain way asks Python's `isalnum`, which must be the categories L and N for every code point."""
    signs = map(chr, range(sys.maxunicode + 1))
    assert all(sign.isalnum() == (unicodedata.category(sign)[0] in "LN") for sign in signs)


def test_a_long_run_of_marks_costs_no_minutes() -> None:
    """Normalising orders marks in the square of their number; a buyer chooses the name it sends."""
    long = "a" + "\u0345\u0301\u0323\u0334" * 100_000
    started = process_time()
    assert name_key(long) == ""
    assert name_key(long[:LONGEST_NAME]) != ""
    assert process_time() - started < 0.5

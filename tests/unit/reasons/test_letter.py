"""The letter: read as prose, nothing empty, nothing that only a machine understands."""

import re

import pytest
from msgspec.structs import replace

from evenhand.model.errors import RecordIncomplete
from evenhand.model.record import sha256_hex
from evenhand.model.statement import DecisionGround, FreeText, Source, StatementOfReasons
from evenhand.reasons import letter, statement_of_reasons
from tests.unit.reasons.made import CASES, LETTERS, made_case, made_decision, snapshot

STATEMENT = statement_of_reasons(made_decision(), made_case())
CODES = re.compile(r"\b[a-z]+_[a-z_]+\b|STATEMENT_|KEYWORD_|slot|\{|\}|\b[ack]-[0-9]|sha256", re.ASCII)


@pytest.mark.parametrize("name", CASES)
def test_a_letter_is_what_was_read_and_approved(name: str) -> None:
    """Every restriction that a run can make has its letter kept as a file, reviewed as prose."""
    assert snapshot(name) == (LETTERS / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_a_letter_says_all_that_the_law_asks_and_nothing_coded(name: str) -> None:
    """DSA Art. 17(3): whom, on what ground, why, where to complain and until when; no code, no other id."""
    statement = statement_of_reasons(*CASES[name])

    text = letter(statement).text

    said = (
        statement.advertiser.name,
        statement.ground.reference,
        statement.ground.explanation,
        statement.redress.internal.url,
        "24 May 2027",
        statement.id,
        statement.decision,
    )
    assert all(each in text for each in said)
    assert CODES.search(text) is None


def test_of_law_and_clause_exactly_one_slot_is_filled() -> None:
    """DSA Art. 17(3)(d) and (e): one of them is the ground, never both and never none."""
    by_clause = letter(STATEMENT)
    by_law = letter(statement_of_reasons(*CASES["end-payout"]))

    assert (by_clause.slots.d, by_law.slots.e) == (None, None)
    assert by_clause.slots.e
    assert by_law.slots.d


def test_the_way_out_stands_right_after_the_decision() -> None:
    """A reader who stops after two paragraphs knows what happened and what can be done."""
    notice = letter(STATEMENT)
    order = [notice.text.index(part) for part in (notice.slots.a, notice.slots.f, notice.slots.b, notice.slots.c)]
    assert order == sorted(order)


def test_the_hash_is_of_the_bytes_as_sent() -> None:
    """The ledger keeps the hash, the network the bytes: they must belong together."""
    notice = letter(STATEMENT)
    assert notice.sha256 == sha256_hex(notice.text.encode())


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("facts", {"facts": " … "}),
        ("scope", {"scope": ()}),
        ("kind", {"kind": "end-account", "template": None}),
        ("ground.explanation", {"ground": DecisionGround(type="clause", reference="Section 4", explanation=" ")}),
        ("redress.judicial.text", {"redress": replace(STATEMENT.redress, judicial=FreeText(text=""))}),
    ],
)
def test_a_letter_with_an_empty_slot_is_refused(field: str, change: dict[str, object]) -> None:
    """A notice without one of its parts is no notice; the field is named, so that the case can be mended."""
    with pytest.raises(RecordIncomplete) as refused:
        letter(replace(STATEMENT, **change))
    assert field in [error.field for error in refused.value.errors]


def test_a_missing_translation_falls_back_to_english_and_says_so() -> None:
    """Nobody is left without reasons, and nobody believes a letter to be in a language that it is not in."""
    notice = letter(STATEMENT, "xx")
    assert (notice.language, notice.asked_language) == ("en", "xx")
    assert letter(STATEMENT, "en").asked_language is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"scope": "EEA"}, "in the whole European Economic Area"),
        ({"scope": "global"}, "applies everywhere"),
        ({"scope": "ZZ"}, "in ZZ"),
        ({"scope": ("DE",)}, "applies in Germany,"),
        ({"ends_on": STATEMENT.redress.internal.until}, "until 24 May 2027."),
        ({"account_kept": False}, "Your ordinary account ends as well."),
        ({"source": Source(type="government", identity="Made-up Office")}, "It came from Made-up Office."),
        ({"ground": replace(STATEMENT.ground, also_illegal=True, url=None)}, "against the law as well."),
    ],
)
def test_a_letter_follows_the_record(change: dict[str, object], words: str) -> None:
    """Scope, duration, account, source and ground are said as the record has them."""
    changed: StatementOfReasons = replace(STATEMENT, **change)
    assert words in letter(changed).text


def test_braces_in_a_name_are_text() -> None:
    """A name is filled in once and never read as a place to fill."""
    named = replace(STATEMENT, advertiser=replace(STATEMENT.advertiser, name="{facts} & Sons"))
    assert "To {facts} & Sons" in letter(named).text

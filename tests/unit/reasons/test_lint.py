"""The lint: each code for its own defect, and nothing masked."""

import json
from typing import Any

import msgspec

from evenhand.model.errors import FieldError
from evenhand.reasons import Corpus, lint, statement_of_reasons
from evenhand.reasons.draft import draft_of
from evenhand.reasons.lint import faults, remember
from evenhand.reasons.personal_data import personal_data
from tests.conformance import reasons_lint
from tests.conformance.cases import count
from tests.each_case import each_case
from tests.unit.reasons.edges import lint_edges
from tests.unit.reasons.made import CASES, FIXTURES, made_case, made_decision

STATEMENT = statement_of_reasons(made_decision(), made_case())


def changed(**values: Any) -> dict[str, Any]:
    """Return the JSON object of a sound record with fields replaced; `a__b` is field b of a."""
    raw: dict[str, Any] = msgspec.to_builtins(STATEMENT)
    for path, value in values.items():
        *parents, last = path.split("__")
        place = raw
        for parent in parents:
            place = place[parent]
        place[last] = value
    return raw


def test_the_kept_lint_cases_agree() -> None:
    """Our own cases, one a code."""
    counts = count(json.loads((FIXTURES / "lint_cases.json").read_text(encoding="utf-8")), reasons_lint.agrees)
    assert counts == {"cases": 12, "agree": 12, "unsupported": 0, "disagree": []}


def test_every_edge_of_a_code_is_where_the_rules_put_it() -> None:
    """Each code at its limits, form by form; personal data in scripts, spellings and spacings of every kind."""
    counts = count(list(lint_edges()), reasons_lint.agrees)
    assert (counts["agree"], counts["disagree"]) == (496, [])


@each_case("name", CASES)
@each_case("form", ["notice", "public", "tdb"])
def test_what_a_run_writes_has_nothing_to_mend(name: str, form: Any) -> None:
    """A notice with a code is not sent, so a run must not write one."""
    assert lint(statement_of_reasons(*CASES[name]), form, Corpus()) == ()


@each_case(
    ("form", "change", "codes"),
    [
        ("notice", {"kind": "made-up"}, ["slot-empty:a"]),
        ("notice", {"scope": []}, ["slot-empty:a"]),
        ("notice", {"scope": ["", " "]}, ["slot-empty:a"]),
        ("notice", {"scope": " "}, ["slot-empty:a"]),
        ("notice", {"scope": 7}, ["slot-empty:a"]),
        ("notice", {"starts_on": None}, ["slot-empty:a"]),
        ("notice", {"starts_on": "20261124"}, ["slot-empty:a"]),
        ("tdb", {"dates__object": "2026-11-25"}, ["dates-order"]),
        ("public", {"dates__object": "2026-11-25"}, []),
        ("notice", {"starts_on": "2026-13-01"}, ["slot-empty:a"]),
        ("notice", {"facts": " … "}, ["slot-empty:b"]),
        ("public", {"facts": "", "facts_public": "Told."}, []),
        ("public", {"facts_public": ""}, ["slot-empty:b"]),
        ("tdb", {"automation": None}, ["slot-empty:c"]),
        ("notice", {"automation__decision": "fully"}, ["slot-empty:c"]),
        ("notice", {"ground__type": "custom"}, ["slot-empty:d"]),
        ("notice", {"ground__type": "law", "ground__reference": " "}, ["slot-empty:d"]),
        ("notice", {"ground__reference": ""}, ["slot-empty:e"]),
        ("notice", {"ground": None}, ["slot-empty:d"]),
        ("notice", {"ground__explanation": "."}, ["ground-without-explanation"]),
        (
            "notice",
            {"ground__reference": "Section 4", "ground__explanation": "SECTION  5"},
            ["explanation-repeats-ground"],
        ),
        ("notice", {"redress__judicial": None}, ["slot-empty:f"]),
        ("public", {"redress": None}, []),
        ("notice", {"facts": "Una empresa con todo en orden TODOS."}, []),
        ("notice", {"facts": "TBD ask again"}, ["template-leftover"]),
        ("notice", {"facts": "todo ask again".replace("todo", "todo".upper())}, ["template-leftover"]),
        ("notice", {"ground__explanation": "Lorem Ipsum dolor"}, ["template-leftover"]),
        ("notice", {"ends_on": "2026-11-23"}, ["dates-order"]),
        ("notice", {"dates__decided": "2026-11-25"}, ["dates-order"]),
        ("public", {"dates__informed": "2026-11-25"}, ["late-notice"]),
        ("notice", {"redress__internal__until": "2027-05-23"}, ["redress-window-short"]),
        ("notice", {"redress__internal__until": None}, []),
        ("public", {"ground__explanation": "See alpha@harbour.example"}, ["personal-data:email"]),
        ("tdb", {"ground__explanation": "alpha@harbour.example", "ground__explanation_public": "Left out."}, []),
        ("public", {"facts": "Run by PERSON  alpha.", "persons": ["Person Alpha", 7]}, ["personal-data:person"]),
        ("public", {"facts": "Run by Person Alphabet.", "persons": ["Person Alpha", " "]}, []),
        ("public", {"persons": None}, []),
        ("notice", {"facts": "Call +49 30 1234567"}, []),
    ],
)
def test_each_defect_has_its_code(form: Any, change: dict[str, Any], codes: list[str]) -> None:
    """`reasons.md` §5, code by code and form by form; what is incomplete never stops the lint."""
    assert lint(changed(**change), form, Corpus()) == tuple(codes)


def test_a_code_is_about_the_field_that_the_form_reads() -> None:
    """Anyone who mends the record is sent to the public text, not to the one that only the advertiser reads."""
    told = draft_of(changed(facts="Call +49 30 1234567", facts_public="Ask a@b.example", ends_on="2026-01-01"))

    found = faults(told, "public", Corpus())

    assert found == (FieldError("ends_on", "dates-order"), FieldError("facts_public", "personal-data:email"))


def test_what_is_remembered_is_what_the_form_reads() -> None:
    """The same public facts for others are no other case, though the private ones differ."""
    corpus = Corpus()
    for number in range(4):
        remember(draft_of(changed(facts=f"Private {'abcd'[number]}.", facts_public="Public.")), "tdb", corpus)

    assert corpus.repeats(STATEMENT.ground.explanation, "Public.") == 0
    assert corpus.repeats(STATEMENT.ground.explanation, "Otherwise.") == 4


def test_an_empty_object_is_read_to_the_end() -> None:
    """A record from elsewhere may lack everything: every slot is named, nothing is raised."""
    expected = ("slot-empty:a", "slot-empty:b", "slot-empty:c", "slot-empty:d", "slot-empty:f")
    assert lint({}, "notice", Corpus()) == expected


@each_case(
    ("text", "kinds"),
    [
        ("write to a.b+c@mail.harbour.example.", ["email"]),
        ("the handle @harbour and a @ b", []),
        ("from 203.0.113.7.", ["ip"]),
        ("from 203.0.113.256", []),
        ("from 1.2.3.4.5", []),
        ("section 1.2.3.4, clauses 1.2.3.4, § 1.2.3.4, v1.2.3.4, version 1.2.3.4", []),
        ("from 2001:db8::1.", ["ip"]),
        ("from 2001:db8:: on", ["ip"]),
        ("at 12:30:45, std::vector, :: and a:b:c", []),
        ("paid from DE89 3704 0044 0532 0130 00 in 2024", ["iban"]),
        ("paid from de89370400440532013000", ["iban"]),
        ("paid from DE 89 3704 0044 0532 0130 00", ["iban"]),
        ("paid from DE 88 3704 0044 0532 0130 00 IN 2024", []),
        ("paid from DE88 3704 0044 0532 0130 00", []),
        ("the words AB12 CD", []),
        ("card 4111 1111 1111 1111, thrice", ["card"]),
        ("card 4111-1111-1111-1111", ["card"]),
        ("number 4111111111111112", []),
        ("between 2026-11-24 2026-11-25", []),
        ("call +49 30 1234567", ["phone"]),
        ("call (0049) 30-1234567", ["phone"]),
        ("call 00 49 30 1234567 or so", ["phone"]),
        ("call + 49 30 1234567", ["phone"]),
        ("call 00 33 1 23 45 67 89", ["phone"]),
        ("at 12:00 24.11.2026 and 7.00 24.11.2026", []),
        ("a sum of 1 000 000 + 20 000 000 and of 5 + 12 345 678", []),
        ("Regulation (EU) No 833/2014 and No 00833/2014", []),
        ("a sum of 10 000 000.00 and + 55 %", []),
        ("the id a-000000123456", []),
        ("IBAN DE89 3704 0044 0532 0130 00 and +49 30 1234567", ["iban", "phone"]),
    ],
)
def test_personal_data_is_found_by_its_form(text: str, kinds: list[str]) -> None:
    """Checksums and neighbours keep numbers of sections, dates, sums and regulations apart from personal ones."""
    assert list(personal_data(text, ())) == kinds


def test_the_fourth_record_of_one_explanation_for_other_facts_is_boilerplate() -> None:
    """Three may be chance; the same facts again are no boilerplate, they are the same case."""
    corpus = Corpus()
    for facts in ("One.", "Two.", STATEMENT.facts, STATEMENT.facts):
        corpus.add(STATEMENT.ground.explanation.upper(), facts)
    assert lint(STATEMENT, "notice", corpus) == ()

    corpus.add(STATEMENT.ground.explanation, "Three.")
    assert lint(STATEMENT, "notice", corpus) == ("boilerplate",)


def test_explanations_differ_from_case_to_case() -> None:
    """One text for all cases would stop the fifth notice of a run."""
    corpus = Corpus()
    for name in ("Alder", "Birch", "Cedar", "Dogwood", "Elm"):
        case = made_case()
        told = statement_of_reasons(
            made_decision(), msgspec.structs.replace(case, party=msgspec.structs.replace(case.party, name=name))
        )
        assert lint(told, "notice", corpus) == ()
        corpus.add(told.ground.explanation, told.facts)


@each_case(
    ("text", "named"),
    [
        ("„Łukasz Wiśniewski“ is listed.", True),
        ("LUKASZ  WISNIEWSKI is listed.", True),
        ("Wiśniewski, Łukasz is listed.", True),
        ("Wisniewski Lukasz is listed.", True),
        ("Lukasz and Wisniewski are two.", False),
        ("Lukasz Wisniewskis is another.", False),
        ("Wisniewski is listed.", False),
    ],
)
def test_a_person_is_named_however_the_name_is_spelled(text: str, named: bool) -> None:
    """Accents, case and order of the words make no other person; a part of a name is none."""
    assert (list(personal_data(text, ["Lukasz Wisniewski"])) == ["person"]) is named
    assert (list(personal_data(text, ["Wiśniewski Łukasz"])) == ["person"]) is named

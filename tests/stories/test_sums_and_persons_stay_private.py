"""The advertiser reads in its letter what it has and who is meant; nobody else does, in any public form."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

import pytest
from msgspec import structs

from evenhand.model.judgement import Verdict
from evenhand.model.statement import StatementOfReasons
from evenhand.reasons import Corpus, letter, public_record, to_dsa
from evenhand.reasons.lint import lint
from evenhand.workflows.delivery.statements import statement_of
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.commands import evenhand
from tests.networks import DAY_1, TOOLS, MadeNetwork, empty_network
from tests.unit.reasons.made import LANGUAGES, made_case, made_decision, made_plan, stopped, told_in

_SPELLINGS = ("Łukasz Wiśniewski", "Wisniewski, Lukasz", "Lukasz Wisniewski", "Лукаш Висневский")


@pytest.fixture(scope="module", params=_SPELLINGS)
def listed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network whose table does not say that its client is a person: the list does, and an analyst confirmed it."""
    made = empty_network(tmp_path_factory.mktemp("person") / "network")
    made.add("house-sanctions", id="p-1", schema="Person", name="Lukasz Wisniewski", country="pl", topic="made-up")
    made.add("advertisers", id="shop", name=request.param, country="PL", domains="shop.example", prepaid="88000",
             first_seen="2024-01-01")  # fmt: skip
    made.run(DAY_1)
    judged = StatedJudgement("shop", "p-1", cast("Verdict", "same"), "A. Reviewer", "the same birth date")
    judge(made.network, judged, DAY_1 + timedelta(hours=1), TOOLS)
    made.run(DAY_1 + timedelta(hours=2))
    return made


def _statements(made: MadeNetwork) -> Sequence[StatementOfReasons]:
    return [statement_of(each) for each in made.payloads("statement")]


def test_a_business_that_is_a_listed_person_has_no_name_in_public(listed: MadeNetwork) -> None:
    """Whatever its row says and however its name is spelled; its own letter names it."""
    told = _statements(listed)[-1]
    name = listed.row("advertisers", "shop")["name"]

    record, sent = public_record(told), to_dsa(told)

    assert name in letter(told, "en").text
    assert record["advertiser"] == "a private advertiser"
    assert lint(told, "public", Corpus()) == lint(told, "tdb", Corpus()) == ()
    for word in name.replace(",", "").split():
        assert word not in json.dumps([record, sent], ensure_ascii=False)


def test_what_is_frozen_stands_in_the_letter_alone(listed: MadeNetwork) -> None:
    """Anybody who has the reference reads the public record."""
    told = _statements(listed)[-1]

    assert "88,000.00 EUR" in letter(told, "en").text
    assert "88,000" not in json.dumps([public_record(told), to_dsa(told)])


def test_what_the_public_may_not_read_the_command_refuses_too(listed: MadeNetwork) -> None:
    """As an older version recorded it: with the name in its facts."""
    told = _statements(listed)[-1]
    path = listed.folder / "out" / "reasons" / f"{told.id}.json"
    old: dict[str, Any] = json.loads(path.read_bytes())
    path.write_text(json.dumps(old | {"facts_public": "Lukasz Wisniewski is listed."}), "utf-8")
    try:
        shown = evenhand("reasons", "show", listed.folder, told.decision, "--form", "public")
    finally:
        path.write_text(json.dumps(old), "utf-8")

    assert shown.status == 1
    line = json.loads(shown.out)
    assert (line["ok"], line["body"]) == (False, None)
    assert line["errors"] == [{"field": "facts_public", "code": "personal-data:person"}]
    assert "Wisniewski" not in shown.out


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("action", ["refund", "hold", "freeze"])
def test_public_forms_have_no_sum(language: str, action: str) -> None:
    """Neither the balance nor what is unspent nor a campaign's budget; not of older records either."""
    plan = made_plan(stopped(), prepaid=88_000_000_000, funds=action)
    told = told_in(language, structs.replace(made_decision(), plan=plan), made_case())
    older = structs.replace(told, facts_public=None)

    assert "EUR" in told.facts
    assert "EUR" not in json.dumps([public_record(told), to_dsa(told)])
    for form in (public_record(older)["facts"], to_dsa(older)["decision_facts"]):
        assert "88" not in form
        assert form.strip()

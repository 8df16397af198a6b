"""Residuals of standing facts, made before the request is known."""

from datetime import date
from typing import Any

import msgspec
import pytest

from evenhand.policy import Rulebook
from evenhand.policy.request import day_of
from evenhand.policy.residuals.party_residuals import PartyResiduals
from evenhand.policy.residuals.residual import finish
from evenhand.policy.rulebook.rulebook import ActiveRules
from evenhand.policy.typed.evaluator import rule_by_evaluation
from evenhand.policy.typed.lowering import lower_all
from evenhand.policy.typed.values import FactsInvalid, environment_of, read_entities, read_request
from tests.unit.policy.made_up import HOUSE, facts, pack, raw

BOOK = Rulebook.load(HOUSE)
LATER = frozenset({"at", "territories", "political", "placement", "label_present"})


def active_at(plain: dict[str, Any]) -> ActiveRules:
    day = day_of(plain["context"]["at"])
    assert isinstance(day, date)
    return BOOK.active(day)


@pytest.mark.parametrize("name", [name for name, each in pack().items() if each["expect"]["decision"] != "nodecision"])
def test_an_advertisers_residual_finished_is_the_ruling(name: str) -> None:
    """The resource and what the gate reads come later; decision, outcome, reasons and errors are the same."""
    plain = raw(name)
    active = active_at(plain)
    known = facts(plain | {"entities": [each for each in plain["entities"] if each["uid"] != plain["resource"]]})
    request = read_request(plain, read_entities(plain["entities"], active.schema), active.schema)
    environment = environment_of(request, active.schema)

    rests = PartyResiduals(active, LATER, rulebook_sha256=BOOK.sha256).of(known)

    (rest,) = [each for each in rests if each.resource_type == request.resource.type]
    assert finish(rest, request) == rule_by_evaluation(lower_all(active.policies, active.schema, environment), request)
    assert (rest.rulebook_sha256, rest.principal) == (BOOK.sha256, (request.principal.type, request.principal.id))


def test_most_rules_are_settled_before_anybody_asks() -> None:
    """What is left for the gate is short: it has microseconds."""
    plain = raw("plain-commercial")

    (rest,) = PartyResiduals(active_at(plain), LATER, rulebook_sha256=BOOK.sha256).of(facts(plain))

    states = {each.id: each.state for each in rest.rules}
    assert states["open-to-all"] == "always"
    assert len(states) < len(active_at(plain).policies) / 2
    assert sum(len(each.program) for each in rest.rules) <= 64


def test_an_absent_field_is_known_to_be_absent_unless_it_comes_later() -> None:
    """Without a payer nothing about a payer is left; if the payer comes later, it all is."""
    plain = raw("plain-commercial")
    active = active_at(plain)

    (settled,) = PartyResiduals(active, LATER, rulebook_sha256="r").of(facts(plain))
    (opened,) = PartyResiduals(active, LATER | {"payer"}, rulebook_sha256="r").of(facts(plain))

    assert {each.id for each in settled.rules} < {each.id for each in opened.rules}
    assert settled.facts_sha256 == opened.facts_sha256


@pytest.mark.parametrize(
    "change",
    [{"context": {"zzz": 1}}, {"context": {"payer_disclosed": "yes"}}, {"action": {"type": "Action", "id": "dealing"}}],
)
def test_facts_that_do_not_fit_are_refused(change: dict[str, Any]) -> None:
    """The advertiser is then held, and the report says so."""
    plain = raw("plain-commercial")

    with pytest.raises(FactsInvalid):
        PartyResiduals(active_at(plain), LATER, rulebook_sha256="r").of(facts(msgspec.to_builtins(plain | change)))

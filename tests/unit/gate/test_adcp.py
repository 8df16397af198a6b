"""An agent buyer's order gets AdCP's own errors, or its task; what is on file about anybody stays with the seller."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.gate import Gate
from evenhand.gate.adcp import MediaBuyCheck, check
from evenhand.model.errors import BadInput
from evenhand.model.register import PurchaseRules
from tests.unit.gate.registers import NOW, compiled_gate, row

REQUEST: dict[str, Any] = {
    "adcp_version": "3.1",
    "idempotency_key": "made-up-key-0000001",
    "account": {"brand": {"domain": "plum.example"}, "operator": "plum.example"},
    "brand": {"domain": "plum.example", "brand_id": "plum"},
    "advertiser_industry": "food_beverage",
    "start_time": "asap",
    "end_time": "2026-08-20T00:00:00Z",
    "packages": [{"product_id": "p", "budget": 5.5, "targeting_overlay": {"geo_countries": ["DE"]}}],
    "context": {"trace": [1, None]},
}
POLITICAL = {"advertiser_industry": "government_nonprofit.political"}
SPONSORED = {"sponsor": "a", "controller": "a", "election_or_process": "b", "notice": "https://plum.example/n"}
RULES = PurchaseRules(closed_to_political=("IE",), budget_micros={"1": 9_000_000})
ROWS = (
    row("a1", domains=("plum.example",), names=("Plum",), payers=("p1",), verification=1),
    row("a2", "refuse", domains=("quince.example",), sanctioned=True),
    row("a3", "refuse", domains=("medlar.example",)),
    row("a4", "hold", domains=("sloe.example",)),
    row("p1", kind="payer", names=("A made-up holding",), identifiers=("vat/de:DE123456789",)),
    row("agency", "refuse", domains=("agency.example",), sanctioned=True),
)


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    """One register for all orders."""
    return compiled_gate(tmp_path_factory.mktemp("adcp"), *ROWS, purchase=RULES)


def asked(gate: Gate, *, accounts: Any = None, currency: str = "", **differs: Any) -> MediaBuyCheck:
    fields = {name: value for name, value in {**REQUEST, **differs}.items() if value is not ...}
    given_bytes = check(
        msgspec.json.encode(fields), gate, NOW, task_id="task-1", markets=["DE", "IE"], accounts=accounts,
        policy_url="https://seller.example/policy", currency=currency,
    )  # fmt: skip
    assert given_bytes == check(
        fields, gate, NOW, task_id="task-1", markets=["DE", "IE"], accounts=accounts,
        policy_url="https://seller.example/policy", currency=currency,
    )  # fmt: skip
    return given_bytes


def of_brand(domain: str, **differs: Any) -> dict[str, Any]:
    brand = {"domain": domain}
    return {"brand": brand, "account": {"brand": brand, "operator": domain}, **differs}


def test_an_order_that_nothing_stands_against_has_no_response(gate: Gate) -> None:
    """The seller books it and answers itself."""
    found = asked(gate)

    assert (found.outcome, found.errors, found.response) == ("allow", (), None)
    assert found.answer is not None
    assert found.answer.found_by == ("advertiser.domain",)


def test_a_sanctioned_advertiser_has_a_suspended_account(gate: Gate) -> None:
    """The law asks for it, so that nothing in the order mends it."""
    found = asked(gate, **of_brand("quince.example"))

    assert found.response == {
        "errors": [
            {
                "code": "ACCOUNT_SUSPENDED",
                "message": "The seller does not sell to this advertiser.",
                "field": "brand.domain",
                "details": {
                    "code": "advertiser-blocked", "decision": "d-a2", "policy": "https://seller.example/policy",
                },
                "recovery": "terminal",
            }
        ],
        "context": REQUEST["context"],
    }  # fmt: skip


def test_a_refused_advertiser_violates_the_policy_and_is_told_the_decision(gate: Gate) -> None:
    """Decision and policy can be looked up."""
    (error,) = asked(gate, **of_brand("medlar.example")).errors

    assert (error.code, error.recovery, error.field) == ("POLICY_VIOLATION", "terminal", "brand.domain")
    assert error.details["decision"] == "d-a3"


@pytest.mark.parametrize("domain", ["sloe.example", "nobody.example"])
def test_a_held_or_unknown_advertiser_gets_a_task(gate: Gate, domain: str) -> None:
    """A person looks; both are told the same."""
    found = asked(gate, **of_brand(domain))

    assert found.outcome == "hold"
    assert found.response == {
        "status": "submitted",
        "task_id": "task-1",
        "message": "The order waits for a person of the seller. Nothing is booked yet.",
        "context": REQUEST["context"],
    }


@pytest.mark.parametrize(
    ("differs", "field"),
    [
        ({"advertiser_industry": ...}, "advertiser_industry"),
        ({"advertiser_industry": "government_nonprofit"}, "advertiser_industry"),
        ({"advertiser_industry": "government_nonprofit.lobbying"}, "advertiser_industry"),
        (POLITICAL, "ext.evenhand"),
        ({**POLITICAL, "ext": {"evenhand": SPONSORED}, "packages": [{"budget": 1}]}, "packages"),
        ({"invoice_recipient": {"legal_name": "Nobody on file"}}, "invoice_recipient"),
        ({"account": {"account_id": "acc-7"}}, "account"),
    ],
)
def test_what_an_agent_can_mend_names_the_field(gate: Gate, differs: dict[str, Any], field: str) -> None:
    """An agent corrects the field and sends the order again."""
    (error,) = asked(gate, **differs).errors

    assert (error.code, error.recovery, error.field) == ("POLICY_VIOLATION", "correctable", field)


def test_a_political_order_with_its_sponsor_passes_where_such_orders_are_sold(gate: Gate) -> None:
    """The countries of the packages are the order's markets."""
    assert asked(gate, **POLITICAL, ext={"evenhand": SPONSORED}).outcome == "allow"


def test_the_recipient_of_the_invoice_pays(gate: Gate) -> None:
    """By its numbers and its legal name."""
    recipient = {"legal_name": "A Made-Up Holding GmbH", "vat_id": "DE123456789"}

    found = asked(gate, invoice_recipient=recipient)

    assert (found.outcome, found.answer.payer if found.answer else None) == ("allow", "p1")


def test_an_account_is_whose_the_seller_says_it_is(gate: Gate) -> None:
    """The seller's ids of accounts are not those of the register."""
    account = {"account_id": "acc-7"}

    assert asked(gate, account=account, accounts={"acc-7": "plum.example"}).outcome == "allow"
    assert asked(gate, account=account, accounts={"acc-7": "quince.example"}).outcome == "refuse"


def test_an_operator_that_is_refused_books_for_nobody(gate: Gate) -> None:
    """An agency under sanctions is suspended, no matter who the brand is."""
    (error,) = asked(gate, account={"brand": {"domain": "plum.example"}, "operator": "agency.example"}).errors

    assert (error.code, error.field, error.details["decision"]) == ("ACCOUNT_SUSPENDED", "account.operator", "d-agency")


@pytest.mark.parametrize(
    ("operator", "brand", "outcome", "codes", "decision"),
    [
        ("agency.example", "plum.example", "refuse", ("operator-blocked",), "d-agency"),
        ("sloe.example", "plum.example", "hold", ("operator-blocked",), "d-a4"),
        ("sloe.example", "medlar.example", "refuse", ("advertiser-blocked", "operator-blocked"), "d-a3"),
        ("agency.example", "sloe.example", "refuse", ("advertiser-blocked", "operator-blocked"), "d-agency"),
    ],
)
def test_the_answer_has_the_outcome_of_the_response(
    gate: Gate, operator: str, brand: str, outcome: str, codes: tuple[str, ...], decision: str
) -> None:
    """It said `allow` where the response refused: a seller who looked at the answer alone booked the order."""
    found = asked(gate, brand={"domain": brand}, account={"brand": {"domain": brand}, "operator": operator})

    assert found.answer is not None
    assert (found.outcome, found.answer.outcome, found.answer.decision) == (outcome, outcome, decision)
    assert found.answer.codes == codes
    assert len(found.answer.changes) == len(codes)
    assert found.answer.sanctioned == (operator == "agency.example")
    assert bool(found.errors) == (outcome == "refuse")


def test_budgets_are_added_up_and_read_in_one_currency(gate: Gate) -> None:
    """A proposal's whole budget counts in its place."""
    proposal = {"packages": ..., "proposal_id": "p", "total_budget": {"amount": 9.5, "currency": "EUR"}}

    assert asked(gate, packages=[{"budget": 5}, {"budget": 4.0}]).outcome == "allow"
    assert asked(gate, packages=[{"budget": 5}, {"budget": 4.01}]).outcome == "hold"
    assert asked(gate, **proposal, currency="EUR").outcome == "hold"
    assert [each.field for each in asked(gate, **proposal, currency="USD").errors] == ["total_budget.currency"]


@pytest.mark.parametrize(
    ("differs", "field"),
    [
        ({"brand": {}}, "brand.domain"),
        ({"brand": {"domain": 7}}, "brand.domain"),
        ({"end_time": ...}, "end_time"),
        ({"end_time": "2026-08-20"}, "end_time"),
        ({"start_time": "soon"}, "start_time"),
        ({"start_time": {"type": "asap"}}, "start_time"),
        ({"end_time": "2026-07-01T00:00:00Z"}, "start_time"),
        ({"start_time": "2019-01-01T00:00:00Z", "end_time": "2019-02-01T00:00:00Z"}, "end_time"),
        ({"packages": []}, "packages"),
        ({"packages": ...}, "packages"),
        ({"account": {}}, "account"),
        ({"packages": [{"targeting_overlay": {"geo_countries": ["XX"]}}]}, "packages"),
        ({"packages": [{"budget": -1}]}, "packages[0].budget"),
        ({"packages": [{"budget": 1e300}]}, "total_budget.amount"),
    ],
)
def test_a_request_that_cannot_be_read_names_the_field(gate: Gate, differs: dict[str, Any], field: str) -> None:
    """Nothing of what came goes back but the context."""
    found = asked(gate, **differs)

    assert (found.outcome, found.answer) == ("refuse", None)
    assert [(each.code, each.field) for each in found.errors] == [("INVALID_REQUEST", field)]


def test_another_major_version_is_not_read(gate: Gate) -> None:
    """Its fields may mean something else."""
    for differs in ({"adcp_version": "4.0"}, {"adcp_version": ..., "adcp_major_version": 2}):
        (error,) = asked(gate, **differs).errors
        assert (error.code, error.details) == ("VERSION_UNSUPPORTED", {"supported_versions": ["3.1"]})
    assert asked(gate, adcp_version="3.0", adcp_major_version=3).outcome == "allow"


def test_a_field_given_twice_is_not_read(gate: Gate) -> None:
    """Two readers could take another one each."""
    twice = msgspec.json.encode(REQUEST)[:-1] + b',"brand":{"domain":"quince.example"}}'

    assert check(twice, gate, NOW, task_id="t", markets=["DE"]).errors[0].code == "INVALID_REQUEST"


def test_a_seller_without_markets_is_told_so(gate: Gate) -> None:
    """No rule would ever be met."""
    for markets in ([], ["XX"]):
        with pytest.raises(BadInput, match="market"):
            check({**REQUEST, "packages": [{"budget": 1}]}, gate, NOW, task_id="t", markets=markets)


def test_a_stale_register_answers_as_the_operator_chose(tmp_path: Path) -> None:
    """Refused without a code is a service that cannot answer; held is a task."""
    late = NOW.replace(year=2027)
    refused, held = (
        check(REQUEST | {"end_time": "2027-09-01T00:00:00Z"}, compiled_gate(tmp_path, *ROWS, stale=choice), late,
              task_id="t", markets=["DE"])
        for choice in ("refuse", "hold")
    )  # fmt: skip

    assert [each.code for each in refused.errors] == ["SERVICE_UNAVAILABLE"]
    assert (held.outcome, held.response and held.response["status"]) == ("hold", "submitted")


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["domain", "budget", "x"]), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*REQUEST, "ext", "invoice_recipient", "total_budget"]), json))
def test_nothing_that_a_buyer_sends_raises(gate: Gate, differs: dict[str, Any]) -> None:
    """Whatever stands in the fields."""
    found = check({**REQUEST, **differs}, gate, NOW, task_id="t", markets=["DE"])

    assert (found.outcome == "refuse") == bool(found.errors)


@given(st.binary(max_size=100))
def test_no_bytes_raise(gate: Gate, data: bytes) -> None:
    """Also what is no JSON at all."""
    assert check(data, gate, NOW, task_id="t", markets=["DE"]).errors[0].code == "INVALID_REQUEST"

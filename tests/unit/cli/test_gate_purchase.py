"""`evenhand gate purchase`: 0 it may be taken, 1 not or within limits, 2 no answer."""

from pathlib import Path
from typing import Any

import pytest

from tests.commands import DAY_1, Answer, evenhand
from tests.unit.gate.orders import written


def asked(network: Path, tmp_path: Path, *arguments: str, **differs: Any) -> Answer:
    order = tmp_path / "order.json"
    order.write_bytes(written(**differs))
    return evenhand("gate", "purchase", order, "--register", network, "--at", DAY_1, *arguments)


def test_an_order_in_order_is_one_word_and_a_zero(network: Path, tmp_path: Path) -> None:
    """A script reads the status."""
    answer = asked(network, tmp_path)

    assert (answer.status, answer.out.split()[0], answer.out.count("\n")) == (0, "allow", 1)


def test_what_stands_against_an_order_comes_with_what_would_change_it(network: Path, tmp_path: Path) -> None:
    """A line a code; the decision leads to the ledger."""
    answer = asked(network, tmp_path, advertiser="a2", payer="a2", political=..., landing_hosts=[])

    first, blocked, undeclared = answer.out.splitlines()
    assert answer.status == 1
    assert first.startswith("refuse (decision d-")
    assert blocked.startswith("  advertiser-blocked: Decision d-")
    assert undeclared == "  political-undeclared: Declare whether the campaign contains political advertising."


def test_the_whole_answer_is_one_object(network: Path, tmp_path: Path) -> None:
    """For the order desk's own form."""
    answer = asked(network, tmp_path, "--json", payer=...)

    assert (answer.status, answer.json["outcome"], answer.json["missing"]) == (1, "refuse", ["payer"])


def test_what_a_milder_decision_asks_for_is_told(tmp_path: Path) -> None:
    """Status 0 for a label."""
    register = tmp_path / "register.jsonl"
    register.write_text(
        '{"register":1,"policy":{"unknown":"allow","missing":"allow","malformed":"refuse","mismatch":"note"},'
        '"fresh_until":"2099-01-01T00:00:00Z","checkpoint":""}\n'
        '{"kind":"advertiser","id":"a1","outcome":"label","decision":"d-1","reason":"r-1","instruct":["sponsor"]}\n'
    )

    answer = asked(register, tmp_path)

    assert (answer.status, answer.out) == (0, "label (decision d-1); reason r-1\n  asks for sponsor\n")


@pytest.mark.parametrize(
    ("differs", "says"),
    [
        ({"advertiser": ...}, "order.json: invalid order: Object missing required field `advertiser`"),
        ({"flight": {"starts": "2026-08-20T00:00:00Z", "ends": "2026-08-10T00:00:00Z"}}, "order.json: $.flight"),
        ({"markets": ["Atlantis"]}, "$.markets[0]: unknown market `Atlantis`"),
        (
            {"flight": {"starts": "2020-12-24T00:00:00Z", "ends": "2020-12-25T00:00:00Z"}},
            "$.flight.ends: the flight has ended: `2020-12-25T00:00:00+00:00`; expected 20",
        ),
        ({"campaign": "x" * (1 << 20)}, "an order that is too long"),
    ],
)
def test_what_is_no_order_is_named_with_its_field(
    network: Path, tmp_path: Path, differs: dict[str, Any], says: str
) -> None:
    """One line, status 2."""
    status, out, err = asked(network, tmp_path, **differs)

    assert (status, out, err.count("\n")) == (2, "", 1)
    assert says in err


def test_an_order_that_is_not_there_is_named(network: Path, tmp_path: Path) -> None:
    """A file or a folder, whichever was given."""
    for order, why in ((tmp_path / "none.json", "No such file"), (tmp_path, "Is a directory")):
        answer = evenhand("gate", "purchase", order, "--register", network)
        assert (answer.status, answer.out) == (2, "")
        assert f"{order}: the order cannot be read: `{why}" in answer.err


def test_whom_the_keys_of_an_order_led_to_is_told(network: Path, tmp_path: Path) -> None:
    """The order desk looks at it before it takes the order; ids need no such line."""
    keys = {"domain": "www.plum.example", "vat_number": "DE123456789"}

    answer = asked(network, tmp_path, advertiser=keys, payer="a1")

    assert answer.out.splitlines()[1] == (
        "  advertiser a1: found by advertiser.domain; not on file: advertiser.vat_number"
    )
    assert answer.status == 0

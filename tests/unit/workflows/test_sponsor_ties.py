"""Who is controlled from outside the Union, over how many owners, and where nobody can tell."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evenhand.model.outcome import Outcome
from evenhand.model.party import Ownership
from evenhand.workflows.evaluation.sponsor_ties import control_from_outside
from tests.networks import empty_network

DAY = date(2026, 3, 2)
UNION = frozenset({"DE", "IE"})
HALF, MOST = 500_000, 510_000


def line(owner: str, owned: str, share: int | None = MOST, **others: Any) -> Ownership:
    return Ownership(owner=owner, owned=owned, share=share, **others)


def of_a(rows: list[Ownership], **countries: str) -> bool | None:
    return control_from_outside(rows, countries, UNION, DAY).get("a", False)


@pytest.mark.parametrize("outside", ["QP", "QM"])
@pytest.mark.parametrize("inside", ["DE", "IE"])
def test_the_country_of_an_owner_is_also_that_of_its_own_row(outside: str, inside: str) -> None:
    """An owner who is a client has told its country already; where two rows differ a person asks."""
    assert of_a([line("o", "a")], o=outside) is True
    assert of_a([line("o", "a")], o=inside) is False
    assert of_a([line("o", "a", owner_country=inside)], o=outside) is None
    assert of_a([line("o", "a", owner_country=outside)], o=inside) is True
    assert of_a([line("o", "a")], o="") is None


@pytest.mark.parametrize("outside", ["QP", "QM"])
def test_control_is_found_over_any_number_of_owners(outside: str) -> None:
    """The law says "ultimately"; below half a way ends."""
    chain = [line("z", "y"), line("y", "x"), line("x", "a")]

    assert of_a(chain, z=outside, y="DE", x="IE") is True
    assert of_a(chain, z="DE", y="IE", x="DE") is False
    assert of_a([line("z", "y", HALF), *chain[1:]], z=outside, y="DE", x="IE") is False
    assert of_a([line("z", "y", None), *chain[1:]], z=outside, y="DE", x="IE") is None
    assert of_a([*chain, line("a", "z")], z=outside, y="DE", x="IE") is True


@pytest.mark.parametrize("outside", ["QP", "QM"])
def test_who_controls_may_be_controlled_in_turn(outside: str) -> None:
    """Control is not counted as a share: over more than one step nobody can tell."""
    controls = line("y", "a", None, kind="control")

    assert of_a([controls], y=outside) is True
    assert of_a([controls, line("z", "y")], z=outside, y="DE") is None
    assert of_a([controls, line("z", "y", None, kind="control")], z=outside, y="DE") is None
    assert of_a([line("z", "y", None, kind="control"), line("y", "a")], z=outside, y="DE") is None
    assert of_a([controls, line("z", "y")], z="IE", y="DE") is False
    assert of_a([line("z", "a", None, kind="acts_for")], z=outside) is False


@pytest.mark.parametrize("outside", ["QP", "QM"])
def test_a_line_that_does_not_hold_on_the_day_says_nothing(outside: str) -> None:
    """Nor does the country that it gives to somebody who is an owner still."""
    past = line("o", "a", owner_country=outside, until=date(2026, 3, 1))

    assert of_a([past], o="DE") is False
    assert of_a([past, line("o", "a", as_of=date(2026, 3, 1), owner_country="DE")], o="DE") is False


@pytest.mark.parametrize(
    ("country", "owner", "outcome", "reason"),
    [
        ("DE", "IE", Outcome.LABEL, ""),
        ("IE", "DE", Outcome.LABEL, ""),
        ("DE", "QP", Outcome.REFUSE, "third-country-sponsor-before-vote"),
        ("QM", "DE", Outcome.REFUSE, "third-country-sponsor-before-vote"),
        ("", "DE", Outcome.HOLD, "unknown-sponsor-before-vote"),
        ("Frankreihc", "IE", Outcome.HOLD, "unknown-sponsor-before-vote"),
        ("DE", "", Outcome.HOLD, "unknown-sponsor-before-vote"),
        ("", "QP", Outcome.REFUSE, "third-country-sponsor-before-vote"),
    ],
)
def test_before_a_vote_only_what_is_known_refuses(
    tmp_path: Path, country: str, owner: str, outcome: Outcome, reason: str
) -> None:
    """What nobody knows is no "no": a person asks, and what is on record says that it is not known."""
    network = empty_network(tmp_path / "network")
    network.row("advertisers", "bakery").update(country=country, verification="document", first_seen="2020-01-01")
    network.add("advertisers", id="above", name="Tanderim Holding", country=owner)
    network.add("ownership", owner="above", owned="bakery", share="100 %")
    network.add("campaigns", id="k", advertiser_id="bakery", payer_id="bakery", political="yes")
    network.add("votes", territory="EU", first_day="2026-04-01", last_day="2026-04-01", union_wide_rules="yes")

    network.run()

    ruled = network.last("bakery", "campaign:k")
    stated = {each.source_field: each.ours for found in ruled.findings for each in found.because}
    assert (ruled.outcome, {each for each in ruled.reasons if "sponsor" in each} >= {*filter(None, [reason])}) == (
        outcome, True,
    )  # fmt: skip
    if reason:
        known = "yes" if country in UNION else "no" if len(country) == 2 else "unknown"
        assert stated["Advertiser.union_established"] == known

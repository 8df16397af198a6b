"""Who is controlled from outside the Union, over how many owners, and where nobody can tell."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from evenhand.model.campaign import Campaign, Vote
from evenhand.model.outcome import Outcome
from evenhand.model.party import Ownership
from evenhand.workflows.evaluation.run_context import runs_before
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


@pytest.mark.parametrize(("country", "owner"), [("DE", "QP"), ("IE", "QM"), ("QM", "DE"), ("QP", "IE")])
@pytest.mark.parametrize(
    ("starts", "ends", "outcome"),
    [
        ("2026-04-02", "2026-04-20", Outcome.LABEL),
        ("2026-04-01", "2026-04-20", Outcome.REFUSE),
        ("2026-04-02", "", Outcome.LABEL),
        ("", "2026-03-10", Outcome.REFUSE),
        ("", "", Outcome.REFUSE),
        ("2026-01-10", "2026-02-10", Outcome.REFUSE),
        ("2026-07-02", "2026-07-10", Outcome.LABEL),
    ],
)
def test_a_flight_wholly_after_a_vote_is_not_before_it(
    tmp_path: Path, country: str, owner: str, starts: str, ends: str, outcome: Outcome
) -> None:
    """The order desk says so of an order, and a run of the campaign; a flight that is past is looked at today."""
    network = empty_network(tmp_path / "network")
    network.row("advertisers", "bakery").update(country=country, verification="document", first_seen="2020-01-01")
    network.add("ownership", owner="above", owned="bakery", share="100 %", owner_name="Tanderim", owner_country=owner)
    network.add("votes", territory="EU", first_day="2026-04-01", last_day="2026-04-01", union_wide_rules="yes")
    network.add("votes", territory="EU", first_day="2026-07-05", last_day="2026-07-05", union_wide_rules="yes")
    order = {"advertiser_id": "bakery", "payer_id": "bakery", "political": "yes"}
    network.add("campaigns", id="k", starts=starts, ends=ends, **order)

    network.run()

    ruled = network.last("bakery", "campaign:k")
    assert ruled.outcome is outcome
    assert any("before-vote" in each for each in ruled.reasons) is (outcome is Outcome.REFUSE)


@pytest.mark.parametrize(
    ("starts", "ends", "today", "counts"),
    [
        (date(2026, 4, 2), None, DAY, False),
        (date(2026, 4, 1), None, DAY, True),
        (None, date(2026, 3, 31), DAY, True),
        (date(2025, 1, 1), date(2025, 2, 1), DAY, True),
        (date(2025, 1, 1), date(2025, 2, 1), date(2025, 12, 31), False),
        (None, date(2025, 12, 31), date(2025, 12, 1), False),
        (None, date(2026, 1, 1), date(2025, 12, 1), True),
    ],
)
def test_the_days_of_a_flight_are_compared_with_the_days_of_the_window(
    starts: date | None, ends: date | None, today: date, counts: bool
) -> None:
    """A flight begins with its first day, whatever the network's zone; one without an end goes on."""
    vote = Vote(
        territory="EU", first_day=date(2026, 4, 1), last_day=date(2026, 4, 1), union_wide_rules=True,
        window_opens=datetime(2026, 1, 1, tzinfo=UTC), closes=datetime(2026, 4, 2, tzinfo=UTC),
    )  # fmt: skip
    campaign = Campaign(id="k", advertiser_id="a", starts=starts, ends=ends)

    assert runs_before(vote, campaign, today) is counts


@pytest.mark.parametrize(("member", "other", "outside"), [("DE", "FR", "QP"), ("FR", "DE", "QM")])
@pytest.mark.parametrize("union", ["EU", "EEA"])
@pytest.mark.parametrize("where", ["cell", "settings"])
def test_what_is_sold_in_a_union_is_sold_in_each_of_its_members(
    tmp_path: Path, where: str, union: str, member: str, other: str, outside: str
) -> None:
    """A vote in one member is ahead of a campaign for all of them, whether its cell says so or the network."""
    network = empty_network(tmp_path / "network")
    network.row("advertisers", "bakery").update(country=outside, verification="document", first_seen="2020-01-01")
    network.add("votes", territory=member, first_day="2026-04-01", last_day="2026-04-01", union_wide_rules="yes")
    network.settings["network"]["territories"] = [other] if where == "cell" else [union]
    for key, places in (("all", union if where == "cell" else ""), ("member", member), ("other", other)):
        network.add("campaigns", id=key, advertiser_id="bakery", payer_id="bakery", political="yes", territories=places)

    network.run()

    asked = {key: network.last("bakery", f"campaign:{key}") for key in ("all", "member", "other")}
    assert {key: each.outcome for key, each in asked.items()} == {
        "all": Outcome.REFUSE, "member": Outcome.REFUSE, "other": Outcome.LABEL,
    }  # fmt: skip
    assert asked["all"].territories == (union,)
    assert {"DE", "EEA", "EU", "FR"} <= set(asked["all"].facts["context"]["territories"])

"""Places in a network's settings: which are known, which are asked back, which are told of."""

from datetime import timedelta
from pathlib import Path

import pytest

from evenhand.model.errors import BadInput
from evenhand.policy import Rulebook
from evenhand.workflows.queries.checkup import Machine, examine
from evenhand.workflows.run.network_places import place_warnings
from tests.networks import DAY_1, empty_network

MACHINE = Machine(DAY_1 + timedelta(hours=1), 1 << 50, {}, {})


@pytest.mark.parametrize(
    ("places", "question"),
    [
        (["UK"], "`UK` (did you mean GB?)"),
        (["DE", "DEU"], "`DEU` (did you mean DE?)"),
        (["FR", "FRA"], "`FRA` (did you mean FR?)"),
        (["EU", "EUU"], "`EUU` (did you mean EU?)"),
        (["EL"], "`EL` (did you mean GR?)"),
        (["JJ"], "`JJ`"),
    ],
)
@pytest.mark.parametrize("key", ["territories", "bound_by"])
def test_a_place_that_nobody_knows_is_no_place_of_a_network(
    tmp_path: Path, key: str, places: list[str], question: str
) -> None:
    """No law, vote or rule about it would apply: `UK` is no code, the United Kingdom is GB."""
    made = empty_network(tmp_path / "network")
    made.settings["network"][key] = places

    with pytest.raises(BadInput) as refused:
        made.run()

    assert f"{key} in [network] names no place: {question}; expected codes of ISO 3166-1" in str(refused.value)
    assert ("error", str(refused.value)) in [(each.level, each.what) for each in examine(made.folder, MACHINE)]


@pytest.mark.parametrize("key", ["territories", "bound_by"])
@pytest.mark.parametrize("place", ["QM", "XQ", "AA"])
def test_an_invented_place_works_and_is_told_of_unless_the_rulebook_mentions_it(
    tmp_path: Path, place: str, key: str
) -> None:
    """ISO leaves such codes to its users; one that stands in `territories.csv` was meant."""
    made = empty_network(tmp_path / "network")
    made.settings["network"][key] = [place, "XK"]
    sentence = f"{key} in [network] names {place}, a code that ISO 3166-1 leaves to its users"

    assert next(each for each in made.run().warnings if "leaves to its users" in each).startswith(sentence)
    assert any(each.what.startswith(sentence) for each in examine(made.folder, MACHINE))

    path = made.folder / "rulebook" / "territories.csv"
    path.write_text(path.read_text("utf-8") + f"{place},XB,2020-01-01,\n", "utf-8")
    assert place_warnings(made.network, Rulebook.load(made.folder / "rulebook")) == ()


@pytest.mark.parametrize(("market", "meant"), [("UK", "GB"), ("EL", "GR")])
@pytest.mark.parametrize("key", ["closed_to_political", "verification"])
def test_a_market_of_the_order_desk_is_a_place_too(tmp_path: Path, key: str, market: str, meant: str) -> None:
    """`DEU` is one there, as in an order."""
    made = empty_network(tmp_path / "network")
    desk = {"closed_to_political": lambda at: {"gate.purchase": {"closed_to_political": [at]}},
            "verification": lambda at: {"gate.purchase.verification": {at: 1}}}[key]  # fmt: skip
    made.settings |= desk("DEU")
    made.run()

    made.settings |= desk(market)
    with pytest.raises(BadInput, match=f"{key} in .gate.purchase. names no place: `{market}` .did you mean {meant}"):
        made.run()

"""Political advertising that the gate cannot tell from any other, since no category is called political."""

from pathlib import Path

from tests.networks import DAY_1, empty_network

SAID = "no bid counts as political by its category"


def test_a_network_that_calls_no_category_political_is_warned_until_it_says_so(tmp_path: Path) -> None:
    """Its rules of political advertising are in the register and no exchange bid meets them."""
    made = empty_network(tmp_path / "network")
    silent = made.settings.pop("gate.political_categories")

    (warning,) = made.run().warnings
    made.settings["gate.political_categories"] = silent

    assert warning.startswith(f"{SAID}, which 6 rules ask the gate for; ")
    assert made.run().warnings == ()
    assert made.register()[0].political_categories == {}


def test_a_rulebook_that_asks_for_nothing_political_needs_no_categories(tmp_path: Path) -> None:
    """A warning that nobody can mend is read by nobody."""
    made = empty_network(tmp_path / "network")
    del made.settings["gate.political_categories"]
    made.edit_rules(lambda text: text.replace("context.political", "context.payer_disclosed"), historic=True)

    assert not [each for each in made.run(DAY_1).warnings if each.startswith(SAID)]

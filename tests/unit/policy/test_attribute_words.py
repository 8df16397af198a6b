"""Every attribute in plain words: anyone who approves a change of rules reads these."""

from evenhand.policy.attribute_roles import roles
from evenhand.policy.attribute_words import WORDS, attribute_words, value_words
from evenhand.policy.schema import read_schema
from evenhand.store.shipped_rulebooks import shipped_rulebook


def test_every_attribute_of_the_house_schema_has_words_and_no_other() -> None:
    """One that is added to the schema needs words; words of one that is gone would mislead."""
    schema = read_schema((shipped_rulebook("house") / "schema.cedarschema").read_text("utf-8"))

    assert set(roles(schema)) == set(WORDS)


def test_words_say_whose_attribute_it_is_and_name_no_field() -> None:
    """A person who never saw the schema understands them."""
    assert len(set(WORDS.values())) == len(WORDS)
    for words in WORDS.values():
        assert "_" not in words
        assert words.isascii()


def test_an_attribute_of_another_schema_is_said_by_its_own_name() -> None:
    """Networks may write schemas of their own."""
    assert attribute_words('Payer::"p1".late_fees') == "p1's late fees"
    assert attribute_words("context.shop_open") == "shop open"
    assert attribute_words("Advertiser.@parents") == "advertiser's lists"


def test_values_have_their_unit() -> None:
    """Basis points and millionths are the schema's business, not the reader's."""
    values = [("Payer.regime_share_bp.eu", 5000), ("context.amount_micros", 12_345_000_000), ("x.y", True), ("x.y", [])]

    assert [value_words(path, value) for path, value in values] == ["50 %", "12,345.00", "yes", "none"]
    assert value_words("Payer.country", None) == "nothing"
    assert value_words("Advertiser.languages", ["de", "fr"]) == "`de`, `fr`"

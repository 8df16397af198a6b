"""What must hold of every request and every text."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.model.errors import RulebookInvalid
from evenhand.policy import Rulebook, rule, rule_many
from evenhand.policy.schema_syntax import parse
from tests.unit.policy.made_up import HOUSE, entity, facts, raw

BOOK = Rulebook.load(HOUSE)
NAMES = (
    "plain-commercial",
    "plain-serve",
    "payer-pay-out",
    "frozen",
    "state-news-RU",
    "political-new",
    "payer-missing",
)


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """Return a request of the pack with some of its facts drawn anew, a few of them unfit."""
    plain = raw(draw(st.sampled_from(NAMES)))
    principal = entity(plain, plain["principal"]["type"])["attrs"]
    principal["designated_share_bp"] = draw(st.sampled_from([0, 2_499, 2_500, 5_000, 2**63 - 1, 2**63, True]))
    if plain["principal"]["type"] == "Advertiser" and draw(st.booleans()):
        principal["possible_share_bp"] = draw(st.sampled_from([2_499, 2_500, 4_999]))
        principal.pop(draw(st.sampled_from(["union_established", "third_country_controlled"])), None)
    principal["country"] = draw(st.sampled_from(["AT", "BR", "", "a\nb", 'a"b`']))
    if draw(st.booleans()):
        plain["entities"].pop(draw(st.integers(0, len(plain["entities"]) - 1)))
    plain["context"]["at"]["__extn"]["arg"] = draw(
        st.sampled_from(["2016-05-01", "2019-08-19", "2026-03-01T12:00:00Z"])
    )
    return plain


@given(st.lists(requests(), max_size=6))
def test_a_batch_rules_as_one_by_one(batch: list[dict[str, Any]]) -> None:
    """Law Replay: what stands beside a request in a batch never shows in its ruling."""
    asked = [facts(each) for each in batch]

    assert rule_many(asked, BOOK) == [rule(each, BOOK) for each in asked]


@given(requests(), st.integers(0, 20))
def test_taking_an_entity_away_never_makes_it_milder(plain: dict[str, Any], place: int) -> None:
    """Facts that are missing hold; they never let through."""
    whole = rule(facts(plain), BOOK)
    plain["entities"].pop(place % len(plain["entities"]))

    less = rule(facts(plain), BOOK)

    assert less.outcome.severity >= min(whole.outcome.severity, 3)


@settings(deadline=None)
@given(st.text(alphabet='entity action type namespace {}[]()<>:;,=@?"\\/ \nAb1', max_size=60))
def test_any_text_is_a_schema_or_refused_with_its_line(text: str) -> None:
    """The reader fails in one way only."""
    try:
        parse(text, "schema")
        line: int | None = 0
    except RulebookInvalid as error:
        line = error.line

    assert line is not None

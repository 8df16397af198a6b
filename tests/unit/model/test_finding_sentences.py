"""One fixed sentence a comparison, for every screen and letter."""

import msgspec
import pytest

from evenhand.model.finding import Comparison, Finding
from evenhand.model.finding_sentences import comparison_sentence, finding_sentence

COUNTRY = Comparison(name="country", ours="ru", theirs="de", similarity=0.0, weight=-1.0, effect="against")
FINDING = Finding(
    party_kind="advertiser", party_id="a1", kind="listed", list="house-x", entity_id="e1", score=0.9134, certain=False,
    because=(COUNTRY, Comparison(name="name.prior", ours="", theirs="", similarity=0, weight=-4, effect="against")),
)  # fmt: skip


@pytest.mark.parametrize(("effect", "says"), [("for", "is among"), ("against", "is not among")])
def test_some_comparisons_speak_for_or_against(effect: str, says: str) -> None:
    """The same look at two values can do either."""
    comparison = msgspec.structs.replace(COUNTRY, effect=effect)

    assert says in comparison_sentence(comparison)


def test_an_unknown_comparison_says_its_values() -> None:
    """A new scorer must not make a letter fail."""
    comparison = msgspec.structs.replace(COUNTRY, name="new.look", ours="")

    assert comparison_sentence(comparison) == "new.look: `–` beside `de`"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, "possible match with `e1` of `house-x`, score 0.91: the country `ru` is not among"),
        ({"certain": True}, "certain match"),
        ({"kind": "owned_by_listed", "low": 550_000}, "55 % aggregate ownership by listed parties"),
        (
            {"kind": "possibly_owned_by_listed", "low": 1, "high": 10_000},
            "0.0001 % aggregate ownership by listed parties known, up to 1 % possible",
        ),
        ({"kind": "claims", "because": ()}, "claims"),
        ({"path": ("a1", "b", "c")}, " via b, held by c"),
    ],
)
def test_a_finding_is_one_sentence(change: dict[str, object], says: str) -> None:
    """What it is, how sure, over whom it leads, what was compared; never the base rate of names."""
    sentence = finding_sentence(msgspec.structs.replace(FINDING, **change), "a1")

    assert says in sentence
    assert "most parties" not in sentence
    assert "a1`" not in sentence


def test_a_finding_about_another_party_names_it() -> None:
    """An advertiser may be held because of who pays."""
    assert finding_sentence(FINDING, "a2").startswith("`a1`: possible match")

"""One sentence for each comparison that the scorer makes."""

import re
from pathlib import Path

import evenhand.screening
from evenhand.model.finding import Comparison
from evenhand.model.finding_sentences import comparison_sentence


def comparison(name: str, weight: float = 1.0) -> Comparison:
    effect = "for" if weight > 0 else "against"
    return Comparison(name=name, ours="Alfa", theirs="Beta", similarity=1.0, weight=weight, effect=effect)


def test_every_comparison_of_the_room_has_a_sentence() -> None:
    """A reader of a notice never sees our code word for a comparison."""
    code = "".join(path.read_text() for path in Path(evenhand.screening.__file__).parent.glob("*.py"))
    names = set(re.findall(r'Term\(\s*"([a-z_.]+)"', code)) | set(
        re.findall(r'"((?:name|org|ownership)\.[a-z_]+)"', code)
    )

    assert len(names) > 20
    for name in sorted(names):
        assert not comparison_sentence(comparison(name)).startswith(name), name


def test_an_unknown_comparison_says_itself_with_both_values() -> None:
    """Packages to come bring their own names."""
    assert comparison_sentence(comparison("tempo.burst", -1.0)) == "tempo.burst: `Alfa` beside `Beta`"


def test_the_same_comparison_reads_differently_for_and_against() -> None:
    """`birth` may fit or not."""
    assert "does not fit" in comparison_sentence(comparison("birth", -1.0))
    assert "does not fit" not in comparison_sentence(comparison("birth"))

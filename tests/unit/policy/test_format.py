"""The layout is Cedar's; nothing that anybody wrote is lost."""

import random
import re
from pathlib import Path

import cedarpy
import pytest

from evenhand.model.errors import RulebookInvalid
from evenhand.policy.rulebook.format import formatted
from evenhand.policy.rulebook.source_locations import comments, words
from evenhand.policy.syntax_tree import parse
from tests.unit.policy.made_up import HOUSE, TWO_NAMES

HERE = Path("rules.cedar")
SHIPPED = [path for folder in (HOUSE, TWO_NAMES) for path in sorted(folder.rglob("*.cedar"))]
DENSE = """
@id("a b // c") @note("") permit ( principal is A in B::"x" , action in [ Action::"x" , Action::"y" ] , resource )
when { if [ 1 , 2 ] . contains ( 1 ) then { a : 1 , "b c" : - 2 } . a == 3
else ! ( principal . x like "a*\\\\*" ) && principal has y . z || principal in [ ] }
unless { context . a [ "b" ] } ; forbid ( principal , action , resource ) ;
"""


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_rule_is_laid_out(path: Path) -> None:
    """What the verb would change in our own house would be changed by everybody who copies it."""
    assert formatted(path.read_text(), path) == path.read_text()


def test_comments_annotations_and_meaning_stay_wherever_they_stand() -> None:
    """300 layouts of the same two policies, comments and blank lines between any two words."""
    chance = random.Random(4)

    for _ in range(300):
        text = "".join(_strewn(word.text, chance) for word in words(DENSE))
        laid_out = formatted(text, HERE)
        assert parse(laid_out) == parse(DENSE)
        assert [each.text.rstrip() for each in comments(laid_out)] == [each.text.rstrip() for each in comments(text)]
        assert formatted(laid_out, HERE) == laid_out


def _strewn(word: str, chance: random.Random) -> str:
    gap = chance.choices(["", f' // {word};"\n', "\n// above\n\n", "\n\n"], [90, 5, 3, 2])[0]
    return f"{gap} {word}"


def test_a_heading_keeps_the_blank_line_below_it() -> None:
    """A comment that stands apart belongs to no policy; one that touches a policy is the policy's."""
    text = "// all of it\n\n// the first\npermit (principal, action, resource);\n// end\n"

    assert formatted(text, HERE) == "// all of it\n\n" + formatted(text.split("\n\n")[1], HERE)
    assert re.search(r"// the first\npermit", formatted(text, HERE))


@pytest.mark.parametrize(
    "lossy", ["permit (principal, action, resource);\n", "// kept\nforbid (principal, action, resource);\n"]
)
def test_a_loss_is_refused(monkeypatch: pytest.MonkeyPatch, lossy: str) -> None:
    """Should an engine's formatter ever lose a comment or change a rule, the file stays as it was."""
    monkeypatch.setattr(cedarpy, "format_policies", lambda *_: lossy)

    with pytest.raises(RulebookInvalid, match=r"rules\.cedar: cannot be formatted without loss"):
        formatted("// kept\npermit (principal, action, resource);", HERE)


def test_what_is_no_cedar_is_not_laid_out() -> None:
    """The error is the reader's, with its place."""
    with pytest.raises(RulebookInvalid, match=r"rules\.cedar:2:1: unexpected end of input"):
        formatted("permit (principal,\naction", HERE)

    assert formatted("", HERE) == "\n"

"""The page of concepts leaves no noun out; its snippets are run as doctests."""

import ast
import re

from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "concepts.md").read_text(encoding="utf-8")


def test_every_noun_of_the_model_is_told() -> None:
    """A record that only the code knows is one that nobody can look up. Protocols are no records."""
    classes = [
        node
        for path in ROOT.glob("src/evenhand/model/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and not any(ast.unparse(base) == "Protocol" for base in node.bases)
    ]

    missing = [each.name for each in classes if not re.search(rf"\b{each.name}s?\b", PAGE)]
    assert len(classes) > 60
    assert missing == []

"""Fragments of the changelog have a name and a kind that a release knows."""

import re
import tomllib

from tests.docs.pages import ROOT

KINDS = {
    kind["directory"]
    for kind in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["towncrier"]["type"]
}


def test_every_fragment_is_gathered_by_a_release() -> None:
    """A kind that nobody knows is left out without a word."""
    names = {path.name for path in (ROOT / "changelog.d").iterdir()} - {"README.md"}

    assert {name for name in names if not re.fullmatch(rf"\d+-[\w-]+\.(?:{'|'.join(KINDS)})\.md", name)} == set()

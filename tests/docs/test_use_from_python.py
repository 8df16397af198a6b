"""The page for programs is run as it stands, in a folder in which the sample network was made."""

import doctest
import shutil
from pathlib import Path

import pytest

from tests.commands import Demo
from tests.docs.pages import ROOT


def test_every_example_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made_demo: Demo) -> None:
    """Somebody pastes them one after another."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(made_demo.folder, "demo-network")
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

    failed, tried = doctest.testfile(
        str(ROOT / "docs/how-to/use-from-python.md"), module_relative=False, optionflags=options
    )

    assert (failed, tried > 20) == (0, True)

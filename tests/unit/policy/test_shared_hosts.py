"""Hosts that name a platform: a file beside the rulebook, for those that not every network knows."""

from pathlib import Path

import pytest

from evenhand.model.errors import RulebookInvalid
from evenhand.policy import Rulebook
from tests.unit.policy.made_up import PERMIT, folder_with


def load(folder: Path, text: str) -> Rulebook:
    return Rulebook.load(folder_with(folder, PERMIT, shared_hosts_txt=text))


def test_hosts_are_read_as_bids_are(tmp_path: Path) -> None:
    """In any spelling, in any script, each once; what follows a `#` is for people."""
    book = load(tmp_path / "book", "\n# videos\n https://Clips.example/x \nсайт.example # ours\nclips.example\n")

    assert book.shared_hosts == ("clips.example", "xn--80aswg.example")


def test_the_file_may_be_missing_and_changes_no_ruling(tmp_path: Path) -> None:
    """No hash of the rulebook hangs on it, so that nobody is ruled again for it."""
    with_it = load(tmp_path / "book", "clips.example\n")
    without = Rulebook.load(folder_with(tmp_path / "other", PERMIT))

    assert without.shared_hosts == ()
    assert (with_it.sha256, with_it.mapping_sha256) == (without.sha256, without.mapping_sha256)


@pytest.mark.parametrize(
    "line", ["clips", "ftp://clips.example", "192.0.2.7", "a b.example", "clips.example, other.example"]
)
def test_a_line_that_is_no_host_refuses_the_rulebook(tmp_path: Path, line: str) -> None:
    """A slip would leave a platform's host as somebody's key; the line is named."""
    with pytest.raises(RulebookInvalid, match=r"shared_hosts\.txt:2: invalid host .* expected a host a line"):
        load(tmp_path / "book", f"t.example\n{line}\n")


def test_a_file_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    """Like every other file of the rulebook."""
    folder = folder_with(tmp_path / "book", PERMIT)
    (folder / "shared_hosts.txt").write_bytes(b"clips.example\n\xff\n")

    with pytest.raises(RulebookInvalid, match="not UTF-8"):
        Rulebook.load(folder)

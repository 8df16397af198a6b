"""The words that the project does not use are found, each where it is."""

from pathlib import Path

import pytest

from tools.plain_words import PHRASES, findings


def test_every_refused_phrase_and_name_is_found_where_it_is(tmp_path: Path) -> None:
    """A check that cannot fail lets the words come back."""
    source = tmp_path / "src" / "asked.py"
    source.parent.mkdir()
    source.write_text('"""Parted by commas."""\n\n\ndef read(said: str) -> str:\n    told = said\n    return told\n')
    (tmp_path / "README.md").write_text("Whoever reads.\nThe River, in rooms.\n")

    assert sorted(findings(tmp_path)) == [
        "README.md:1: `Whoever`: say who, anybody who, the caller",
        "README.md:2: `River`: say run, pipeline",
        "README.md:2: `rooms`: say packages",
        "src/asked.py:1: `Parted by`: say separated by",
        "src/asked.py:1: `asked`: name what it holds",
        "src/asked.py:4: `said`: name what it holds",
        "src/asked.py:5: `told`: name what it holds",
    ]


@pytest.mark.parametrize("text", ["python -m benchmarks.river", "baseline-river.json", "showrooms", "he said so"])
def test_what_only_looks_like_one_stays(text: str, tmp_path: Path) -> None:
    """A benchmark keeps its name, since others call it; prose may say what somebody said."""
    (tmp_path / "README.md").write_text(f"{text}\n")

    assert list(findings(tmp_path)) == []
    assert PHRASES

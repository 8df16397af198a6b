"""Help: what people do first at the top, in 80 columns, nothing cut, with examples that can be typed."""

import shlex
from typing import Any

import pytest
import typer.main
from typer.core import TyperGroup

from evenhand.cli.app import app
from evenhand.cli.help_pages import GROUPS, WIDTH
from evenhand.cli.verb_texts import PAGES
from tests.commands import evenhand
from tests.each_case import each_case

ROOT = typer.main.get_command(app)
MOST = 50


def tree(group: Any, above: str = "") -> dict[str, Any]:
    """Return every verb and group below a group by its words."""
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        found[f"{above}{name}"] = command
        if isinstance(command, TyperGroup):
            found |= tree(command, f"{above}{name} ")
    return found


ALL = tree(ROOT)
EXAMPLES = [(verb, example) for verb, page in PAGES.items() for example in page[1:]]


@pytest.mark.parametrize("verb", ["", *ALL])
def test_help_fits_80_columns_and_cuts_nothing(verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ellipsis hides what the line was for."""
    monkeypatch.setenv("COLUMNS", str(WIDTH))

    answer = evenhand(*verb.split(), "--help")

    assert (answer.status, answer.err) == (0, "")
    assert [line for line in answer.out.splitlines() if len(line) > WIDTH] == []
    assert [
        line for line in answer.out.splitlines() if line.endswith("...") and "]..." not in line and "vessel" not in line
    ] == []


def test_every_verb_has_a_line_of_at_most_50_characters() -> None:
    """And no page is of a verb that is gone."""
    assert set(PAGES) == set(ALL)
    for verb, command in ALL.items():
        line = command.get_short_help_str(1000)
        assert line == PAGES[verb][0]
        assert 0 < len(line) <= MOST, line
        assert not line.endswith("."), line


def test_the_overview_names_every_verb_once_those_that_come_first_at_the_top() -> None:
    """A newcomer reads from above and stops at what fits."""
    out = evenhand("--help").out

    assert [name for names in GROUPS.values() for name in names] == sorted(
        ROOT.commands,  # type: ignore[attr-defined]
        key=lambda name: out.index(f"\n  {name} "),
    )
    assert out.index("Start here:") < out.index("demo ") < out.index("Look deeper:") < out.index("Options:")
    assert "Others:" not in out


def test_evenhand_alone_is_a_short_page_and_no_error() -> None:
    """Nothing was done wrong: it was asked what there is."""
    answer = evenhand()

    assert (answer.status, answer.err) == (0, "")
    assert len(answer.out.splitlines()) <= 37
    assert max(map(len, answer.out.splitlines())) <= WIDTH
    assert all(f"evenhand {name} " in answer.out for names in GROUPS.values() for name in names)


@each_case("verb", [verb for verb, command in ALL.items() if not isinstance(command, TyperGroup)])
def test_every_verb_has_an_example(verb: str) -> None:
    """And shows it as it is typed, on one line."""
    examples = PAGES[verb][1:]

    assert examples
    out = evenhand(*verb.split(), "--help").out
    assert all(f"\n    {example}\n" in f"{out}\n" for example in examples)


@each_case(("verb", "example"), EXAMPLES)
def test_every_example_is_of_its_verb_and_has_only_options_that_are_there(verb: str, example: str) -> None:
    """Verb, arguments and options are read as the command line reads them; nothing is run."""
    program, *words = shlex.split(example)
    names = verb.split()

    assert (program, words[: len(names)]) == ("evenhand", names)
    ALL[verb].make_context(verb, words[len(names) :])

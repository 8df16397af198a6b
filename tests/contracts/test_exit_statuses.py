"""The page of exit statuses says what the command line does."""

import re
from collections.abc import Iterator
from pathlib import Path

from evenhand.cli.app import BAD_INPUT, OUTPUT_CLOSED, STATUS, status_of
from evenhand.cli.interrupts import INTERRUPTED
from evenhand.model.errors import EvenhandError, LedgerError
from tests.each_case import each_case

PAGE = (Path(__file__).parents[2] / "docs/reference/exit-statuses.md").read_text("utf-8")
CLASSES = {name: int(status) for name, status in re.findall(r"^\| `(\w+)`.*\| (\d+) \|$", PAGE, re.M)}
STATUSES = set(map(int, re.findall(r"^\| (\d+) \|", PAGE, re.M)))


def below(kind: type[EvenhandError]) -> Iterator[type[EvenhandError]]:
    for each in kind.__subclasses__():
        yield each
        yield from below(each)


def test_the_page_has_every_status_and_no_other() -> None:
    """A script that handles those of the page handles all."""
    assert {0, 1, BAD_INPUT, INTERRUPTED, OUTPUT_CLOSED, *STATUS.values()} == STATUSES


def test_the_page_names_every_class_that_has_a_status_of_its_own() -> None:
    """In the order of nothing: by name."""
    assert {kind.__name__: status for kind, status in STATUS.items()} == CLASSES


@each_case("kind", [*below(EvenhandError)])
def test_every_class_of_error_has_a_status_of_the_page(kind: type[EvenhandError]) -> None:
    """One that nobody placed would end the command line with a traceback."""
    if kind is not LedgerError:  # never raised itself
        assert status_of(kind.__new__(kind)) in STATUSES

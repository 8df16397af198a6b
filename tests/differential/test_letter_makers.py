"""Letters that another process makes, beside those made by the run itself."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from evenhand.model.errors import BadInput, ProcessEnded
from evenhand.model.statement import StatementOfReasons
from evenhand.reasons import Corpus
from evenhand.workflows.delivery import letter_makers
from evenhand.workflows.delivery.letter_makers import Made, letter_of, letters_made
from evenhand.workflows.evaluation.side_process import can_work_beside
from tests.networks import DAY_1, MadeNetwork, full_network

pytestmark = pytest.mark.skipif(not can_work_beside(), reason="never: a second process needs Linux and a second core")


@contextmanager
def makers(
    at_once: int, *, beside: bool = True, make: Callable[[StatementOfReasons, Corpus], Made] = letter_of
) -> Iterator[None]:
    """Let another process make letters, so many at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(letter_makers, "_AT_ONCE", at_once)
        patch.setattr(letter_makers, "can_work_beside", lambda: beside)
        patch.setattr(letter_makers, "letter_of", make)
        yield


def letters(made: MadeNetwork) -> dict[str, bytes]:
    """Return all files of `out/reasons`."""
    return {path.name: path.read_bytes() for path in (made.folder / "out" / "reasons").iterdir()}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    made = full_network(tmp_path_factory.mktemp("alone") / "network")
    with makers(1, beside=False):
        made.run(DAY_1)
    return made


def again(alone: MadeNetwork, folder: Path) -> MadeNetwork:
    """Return a copy whose letters are all to be written once more, as after a kill."""
    made = alone.copy(folder)
    for path in (made.folder / "out" / "reasons").iterdir():
        path.unlink()
    return made


@pytest.mark.parametrize("at_once", [1, 2, 3, 1_000])
def test_letters_made_beside_are_those_made_in_turn(alone: MadeNetwork, tmp_path: Path, at_once: int) -> None:
    """Byte for byte; the last batch may be full or not."""
    both = again(alone, tmp_path / "both")

    with makers(at_once):
        both.run(DAY_1)

    assert letters(both) == letters(alone)
    assert sum(name.endswith(".txt") for name in letters(both)) > 4


def test_reasons_said_of_everybody_alike_are_noticed_in_any_batch(alone: MadeNetwork) -> None:
    """The other process remembers what it made before, as this one would."""
    path = next(path for path in sorted(alone.folder.glob("out/reasons/*.json")) if path.with_suffix(".txt").exists())
    statement = msgspec.json.decode(path.read_bytes(), type=StatementOfReasons)
    several = [replace(statement, facts=f"{statement.facts} {letter}") for letter in "abcdefgh"]
    found = dict[bool, list[Made]]()

    for beside in (False, True):
        found[beside] = []
        with makers(3, beside=beside), letters_made(lambda _, made: found[beside].append(made)) as make:  # noqa: B023
            for each in several:
                make(each)

    assert found[True] == found[False]
    assert [b"boilerplate" in payload for _, payload in found[True]] == [False] * 3 + [True] * 5


def test_a_process_that_is_killed_fails_the_run_and_the_next_writes_all(alone: MadeNetwork, tmp_path: Path) -> None:
    """What was recorded is safe, and who was decided about still has to be told."""
    made, own = again(alone, tmp_path / "made"), os.getpid()

    def kill(statement: StatementOfReasons, corpus: Corpus) -> Made:
        if os.getpid() != own:
            os.kill(os.getpid(), signal.SIGKILL)
        return letter_of(statement, corpus)

    with makers(2, make=kill), pytest.raises(ProcessEnded, match="letters, was ended by SIGKILL; what was recorded"):
        made.run(DAY_1)
    made.run(DAY_1)

    assert letters(made) == letters(alone)


def test_a_letter_that_cannot_be_made_is_told_in_the_usual_words(alone: MadeNetwork, tmp_path: Path) -> None:
    """Not as the end of a process."""
    made = again(alone, tmp_path / "made")

    def fail(*_: object) -> Made:
        raise BadInput("no words for it", where="made-up")

    with makers(2, make=fail), pytest.raises(BadInput, match="no words for it"):
        made.run(DAY_1)

"""The command line as a whole: every way it can go wrong is one line and one exit status."""

import io
import os
import subprocess
import sys
from contextlib import redirect_stdout
from importlib.metadata import version
from pathlib import Path

import pytest

from evenhand.cli import main
from evenhand.cli.app import run
from tests.commands import DAY_1, DAY_2, evenhand


def test_help_names_every_verb() -> None:
    """It is the first thing a newcomer types."""
    answer = evenhand("--help")

    assert answer.status == 0
    assert all(verb in answer.out for verb in ("demo", "init", "run", "explain", "lists", "ledger", "gate", "reasons"))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("nosuch", "no such command 'nosuch'"),
        ("run", "missing argument 'DIR'"),
        ("run a b", "unexpected extra argument"),
        ("explain --hepl", "no such option: --hepl"),
        ("gate check --register", "requires an argument"),
        ("lists nosuch", "no such command 'nosuch'"),
    ],
)
def test_bad_use_is_one_line_and_status_2(line: str, says: str) -> None:
    """A misspelt verb is no reason for a traceback; it was one, because typer carries its own Click."""
    status, out, err = evenhand(*line.split())

    assert (status, out) == (2, "")
    assert says in err
    assert err.startswith("evenhand: ")
    assert err.endswith("see `evenhand --help`\n")
    assert err.count("\n") == 1


def test_the_version_is_that_of_the_installed_package() -> None:
    """It is the first thing that a report of a defect needs."""
    assert evenhand("--version") == (0, f"evenhand {version('evenhand')}\n", "")


def test_the_module_is_the_command() -> None:
    """`python -m evenhand` works where no folder of scripts is on the path, and calls itself by the same name."""
    done = subprocess.run(
        [sys.executable, "-m", "evenhand", "gate", "--help"], capture_output=True, text=True, check=True
    )

    assert done.stdout.startswith("Usage: evenhand gate [OPTIONS]")


def test_a_shell_completes_verbs(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `evenhand --install-completion` puts into a shell asks the command itself."""
    monkeypatch.setenv("COMP_WORDS", "evenhand gate s")
    monkeypatch.setenv("COMP_CWORD", "2")
    monkeypatch.setenv("_EVENHAND_COMPLETE", "complete_bash")
    said = io.StringIO()

    with redirect_stdout(said), pytest.raises(SystemExit) as ended:
        run([])

    assert ended.value.code in {0, None}
    assert said.getvalue().split() == ["shadow", "serve"]


@pytest.mark.parametrize("group", [["rules"], ["lists"], ["ledger"], ["gate"], ["reasons"]])
def test_a_group_without_a_verb_shows_its_help(group: list[str]) -> None:
    """Help goes to standard error, because nothing was done."""
    status, out, err = evenhand(*group)

    assert (status, out) == (2, "")
    assert err.startswith("Usage: ")


def test_a_prompt_without_an_answer_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`init` asks for the origin; whoever ends the input at a terminal wants to stop."""
    terminal = io.StringIO("")
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)

    status, _, err = evenhand("init", tmp_path / "new")

    assert status == 130
    assert "Interrupted" in err
    assert not (tmp_path / "new").exists()


def test_a_reader_that_leaves_is_no_error(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`evenhand lists show DIR | head -0` must not end in a traceback."""

    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", sys.stdout)
    with redirect_stdout(Closed()):
        status = run(["lists", "show", str(network), "--json"])
        sys.stdout.close()  # what `run` put there for Python to flush at the very end

    assert status == 141


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_closed_pipe_is_no_answer(network: Path, unbuffered: str) -> None:
    """Status 1 would say "no": that the gate refuses, or that an audit has findings."""
    program = [sys.executable, "-m", "evenhand", "lists", "show", str(network)]
    reader, writer = os.pipe()
    os.close(reader)

    done = subprocess.run(
        program, stdout=writer, stderr=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": unbuffered}, check=False
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (141, b"")


def test_too_little_memory_is_one_line(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A traceback of forty lines would hide what is wrong."""

    def fails(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("evenhand.store.network.read_network", fails)

    assert evenhand("lists", "show", network) == (
        2,
        "",
        "evenhand: there is not enough memory; committed records are safe\n",
    )


@pytest.mark.parametrize(
    ("package", "says"),
    [
        ("psycopg.sql", "the package `psycopg` is not installed: `pip install 'evenhand[postgres]'`"),
        (
            "duckdb",
            "the package `duckdb` is not installed; this verb needs the whole of Evenhand: `pip install evenhand`",
        ),
    ],
)
def test_a_package_that_is_not_there_is_named_with_what_brings_it(
    network: Path, monkeypatch: pytest.MonkeyPatch, package: str, says: str
) -> None:
    """Of an extra the extra: the whole of Evenhand lacks it too."""

    def fails(*_: object) -> None:
        raise ModuleNotFoundError(name=package)

    monkeypatch.setattr("evenhand.store.network.read_network", fails)

    assert evenhand("lists", "show", network) == (2, "", f"evenhand: {says}\n")


def test_a_disk_that_does_not_obey_is_named(network: Path) -> None:
    """An error of the operating system carries the path that it is about."""
    for path in (network / "out").iterdir():
        if path.is_file():
            path.unlink()
    (network / "out" / "reasons").rename(network / "elsewhere")
    (network / "out").rmdir()
    (network / "out").write_text("")

    status, _, err = evenhand("run", network, "--at", DAY_2)

    assert status == 2
    assert str(network / "out") in err
    assert err.count("\n") == 1


def test_the_program_ends_with_the_status(monkeypatch: pytest.MonkeyPatch) -> None:
    """`evenhand` in a shell script is asked by its exit status."""
    monkeypatch.setattr(sys, "argv", ["evenhand", "nosuch"])

    with pytest.raises(SystemExit) as stopped:
        main()

    assert stopped.value.code == 2


def test_every_verb_prints_one_json_object(network: Path, tmp_path: Path) -> None:
    """Scripts read standard output; nothing but the object may be on it. For `demo`: `test_demo`."""
    answers = (
        evenhand("init", tmp_path / "new", "--origin", "ads.example.org", "--json"),
        evenhand("run", network, "--at", DAY_2, "--json"),
        evenhand("explain", network, "a2", "--at", DAY_2, "--json"),
        evenhand("lists", "show", network, "--json"),
        evenhand("ledger", "verify", network, "--json"),
        evenhand("gate", "check", "--register", network, "--adomain", "plum.example", "--at", DAY_1, "--json"),
        evenhand("reasons", "show", network, "a2", "--json"),
    )

    assert [answer.status for answer in answers] == [0] * 7
    assert all(isinstance(answer.json, dict) for answer in answers)
    assert "".join(answer.err for answer in answers) == ""


def test_the_installed_program_starts() -> None:
    """The entry point of the package, in a process of its own."""
    script = Path(sys.executable).with_name("evenhand")
    done = subprocess.run([script, "--help"], capture_output=True, text=True, check=False)

    assert done.returncode == 0
    assert done.stdout.startswith("Usage: evenhand")

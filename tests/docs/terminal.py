"""A terminal of 80 columns in which the commands of a document are run, in this process."""

import shlex
import shutil
from contextlib import redirect_stderr, redirect_stdout
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from io import StringIO
from pathlib import Path

import pytest

from evenhand.cli.app import run
from tests.docs.pages import Command, File

_AS = {"make demo": "evenhand demo demo-network"}  # the set-up before it is what `make` itself is trusted with
_FLAGS = ELLIPSIS | NORMALIZE_WHITESPACE


class Terminal:
    """Does the steps of a document in one folder and remembers the last exit status."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.status = folder, 0
        monkeypatch.chdir(folder)
        monkeypatch.setenv("COLUMNS", "80")

    def do(self, step: Command | File) -> None:
        """Write the file, or run the command and hold its output to the document's."""
        match step:
            case File(_, path, text, appended):
                before = (self.folder / path).read_text(encoding="utf-8") if appended else ""
                (self.folder / path).write_text(before + text, encoding="utf-8")
            case Command(line, command, wanted):
                got = self._output(command)
                shown = f"line {line}: $ {command}\n--- the document\n{wanted}\n--- the terminal\n{got}"
                assert OutputChecker().check_output(wanted, got, _FLAGS), shown

    def _output(self, command: str) -> str:
        if command == "echo $?":
            return f"{self.status}\n"
        program, *arguments = shlex.split(_AS.get(command, command))
        match program:
            case "cat":
                return Path(arguments[0]).read_text(encoding="utf-8")
            case "cp":
                if arguments[0] == "-r":
                    shutil.copytree(*arguments[1:])
                else:
                    shutil.copy(*arguments)
                return ""
            case "evenhand":
                return self._evenhand(arguments)
            case _:
                raise AssertionError(f"no command that a document may show: {command}")

    def _evenhand(self, arguments: list[str]) -> str:
        said = StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            self.status = run(arguments)
        return said.getvalue()

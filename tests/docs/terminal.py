"""A terminal of 80 columns in which the commands of a document are run, in this process."""

import re
import shlex
import shutil
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from io import StringIO
from pathlib import Path

import pytest

from evenhand.cli.app import run
from tests.commands import Demo
from tests.docs.pages import Command, File

_AS = {"make demo": "evenhand demo demo-network"}  # the set-up before it is what `make` itself is trusted with
_FLAGS = ELLIPSIS | NORMALIZE_WHITESPACE


class Terminal:
    """Does the steps of a document in one folder and remembers the last exit status.

    `evenhand demo demo-network` gives a copy of what it made once: it takes seconds, and ten documents begin with it.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, demo: Demo) -> None:
        self.folder, self.status, self.demo = folder, 0, demo
        monkeypatch.chdir(folder)
        monkeypatch.setenv("COLUMNS", "80")

    def do(self, step: Command | File) -> None:
        """Write the file, or run the command and hold its output to the document's."""
        match step:
            case File(_, path, text, appended):
                before = (self.folder / path).read_text(encoding="utf-8") if appended else ""
                (self.folder / path).write_text(before + self._filled_in(text), encoding="utf-8")
            case Command(line, command, wanted):
                got = self._output(command)
                shown = f"line {line}: $ {command}\n--- the document\n{wanted}\n--- the terminal\n{got}"
                assert OutputChecker().check_output(wanted, got, _FLAGS), shown

    def _filled_in(self, text: str) -> str:
        """Return a text with what the reader is to copy from files."""
        return re.sub(r"<the line in ([\w./-]+)>", lambda found: (self.folder / found[1]).read_text().strip(), text)

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
            case "ssh-keygen":
                return _ssh_keygen(arguments)
            case "evenhand":
                return self._evenhand(arguments)
            case _:
                raise AssertionError(f"no command that a document may show: {command}")

    def _evenhand(self, arguments: list[str]) -> str:
        if arguments == ["demo", "demo-network"] and not Path("demo-network").exists():
            shutil.copytree(self.demo.folder, "demo-network")
            self.status = 0
            return self.demo.out
        said = StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            self.status = run(arguments)
        return said.getvalue()


def _ssh_keygen(arguments: list[str]) -> str:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("not yet here: OpenSSH is not installed")
    subprocess.run(["ssh-keygen", *arguments], check=True)
    return ""

"""The command line called in this process, and a small network made by it as a person would make one."""

import io
import re
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from evenhand.cli.app import run

DAY_1, DAY_2, DAY_3 = "2026-03-02T12:00:00Z", "2026-03-03T12:00:00Z", "2026-03-04T12:00:00Z"
ORIGIN = "ads.made-up.example/log"
LISTED = "l1,Company,Quandar Holding,,,quandar.example,,,,,made-up-program,,,\n"

Edit = Callable[[Path], object]


class Answer(NamedTuple):
    """What a command left behind: exit status, standard output, standard error."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return the one JSON object on standard output; anything beside it fails."""
        assert self.out.count("\n") == 1, self.out
        return msgspec.json.decode(self.out)

    @property
    def lines(self) -> list[str]:
        """Return the lines of standard output; one that goes on after a backslash is one line."""
        return re.sub(r" \\\n +", " ", self.out).splitlines()


def evenhand(*arguments: object) -> Answer:
    """Run one command line and return what it left."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = run([str(each) for each in arguments])
    return Answer(status, out.getvalue(), err.getvalue())


class Demo(NamedTuple):
    """What `evenhand demo demo-network` made and printed; nothing in the folder says where it is."""

    folder: Path
    out: str


def make_demo(folder: Path) -> Demo:
    """Return the sample network as its command makes it in a folder, on a terminal of 80 columns."""
    with pytest.MonkeyPatch.context() as patched, chdir(folder):
        patched.setenv("COLUMNS", "80")
        answer = evenhand("demo", "demo-network")
    assert (answer.status, answer.err) == (0, "")
    return Demo(folder / "demo-network", answer.out)


def build(folder: Path, origin: str = ORIGIN) -> Path:
    """Make a network of three advertisers, one of them on its house list, and run it on the first day."""
    assert evenhand("init", folder, "--origin", origin).status == 0
    write("data/advertisers.csv", "id,name,domains\na1,Plum Bakery,plum.example\na2,Quandar Holding,quandar.example\n")(
        folder
    )
    append("lists-in/house-list.csv", LISTED)(folder)
    append("rulebook/designations.csv", "house-list,*,house-sanctions,yes\n")(folder)
    replace("evenhand.toml", 'key = "house-sanctions"', 'key = "house-list"')(folder)
    assert evenhand("run", folder, "--at", DAY_1).status == 0
    return folder


def write(path: str, content: str | bytes) -> Edit:
    """Return an edit that writes a file of a network."""
    data = content if isinstance(content, bytes) else content.encode()
    return lambda folder: (folder / path).write_bytes(data)


def append(path: str, text: str) -> Edit:
    """Return an edit that adds text to a file."""
    return lambda folder: (folder / path).write_text((folder / path).read_text("utf-8") + text, "utf-8")


def replace(path: str, old: str, new: str) -> Edit:
    """Return an edit that replaces text in a file; the text must be there."""

    def edit(folder: Path) -> None:
        text = (folder / path).read_text("utf-8")
        assert old in text, f"{old!r} is not in {path}"
        (folder / path).write_text(text.replace(old, new), "utf-8")

    return edit


def remove(path: str) -> Edit:
    """Return an edit that removes a file."""
    return lambda folder: (folder / path).unlink()

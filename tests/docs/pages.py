"""What a document shows, taken out of it: terminal sessions with their output, and files to write."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]

_BLOCK = re.compile(r"^```(?P<kind>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
# The line above a block that is a file: "Put into `path`:" replaces it, "Add to the end of `path`:" appends.
_FILE = re.compile(r"(?P<how>Put into|Add to the end of) `(?P<path>[^`]+)`:\n+\Z")


class Command(NamedTuple):
    """One command of a `console` block and the output that the document shows for it, `...` where it is cut."""

    line: int
    command: str
    output: str


class File(NamedTuple):
    """A file that the reader is told to write, or to append to."""

    line: int
    path: str
    text: str
    appended: bool


def steps(text: str) -> Iterator[Command | File]:
    """Yield what a reader of the document does, in order."""
    for block in _BLOCK.finditer(text):
        line = text.count("\n", 0, block.start()) + 1
        told = _FILE.search(text, 0, block.start())
        if block["kind"] == "console":
            yield from _commands(block["body"], line)
        elif told:
            yield File(line, told["path"], block["body"], told["how"] != "Put into")


def _commands(body: str, line: int) -> Iterator[Command]:
    """Yield the lines that begin with a prompt, each with what stands below it up to the next one."""
    pieces = re.split(r"^\$ (.*)$", body, flags=re.MULTILINE)
    for command, output in zip(pieces[1::2], pieces[2::2], strict=True):
        yield Command(line, command, output)

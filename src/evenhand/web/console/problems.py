"""Errors as a page says them: without the commands and options of the command line, where a page has its own way."""

import re
from typing import Final

from evenhand.model.errors import EvenhandError

_COMMAND: Final = re.compile(r"; [^;`]*`evenhand [^`]*`[^;]*")
_OF_COMMANDS: Final = re.compile(r"--[a-z]|\bevenhand [a-z]")
_OPTION: Final = re.compile(r"--([a-z]+(?:-[a-z]+)*)")


def for_page(text: str) -> str:
    """Return a message without what it says of the command line.

    >>> for_page("too many entries are missing: 1 of 2; check the list; accept it with --accept-list a of evenhand run")
    'too many entries are missing: 1 of 2; check the list'
    """
    return "; ".join(part for part in text.split("; ") if not _OF_COMMANDS.search(part)) or text


def problem_of(error: EvenhandError) -> str:
    """Return what went wrong, where, and what was expected.

    >>> from evenhand.model.errors import BadInput
    >>> problem_of(BadInput("no words", where="--why", expected="a text", todo="`evenhand task note DIR t1` adds one"))
    'why: no words; expected a text'
    """
    return _OPTION.sub(lambda found: found[1].replace("-", " "), _COMMAND.sub("", str(error)))

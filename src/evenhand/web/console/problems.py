"""Errors as a page says them: without the commands and options of the command line, where a page has its own way."""

import re
from typing import Final

from evenhand.model.errors import EvenhandError

_COMMAND: Final = re.compile(r"; [^;`]*`evenhand [^`]*`[^;]*")
_OPTION: Final = re.compile(r"--([a-z]+(?:-[a-z]+)*)")


def problem_of(error: EvenhandError) -> str:
    """Return what went wrong, where, and what was expected.

    >>> from evenhand.model.errors import BadInput
    >>> problem_of(BadInput("no words", where="--why", expected="a text", todo="`evenhand task note DIR t1` adds one"))
    'why: no words; expected a text'
    """
    return _OPTION.sub(lambda found: found[1].replace("-", " "), _COMMAND.sub("", str(error)))

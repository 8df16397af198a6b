"""Secrets that settings name and never hold: in a file outside of the network's folder, or in the environment."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from evenhand.model.errors import BadInput

Wrong = tuple[str, object, str]
"""A place in the settings, what stands there, and what was expected."""

_VARIABLE = re.compile("[A-Za-z_][A-Za-z0-9_]*")
_MOST_BYTES = 4096


def wrong_secret(place: str, stated: tuple[str, str], folder: Path) -> Iterator[Wrong]:
    """Yield that not exactly one of file and variable is stated, or that the file would be copied with the network."""
    file, variable = stated
    key = place.rpartition(".")[2]
    if bool(file) == bool(variable):
        got = "stated twice" if file else "missing"
        yield place, got, f"`{key}_file` or `{key}_env`, never the secret itself"
    elif variable and not _VARIABLE.fullmatch(variable):
        yield f"{place}_env", "no name of a variable", "a name such as EVENHAND_WEBHOOK; never the secret itself"
    elif file and (folder / file).resolve().is_relative_to(folder.resolve()):
        yield f"{place}_file", file, "a file outside of the network's folder, which is copied and sent around"


def stated_secret(folder: Path, file: str, variable: str, environment: Mapping[str, str]) -> tuple[str, str]:
    """Return what a file or a variable holds, without blanks around it, and where that is.

    Raises:
        BadInput: the file cannot be read, or the variable is not set.
    """
    if variable:
        if variable not in environment:
            raise BadInput(
                "the variable of a secret is not set", where=variable, todo="set it, or change evenhand.toml"
            )
        return environment[variable].strip(), variable
    path = folder / file
    try:
        with path.open("rb") as opened:
            return opened.read(_MOST_BYTES).decode("utf-8", "replace").strip(), str(path)
    except OSError as error:
        raise BadInput("no secret can be read", where=path, got=error.strerror) from None

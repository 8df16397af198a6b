"""The program itself as an input: the hash of its code, of its data, and of what it works with."""

import sys
import unicodedata
from collections.abc import Collection
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

from evenhand.model.record import files_sha256, record_sha256


def code_sha256(packages: Collection[str], works_with: Collection[str]) -> str:
    """Return the hash of packages of ours, of the distributions that they work with, and of Python.

    INVARIANT: a change of a line of them, or of a version, changes the hash: nobody has to think of a version's number.
    Cost: 10 ms for what reads tables, 60 ms for all of the program.
    """
    code = {f"{package}/{name}": data for package in packages for name, data in _files("", files(package)).items()}
    versions = {name: version(name) for name in works_with} | {
        "python": sys.version, "unicode": unicodedata.unidata_version,
    }  # fmt: skip
    return record_sha256([files_sha256(code), versions])


def _files(path: str, folder: Traversable) -> dict[str, bytes]:
    """Return the files below a folder by path, without what Python compiles."""
    found: dict[str, bytes] = {}
    for each in folder.iterdir():
        if each.is_dir():
            found |= {} if each.name == "__pycache__" else _files(f"{path}{each.name}/", each)
        else:
            found[f"{path}{each.name}"] = each.read_bytes()
    return found

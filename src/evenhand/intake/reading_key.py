"""What decides how tables are read: their bytes, the settings, and the reader itself."""

import sys
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

from evenhand.model.network import IntakeSection
from evenhand.model.record import files_sha256, record_sha256

_PACKAGES = ("evenhand.intake", "evenhand.model", "evenhand.store")
_READ_WITH = ("duckdb", "idna", "msgspec", "publicsuffixlist", "python-calamine", "rapidfuzz")


def reading_key(settings: IntakeSection, fx: Mapping[str, str], currency: str, hashes: Mapping[str, str]) -> str:
    """Return the hash of all that `read_tables` depends on; `hashes` name the bytes of each table.

    Equal keys give equal tables, equal notes and equal rejected input. Cost: 10 ms once, for the reader.
    """
    return record_sha256([reader_sha256(), settings, fx, currency, hashes])


@cache
def reader_sha256() -> str:
    """Return the hash of the code that reads tables, of what it is read with, and of their data.

    INVARIANT: a change of a line of it, or of a package, changes the hash: nobody has to think of a version's number.
    """
    code = {f"{package}/{name}": data for package in _PACKAGES for name, data in _files("", files(package)).items()}
    versions = {name: version(name) for name in _READ_WITH} | {
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

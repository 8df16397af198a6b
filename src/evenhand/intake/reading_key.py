"""What decides how tables are read: their bytes, the settings, and the reader itself."""

from collections.abc import Mapping
from functools import cache

from evenhand.intake.content import Kinds
from evenhand.model.network import IntakeSection
from evenhand.model.record import record_sha256
from evenhand.store.program_code import code_sha256

_PACKAGES = ("evenhand.intake", "evenhand.model", "evenhand.store")
_READ_WITH = ("duckdb", "idna", "msgspec", "publicsuffixlist", "python-calamine", "rapidfuzz")


def reading_key(
    settings: IntakeSection, fx: Mapping[str, str], currency: str, kinds: Kinds, hashes: Mapping[str, str]
) -> str:
    """Return the hash of all that `read_tables` depends on; `hashes` name the bytes of each table.

    Equal keys give equal tables, equal notes and equal rejected input. Cost: 10 ms once, for the reader.
    """
    return record_sha256([reader_sha256(), settings, fx, currency, kinds, hashes])


@cache
def reader_sha256() -> str:
    """Return the hash of the code that reads tables, of what it is read with, and of their data."""
    return code_sha256(_PACKAGES, _READ_WITH)

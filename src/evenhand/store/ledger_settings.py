"""`ledger.toml` read: every key fits, and what is left out is as `model.ledger_settings` says."""

import re
import tomllib
from pathlib import Path

import msgspec
from msgspec import structs

from evenhand.model.errors import BadInput
from evenhand.model.log import LedgerSettings

LEDGER_SETTINGS_FILE = "ledger.toml"


def read_ledger_settings(folder: Path) -> LedgerSettings:
    """Return the settings of the ledger in `folder`.

    Raises:
        BadInput: `ledger.toml` is missing or no TOML, or a key is missing, unknown or wrong, or there is a replica of
            nothing.
    """
    path = folder / LEDGER_SETTINGS_FILE
    try:
        settings = settings_in(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadInput(
            "cannot read the ledger's settings", where=path, got=error, expected=f'`origin = "..."` and of {_KEYS}'
        ) from None
    if settings.replica and not settings.postgres:
        raise BadInput(
            "a replica of no server", where=path, expected="the main server's address (`postgres`) beside `replica`",
            todo="add it, or take the line `replica` out",
        )  # fmt: skip
    return settings


def settings_in(text: str) -> LedgerSettings:
    """Return the settings that a text has; raises tomllib.TOMLDecodeError or msgspec.ValidationError."""
    return msgspec.convert(tomllib.loads(text), LedgerSettings)


def without_passwords(settings: LedgerSettings) -> LedgerSettings:
    """Return settings to be shown to anybody."""
    hidden = {name: hidden_address(getattr(settings, name)) for name in ("postgres", "replica")}
    return structs.replace(settings, **hidden)


def hidden_address(address: str) -> str:
    """Return an address of Postgres without its passwords, to be shown to anybody.

    >>> hidden_address("postgresql://log:s3:c@ret@db.example/x?sslpassword=a&user=b")
    'postgresql://log:***@db.example/x?sslpassword=***&user=b'
    >>> hidden_address("host=db.example password = 'a b' user=log")
    'host=db.example password = *** user=log'
    """
    without = _USERINFO.sub(r"\1***@", address)
    return _PASSWORD.sub(r"\1***", without)


# Up to the last `@` before the path: a password that was not escaped may hold one.
_USERINFO = re.compile(r"(?<=://)([^/?#:]*:)[^/?#]*@")
_PASSWORD = re.compile(r"(password\s*=\s*)('(?:\\.|[^'\\])*'?|[^\s&]*)", re.IGNORECASE)
_KEYS = ", ".join(field.name for field in structs.fields(LedgerSettings)[1:])

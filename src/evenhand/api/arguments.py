"""What programs pass in, checked before it is used: whatever does not fit is one error with what, where, expected."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from math import isnan
from pathlib import Path
from typing import Any

from evenhand.cli.common import checked_record_time
from evenhand.intake.names import NAMED
from evenhand.model.errors import BadInput


def path_of(value: object, where: str) -> Path:
    """Return a path that was given as text or path.

    Raises:
        BadInput: it is neither.
    """
    if not isinstance(value, str | Path):
        raise BadInput("no path", where=where, got=_shown(value), expected="a str or pathlib.Path")
    return Path(value)


def paths_of(value: object, where: str) -> list[Path]:
    """Return paths: one that was given alone, or each of several.

    Raises:
        BadInput: one of them is neither text nor path.
    """
    several = value if isinstance(value, Iterable) and not isinstance(value, str) else [value]
    return [path_of(each, where) for each in several]


def text_of(value: object, where: str) -> str:
    """Return a text.

    Raises:
        BadInput: it is none.
    """
    if not isinstance(value, str):
        raise BadInput("no text", where=where, got=_shown(value), expected="a str")
    return value


def instant_of(value: object, where: str = "at") -> datetime:
    """Return an instant in UTC to the second; None is now.

    Raises:
        BadInput: it is no datetime, or one without its offset.
    """
    if value is None:
        return datetime.now(UTC).replace(microsecond=0)
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise BadInput(
            "an instant without its offset", where=where, got=_shown(value), expected="a datetime with tzinfo"
        )
    return value.astimezone(UTC).replace(microsecond=0)


def record_time(at: object) -> datetime:
    """Return the instant of a record in UTC, which is now or earlier; None is now.

    Raises:
        BadInput: no datetime with its offset, or one more than a day ahead of the clock.
    """
    return checked_record_time(instant_of(at), where="at", todo="leave it out: None is now")


def names_of(names: object) -> list[dict[str, str]]:
    """Return what is said of each name: a text alone, or a mapping with the columns that a table of names may have.

    None and missing numbers are empty, as pandas and databases hand over empty cells.

    Raises:
        BadInput: neither of them, or a column that is not known: what it says would not be compared.
    """
    several = [names] if isinstance(names, str | Mapping) or not isinstance(names, Iterable) else names
    return [_name_of(each, f"names[{at}]") for at, each in enumerate(several)]


def _name_of(name: object, where: str) -> dict[str, str]:
    if isinstance(name, str):
        return {"name": name}
    if not isinstance(name, Mapping):
        raise BadInput("no name", where=where, got=_shown(name), expected="a str, or a dict with `name`")
    for column in name:
        if column not in NAMED:
            raise BadInput("unknown column", where=where, got=_shown(column), expected=", ".join(NAMED))
    return {str(column): _cell(value, f"{where}[{column!r}]") for column, value in name.items()}


def _cell(value: Any, where: str) -> str:
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return text_of(value, where)


def _shown(value: object) -> str:
    return repr(value)[:80]

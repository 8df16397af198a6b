"""The location of a register: a file of either form, or the folder of a network, whose settings count then."""

import codecs
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from evenhand.model.errors import BadInput, RegisterInvalid
from evenhand.model.service import REGISTER_FILES, StaleChoice

_SETTINGS: Final = "evenhand.toml"


class _Log(msgspec.Struct):
    origin: str


class _Choice(msgspec.Struct):
    stale: StaleChoice
    switch: str = ""


class _Settings(msgspec.Struct):
    """What the gate reads of `evenhand.toml`; the rest is checked where the network is run."""

    network: _Log
    gate: _Choice


class RegisterLocation(NamedTuple):
    """A register's file; of a network also its choice for a stale register, its log's origin and its switch, if any."""

    path: Path
    stale: StaleChoice | None = None
    origin: str = ""
    switch: Path | None = None


def locate_register(path: Path | str) -> RegisterLocation:
    """Return the location of a register that is named by a file or by a network's folder, as a path or as text.

    Raises:
        BadInput: neither a path nor text.
        RegisterInvalid: a folder without readable settings.
    """
    try:
        path = Path(path)
    except TypeError:
        raise BadInput(
            "not a path:", where="Gate", got=repr(path), expected="a register's file or a network's folder"
        ) from None
    if not _is_folder(path):
        return RegisterLocation(path)
    settings = _settings(path)
    files = [path / "out" / name for name in REGISTER_FILES]
    return RegisterLocation(
        next((file for file in files if file.exists()), files[-1]),
        settings.gate.stale,
        settings.network.origin,
        path / settings.gate.switch if settings.gate.switch else None,
    )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # a name that the system does not take; opening it says why


def _settings(folder: Path) -> _Settings:
    file = folder / _SETTINGS
    try:
        return msgspec.toml.decode(file.read_bytes().removeprefix(codecs.BOM_UTF8), type=_Settings)
    except FileNotFoundError:
        raise RegisterInvalid(
            "no register in this folder:", where=folder, got=f"no {_SETTINGS}",
            expected="a register's file or the folder of a network", todo="`evenhand run` writes a register",
        ) from None  # fmt: skip
    except (OSError, msgspec.MsgspecError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise RegisterInvalid("the settings cannot be read:", where=file, got=why) from error

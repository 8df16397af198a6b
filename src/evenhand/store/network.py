"""A network is a folder: its settings read and its paths named."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from evenhand.model.errors import NetworkUnreadable
from evenhand.model.network import Settings

SETTINGS_FILE = "evenhand.toml"


@dataclass(frozen=True)
class Network:
    """A network's folder with its settings; the paths are those of `architecture.md` §7."""

    folder: Path
    settings: Settings

    @property
    def rulebook(self) -> Path:
        """Return the rulebook's folder."""
        return self.folder / self.settings.rulebook.path

    @property
    def lists(self) -> Path:
        """Return the folder of kept list versions."""
        return self.folder / "lists"

    @property
    def ledger(self) -> Path:
        """Return the ledger's folder."""
        return self.folder / "ledger"

    @property
    def snapshots(self) -> Path:
        """Return the folder of tables as read, by content hash."""
        return self.folder / "snapshots"

    @property
    def state(self) -> Path:
        """Return the folder of what the last run knew; it may be deleted."""
        return self.folder / "state"

    @property
    def out(self) -> Path:
        """Return the folder of what leaves: register, reasons, report."""
        return self.folder / "out"


def read_network(folder: Path) -> Network:
    """Return the network in `folder`.

    Raises:
        NetworkUnreadable: the folder or `evenhand.toml` is missing, is no TOML, or lacks or misspells a key.
    """
    path = folder / SETTINGS_FILE
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        settings = msgspec.convert(raw, Settings)
    except FileNotFoundError:
        raise NetworkUnreadable(
            "no network here",
            where=folder,
            expected=f"a folder with {SETTINGS_FILE}",
            todo="make one with `evenhand init`",
        ) from None
    except OSError as error:
        raise NetworkUnreadable("cannot be read", where=path, got=error.strerror) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise NetworkUnreadable(_lower(str(error)), where=path, todo="see docs/reference/evenhand-toml.md") from error
    _check(settings, path)
    return Network(folder, settings)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")


def _check(settings: Settings, path: Path) -> None:
    """Refuse values whose type is right and whose meaning is not."""
    try:
        ZoneInfo(settings.network.zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise NetworkUnreadable(
            "unknown time zone", where=path, got=settings.network.zone, expected="an IANA name such as Europe/Berlin"
        ) from None
    _check_number(settings.intake.max_refused_share, "intake.max_refused_share", path, most=Decimal(1))
    for currency, rate in settings.fx.items():
        _check_number(rate, f"fx.{currency}", path)
    keys = [source.key for source in settings.lists]
    for key in keys:
        if keys.count(key) > 1 or "-" not in key:
            raise NetworkUnreadable("bad list key", where=path, got=key, expected="`<publisher>-<list>`, each once")


def _check_number(text: str, name: str, path: Path, most: Decimal | None = None) -> None:
    try:
        number = Decimal(text)
        good = number >= 0 and (most is None or number <= most)
    except InvalidOperation:
        good = False
    if not good:
        upper = f" up to {most}" if most is not None else ""
        raise NetworkUnreadable(f"bad number for {name}", where=path, got=text, expected=f"a decimal from 0{upper}")

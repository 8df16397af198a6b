"""Settings of a network, read from `evenhand.toml`; errors name section and key as the file has them."""

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, get_args, get_type_hints
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import structs

from evenhand.model.errors import NetworkUnreadable
from evenhand.model.network import GateSection, IntakeSection, ListSource, NetworkSection, Settings, file_name
from evenhand.model.notification import MailRecipient, Webhook
from evenhand.model.upload import TableName
from evenhand.store.console_settings import wrong_console
from evenhand.store.notification_settings import wrong_notifications
from evenhand.store.object_addresses import is_address, wrong_address

SETTINGS_FILE = "evenhand.toml"

_SEE = "see the page evenhand-toml of the documentation"
_TERRITORY = re.compile("[A-Z]{2,3}")
_TAXONOMY = re.compile("[0-9]{1,3}")
_LEVELS = ("0", "1", "2", "3")
_CURRENCY = re.compile("[A-Z]{3}")
_SHA256 = re.compile("[0-9a-f]{64}")
_HOST = re.compile("[a-z0-9.:-]+")
_LIST_KEY = re.compile("[a-z0-9]+(-[a-z0-9]+)+")
_INDEX = re.compile(r"\[[^\]]*\]")
_STEP = re.compile(r"[^.\[\]]+")
_BLOCKS: Mapping[str, type] = {"list": ListSource, "webhook": Webhook, "mail_to": MailRecipient}
_FIELD = re.compile(r"Object (?P<how>missing required|contains unknown) field `(?P<key>[^`]*)`")
_KINDS = {
    "str": "text in quotes", "int": "a whole number", "float": "a number with a point", "bool": "true or false",
    "array": "a list in brackets", "object": "a table of keys", "date": "a date such as 2026-01-31",
    "datetime": "a time", "got": "but there is",
}  # fmt: skip
_MOST_DAYS = 3660
_WHOLE_NUMBERS = {
    "gate.fresh_for_hours": (1, 8784),
    "reasons.complaint_months": (6, 120),  # at least six: DSA Art. 20(1)
    "reasons.hold_notice_days": (1, 30),
    "fetch.max_mb": (1, 4096),
    "fetch.seconds": (1, 86_400),
    "fetch.stall_seconds": (1, 3600),
    "fetch.redirects": (0, 20),
    "fetch.attempts": (1, 10),
    "influence.max_cell": (2, 100_000),
    "influence.resolution_s": (1, 60),  # coarser than the widest window, nothing can be close
    "complaints.acknowledge_hours": (1, 168),
    "complaints.admit_days": (1, 30),
    "complaints.decide_days": (1, 90),
    "complaints.answer_days": (1, 90),
    "complaints.gate_hours": (1, 24),
    "complaints.exports_hours": (1, 168),
    "complaints.external_days": (1, 90),  # at most 90, 180 in a complex case: DSA Art. 21(4)
    "complaints.external_complex_days": (1, 180),
}


def read_settings(folder: Path) -> Settings:
    """Return the settings of the network in `folder`.

    Raises:
        NetworkUnreadable: the folder or `evenhand.toml` is missing, is not TOML, or a key is missing, unknown or wrong.
    """
    path = folder / SETTINGS_FILE
    raw = _read_toml(folder, path)
    raw.pop("retention", None)  # files of earlier versions have it; it never had an effect (docs/choices/0024)
    try:
        settings = msgspec.convert(raw, Settings)
    except msgspec.ValidationError as error:
        raise _misfit(str(error), raw, path) from error
    _check(settings, path)
    return settings


def _read_toml(folder: Path, path: Path) -> dict[str, Any]:
    try:
        # Editors of Windows begin a file with a byte order mark.
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        raise NetworkUnreadable(
            f"not an Evenhand network: no {SETTINGS_FILE}", where=folder, todo="make one with `evenhand init`"
        ) from None
    except OSError as error:
        raise NetworkUnreadable(f"cannot be read ({error.strerror})", where=path) from error
    except UnicodeDecodeError as error:
        raise NetworkUnreadable("is not UTF-8", where=path, todo="save it as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise NetworkUnreadable(f"is not TOML: {_lower(str(error))}", where=path, todo=_SEE) from error


def _misfit(message: str, raw: Mapping[str, Any], path: Path) -> NetworkUnreadable:
    """Return msgspec's message in the file's words: `$.gate.stale` is the key `stale` of `[gate]`."""
    what, _, at = message.partition(" - at `$")
    place = _INDEX.sub("", at.rstrip("`").removeprefix("."))
    if field := _FIELD.fullmatch(what):
        named = _named(f"{place}.{field['key']}".removeprefix("."))
        if field["how"] == "missing required":
            return NetworkUnreadable(f"{named} is missing", where=path, todo=_SEE)
        known = ", ".join(field.encode_name for field in structs.fields(_type_at(place)))
        return NetworkUnreadable(f"{named} is unknown", where=path, expected=f"one of {known}", todo=_SEE)
    if what.startswith("Invalid enum value"):
        choices = ", ".join(filter(None, _words_of(_type_at(place))))
        got = _value_at(at.rstrip("`"), raw)
        return NetworkUnreadable(f"{_named(place)} is", where=path, got=got, expected=choices)
    words = re.sub("[`,]", "", _lower(what)).replace("|", "or").replace("invalid RFC3339 encoded", "expected").split()
    explained = " ".join(_KINDS.get(word, word) for word in words)
    return NetworkUnreadable(f"{_named(place)}: {explained}", where=path, todo=_SEE)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")


def _named(place: str) -> str:
    """Return a key as a person finds it: `gate.stale` is `stale in [gate]`."""
    section, _, key = place.rpartition(".")
    if not section:
        return f"[{key}]"
    return f"{key} in [{section}]"


def _type_at(place: str) -> Any:
    """Return the type of the value at a place of the settings, where a section has several blocks that of one."""
    kind: Any = Settings
    for step in filter(None, place.split(".")):
        names = {field.encode_name: field.name for field in structs.fields(kind)}
        kind = _BLOCKS.get(step) or get_type_hints(kind)[names[step]]
    return kind


def _words_of(kind: Any) -> list[str]:
    """Return the texts that a choice allows."""
    return [word for part in get_args(kind) for word in ([part] if isinstance(part, str) else _words_of(part))]


def _value_at(at: str, raw: Mapping[str, Any]) -> Any:
    """Return the value at msgspec's place, such as `.gate.stale` or `.webhook[0].events[1]`."""
    value: Any = raw
    for step in _STEP.findall(at):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def _check(settings: Settings, path: Path) -> None:
    """Refuse values whose kind is right and whose meaning is not."""
    network = settings.network
    try:
        ZoneInfo(network.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _wrong("network.zone", network.zone, "a time zone such as Europe/Berlin", path) from None
    if not _CURRENCY.fullmatch(network.currency):
        raise _wrong("network.currency", network.currency, "three capital letters of ISO 4217 such as EUR", path)
    _check_places(network, path)
    _check_numbers(settings, path)
    _check_gate(settings.gate, path)
    _check_lists(settings, path)
    _check_tables(settings.intake, path)
    for place, got, expected in (*wrong_notifications(settings, path.parent), *wrong_console(settings, path.parent)):
        raise _wrong(place, got, expected, path)


def _check_lists(settings: Settings, path: Path) -> None:
    for host in settings.fetch.redirect_hosts:
        if not _HOST.fullmatch(host):
            raise _wrong("fetch.redirect_hosts", host, "hosts in lower case such as files.example", path)
    keys = [source.key for source in settings.lists]
    for source in settings.lists:
        if keys.count(source.key) > 1 or not _LIST_KEY.fullmatch(source.key):
            raise _wrong("list.key", source.key, "`<publisher>-<list>` in lower case, each once", path)
        _check_source(source, path)
        _check_guards(source, path)


def _check_tables(intake: IntakeSection, path: Path) -> None:
    for name in get_args(TableName):
        if is_address(file := getattr(intake, name)) and (what := wrong_address(file)):
            raise NetworkUnreadable(
                f"{_named(f'intake.{name}')} {what}", where=path, expected="a path, or s3://bucket/key of one object",
                todo="credentials come from the environment or ~/.aws",
            )  # fmt: skip


def _check_places(network: NetworkSection, path: Path) -> None:
    """Refuse places that are no codes; a run asks the rulebook's territories whether there is such a place."""
    lists_of_codes = (
        ("territories", network.territories, ', or "EEA", or "global"'),
        ("bound_by", network.bound_by, ""),
    )
    for key, places, otherwise in lists_of_codes:
        if places is None or isinstance(places, str):
            continue
        wrong = [place for place in places if not _TERRITORY.fullmatch(place)]
        if wrong or not places:
            expected = f'capital codes such as ["DE", "IE"]{otherwise}'
            raise _wrong(f"network.{key}", ", ".join(wrong) or "[]", expected, path)


def _check_gate(gate: GateSection, path: Path) -> None:
    """Refuse keys of the gate's tables that name no taxonomy, market or level."""
    for taxonomy, codes in gate.political_categories.items():
        if not _TAXONOMY.fullmatch(taxonomy) or not all(codes):
            place, got = f"gate.political_categories.{taxonomy}", ", ".join(codes)
            raise _wrong(place, got, 'codes by the number of their taxonomy, as 1 = ["IAB11-4"]', path)
    purchase = gate.purchase
    for market in (*purchase.verification, *purchase.closed_to_political):
        if not _TERRITORY.fullmatch(market):
            raise _wrong("gate.purchase", market, "markets by capital codes such as DE", path)
    for level in purchase.budget_micros:
        if level not in _LEVELS:
            raise _wrong("gate.purchase.budget_micros", level, f"levels of verification, {', '.join(_LEVELS)}", path)


def _check_source(source: ListSource, path: Path) -> None:
    """Refuse a list without source, with two sources, or with an unsafe address."""
    if bool(source.path) == bool(source.urls):
        got, expected = f"{source.path}, {', '.join(source.urls)}".strip(", "), "either `path` or `url`"
        raise NetworkUnreadable(f"{source.key} in [list] has", where=path, got=got or "neither", expected=expected)
    if source.urls and source.published_on is not None:
        raise _wrong("list.published_on", source.published_on, "none beside `url`: it would date every version", path)
    for url in source.urls:
        if not _is_address(url):
            raise _wrong("list.url", url, "http:// or https:// with a host, without user and password", path)
    names = [file_name(url) for url in source.urls]
    if len(set(names)) < len(names):
        raise _wrong("list.url", ", ".join(names), "addresses that end in different file names", path)


def _check_guards(source: ListSource, path: Path) -> None:
    if source.pins and (len(source.pins) != len(source.urls) or not all(map(_SHA256.fullmatch, source.pins))):
        raise _wrong("list.sha256", ", ".join(source.pins), "64 hex digits in lower case for each `url`", path)
    if not _is_decimal(source.max_removed, most=1):
        raise _wrong("list.max_removed", source.max_removed, 'from "0" to "1"', path)
    if source.max_age_days is not None and not 1 <= source.max_age_days <= _MOST_DAYS:
        raise _wrong("list.max_age_days", source.max_age_days, f"a whole number from 1 to {_MOST_DAYS}", path)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc and port_is_right
        and url.isascii() and url.isprintable() and " " not in url
    )  # fmt: skip


def _check_numbers(settings: Settings, path: Path) -> None:
    for place, (least, most) in _WHOLE_NUMBERS.items():
        section, _, key = place.partition(".")
        number = getattr(getattr(settings, section), key)
        if not least <= number <= most:
            raise _wrong(place, number, f"a whole number from {least} to {most}", path)
    log_url = settings.reasons.log_url
    if log_url and not _is_address(log_url):
        raise _wrong("reasons.log_url", log_url, "http:// or https:// with a host", path)
    if not _is_decimal(settings.intake.max_refused_share, most=1):
        raise _wrong("intake.max_refused_share", settings.intake.max_refused_share, 'from "0" to "1"', path)
    if not _is_decimal(settings.influence.alpha, most=1) or not 0 < Decimal(settings.influence.alpha) <= Decimal("0.2"):
        raise _wrong("influence.alpha", settings.influence.alpha, 'above "0" and at most "0.2"', path)
    for currency, rate in settings.fx.items():
        if not _is_decimal(rate):
            raise _wrong(f"fx.{currency}", rate, 'a rate such as "0.90"', path)


def _wrong(place: str, got: object, expected: str, path: Path) -> NetworkUnreadable:
    return NetworkUnreadable(f"{_named(place)} is", where=path, got=got, expected=expected)


def _is_decimal(text: str, most: int | None = None) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return number.is_finite() and number >= 0 and (most is None or number <= most)

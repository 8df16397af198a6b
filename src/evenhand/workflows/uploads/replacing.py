"""A table of the network replaced by one that was handed in: at once and whole, the old one kept beside it."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from evenhand.model.errors import BadInput, StateRefused, StorageFailed
from evenhand.model.staff import StaffAction, StaffCase
from evenhand.model.upload import CheckedTable, Upload
from evenhand.store.atomic_files import replacing, sync_path, write_whole
from evenhand.store.network import SETTINGS_FILE, Network
from evenhand.store.settings_edit import with_table
from evenhand.store.tables import table_sha256
from evenhand.workflows.operations.ledgers import open_ledger
from evenhand.workflows.people.acting import Acting, checked_person, permit
from evenhand.workflows.people.staff_leaf import record_staff
from evenhand.workflows.people.staff_overview import check_not_removed
from evenhand.workflows.review.judgements import checked_text
from evenhand.workflows.run.tools import Tools
from evenhand.workflows.uploads.input_notes import InputNote, record_note
from evenhand.workflows.uploads.readings import present_reading
from evenhand.workflows.uploads.staging import TABLES, upload_file

_CHUNK = 1 << 20


class ReplacedTable(NamedTuple):
    """Where the table is now, relative to the network's folder, and where the old one is kept (``""``: none was)."""

    file: str
    kept: str


def replace_table(
    network: Network,
    upload: Upload,
    checked: CheckedTable,
    acting: Acting,
    at: datetime,
    tools: Tools,
    *,
    words: str = "",
) -> ReplacedTable:
    """Put an upload in the place of a table, as `checked` has read it, and record who did that.

    `words` say why what it has lost is right; they are needed where a run would stop for it. Where it is read as the
    table is today, and from a file of the same kind, it takes the file's place and the old one is kept beside it with
    its date in the name. Otherwise it gets a name of its own, and `evenhand.toml` names it, in one step with how it is
    read; the old one stays where it was. The ledger's lock is held: no run reads half of both.

    Raises:
        NotPermitted: the staff's rules do not allow it.
        StateRefused: the table of today, the upload or how it is read is another than was checked.
        BadInput: it cannot be read, or no reason is given for what it has lost.
        StorageFailed: the disk does not obey; the table is the old one.
    """
    at, acting = at.astimezone(UTC), checked_person(acting)
    check_not_removed(network, at)
    why = checked_text("the reason", words) if checked.losses or words else ""
    needed: tuple[StaffAction, ...] = ("replace_table", "accept_loss") if checked.losses else ("replace_table",)
    for action in needed:
        acting = permit(network, acting, action, StaffCase(), at)
    if checked.problem:
        raise BadInput("the table cannot be read as it is", got=checked.problem, todo="mend how it is read first")
    with open_ledger(network.ledger, wait_s=tools.wait_s, draw=tools.draw, ask=tools.ask, tell=tools.tell) as ledger:
        _check_same(network, upload, checked)
        record_staff(ledger, network, at)
        # INVARIANT: the note is durable before the table changes, so that no table changes without one.
        record_note(ledger, network, _note(upload, checked, why), acting, at)
        ledger.publish(at)
        with _clear(network.folder):
            return _replaced(network, upload, at)


def _check_same(network: Network, upload: Upload, checked: CheckedTable) -> None:
    file = getattr(network.settings.intake, upload.table)
    today = table_sha256(network.folder / file) if file and (network.folder / file).is_file() else ""
    if today != checked.today:
        raise StateRefused("the table of today is another than was compared", where=file, state="changed",
                           event="replace", todo="look at it again")  # fmt: skip
    if checked.reading != upload.reading or checked.table != upload.table:
        raise StateRefused("it is to be read otherwise than was looked at", where=upload.name, state="changed",
                           event="replace", todo="look at it again")  # fmt: skip
    with upload_file(network, upload).open("rb") as sent:
        if hashlib.file_digest(sent, "sha256").hexdigest() != upload.sha256:
            raise StateRefused("the file was changed since it was handed in", where=upload.name, state="changed",
                               event="replace", todo="hand it in again")  # fmt: skip


def _note(upload: Upload, checked: CheckedTable, why: str) -> InputNote:
    lost = "".join(f"; accepted: {each.sentence}" for each in checked.losses)
    counts = ", ".join(f"{name} {number:,}" for name, number in checked.counts.items()) or f"{checked.rows:,} rows"
    done = f"Table {upload.table} replaced by {upload.name} (sha256:{upload.sha256}): {counts}{lost}"
    return InputNote("table", upload.table, done[:4_000], why)


def _replaced(network: Network, upload: Upload, at: datetime) -> ReplacedTable:
    folder, intake = network.folder.resolve(), network.settings.intake
    file = getattr(intake, upload.table)
    present = folder / file if file else None
    if present is not None and _takes_its_place(network, upload, present):
        kept = _kept_beside(present, at)
        try:
            _copy(upload_file(network, upload), present, present.stat().st_mode & 0o777 if kept else 0o644)
        except BaseException:
            if kept is not None:
                kept.unlink(missing_ok=True)
            raise
        return ReplacedTable(file, _relative(kept, folder) if kept else "")
    target = _new_name(folder, upload, at)
    target.parent.mkdir(parents=True, exist_ok=True)
    _copy(upload_file(network, upload), target)
    settings = folder / SETTINGS_FILE
    try:
        text = with_table(settings.read_text("utf-8-sig"), upload.table, _relative(target, folder), upload.reading)
        write_whole(settings, text.encode(), mode=settings.stat().st_mode & 0o777)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return ReplacedTable(_relative(target, folder), file if present is not None and present.is_file() else "")


def _takes_its_place(network: Network, upload: Upload, present: Path) -> bool:
    """Return whether an upload may be written over the table's own file: of its kind, its alone, and within the folder.

    A path that leads out of the network's folder is somebody's own file, and is never written to.
    """
    intake = network.settings.intake
    others = [getattr(intake, name) for name in TABLES if name != upload.table]
    is_inside = present.resolve().is_relative_to(network.folder.resolve())
    is_same = present_reading(network, upload.table) == upload.reading
    fits = present.suffix.lower() == Path(upload.file).suffix
    return is_inside and is_same and fits and getattr(intake, upload.table) not in others


def _kept_beside(present: Path, at: datetime) -> Path | None:
    """Keep the old table under a name with the instant in it; None where there is none."""
    if not present.is_file():
        return None
    kept = present.with_name(f"{present.stem}.{at:%Y-%m-%dT%H%M%SZ}{present.suffix}")
    number = 1
    while kept.exists():
        number += 1
        kept = present.with_name(f"{present.stem}.{at:%Y-%m-%dT%H%M%SZ}-{number}{present.suffix}")
    os.link(present.resolve(), kept)
    sync_path(kept.parent)
    return kept


def _new_name(folder: Path, upload: Upload, at: datetime) -> Path:
    ending = Path(upload.file).suffix
    name = f"{upload.table}-{at:%Y-%m-%d}"
    number, path = 1, folder / "data" / f"{name}{ending}"
    while path.exists():
        number += 1
        path = folder / "data" / f"{name}-{number}{ending}"
    return path


def _copy(source: Path, target: Path, mode: int = 0o644) -> None:
    with source.open("rb") as file, replacing(target, mode) as new:
        while part := file.read(_CHUNK):
            new.write(part)


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


@contextmanager
def _clear(where: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageFailed("the table could not be replaced and is the old one", where=error.filename or where,
                            got=error.strerror, todo="free space, then replace it again") from error  # fmt: skip

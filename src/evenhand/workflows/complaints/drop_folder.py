"""Complaints that come as files: mails, and JSON objects as ROOST Coop sends its appeals."""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from evenhand.model.complaint import Attachment
from evenhand.model.errors import BadInput, NotFound
from evenhand.model.record import canonical, sha256_hex
from evenhand.store.atomic_files import sync_path
from evenhand.store.network import Network
from evenhand.workflows.complaint_records.complaint_store import OpenComplaints
from evenhand.workflows.complaints.attachments import MOST_BYTES, MOST_FILES, keep_attachment
from evenhand.workflows.complaints.complained_decision import decision_in_texts
from evenhand.workflows.complaints.filing import MOST_CHARACTERS, StatedComplaint, file_complaint
from evenhand.workflows.complaints.mail import Mail, read_mail
from evenhand.workflows.complaints.named_complaint import complaints_in_texts, record_answer

ENDINGS = (".json", ".eml")
UNFINISHED = (".part", ".tmp")
IGNORED, REFUSED, LARGE = "ignored", "refused", "large"
CUT = "\n[The whole message is attached.]"


class CoopAppeal(msgspec.Struct, frozen=True):
    """What Coop sends of an appeal; other fields are kept with the file."""

    appealId: str | int  # noqa: N815  the names are Coop's
    appealedBy: Any  # noqa: N815
    appealedAt: datetime  # noqa: N815
    actionedItem: Any  # noqa: N815
    actionsTaken: list[Any]  # noqa: N815
    appealReason: str | None = None  # noqa: N815
    violatingPolicies: list[Any] | None = None  # noqa: N815
    additionalItems: list[Any] | None = None  # noqa: N815


@dataclass(frozen=True)
class TakenFile:
    """What became of a file: the complaint, or why there is none (`ignored`: a program's mail, `refused`: why).

    `is_answer`: it is an answer to a complaint that it names. `too_large`: only its words are recorded.
    """

    name: str
    complaint: str = ""
    is_new: bool = False
    is_answer: bool = False
    too_large: bool = False
    decision: str = ""
    ignored: str = ""
    refused: str = ""


@dataclass(frozen=True)
class _Message:
    """A file as a complaint, and the texts in which its decision may be named, the surest first."""

    stated: StatedComplaint
    texts: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...] = ()


def files_of(path: Path) -> list[Path]:
    """Return the files that a path means: itself, or those of a folder that are complete, by name.

    Raises:
        NotFound: there is nothing.
    """
    if path.is_dir():
        return sorted(each for each in path.iterdir() if _is_message(each))
    if not path.is_file():
        raise NotFound("no such file or folder", where=path, expected=f"a folder, or a file {' or '.join(ENDINGS)}")
    if path.suffix.lower() not in ENDINGS:
        raise BadInput("neither a mail nor JSON", where=path, expected=" or ".join(ENDINGS))
    return [path]


def _is_message(path: Path) -> bool:
    return path.suffix.lower() in ENDINGS and not path.name.startswith(".") and path.is_file()


def left_files(path: Path) -> list[str]:
    """Return the names in a drop folder that nobody takes, such as a mailbox; none that a writer has not completed."""
    if not path.is_dir():
        return []
    own = (IGNORED, REFUSED, LARGE)
    return sorted(
        each.name
        for each in path.iterdir()
        if not _is_message(each)
        and each.name not in own
        and not each.name.startswith(".")
        and each.suffix.lower() not in UNFINISHED
    )


def take_files(held: OpenComplaints, paths: Iterable[Path], by: str, *, move: bool) -> Iterator[TakenFile]:
    """Yield what became of each file. With `move` a file leaves the folder once it is recorded, and only then.

    What is recorded keeps the whole file as an attachment; the same file again is the same complaint. Other files go
    into the folders `ignored` and `refused` beside it, and a mail too large to attach, of which only the words are
    recorded, into `large`.

    Raises:
        LedgerError: the ledger cannot be written; files that were not recorded stay.
    """
    for path in paths:
        try:
            taken = _take(held, path, by)
        except FileNotFoundError:
            continue  # another process took it while this one waited for the ledger
        except (BadInput, PermissionError) as error:
            kept = f"kept in {REFUSED}/, " if move else ""
            taken = TakenFile(path.name, refused=f"{error}; {kept}nobody was answered: answer by hand")
        if move:
            _put_away(path, taken)
        yield taken


def _take(held: OpenComplaints, path: Path, by: str) -> TakenFile:
    if path.stat().st_size > MOST_BYTES:
        return _take_words(held, path, by)
    data = path.read_bytes()
    if path.suffix.lower() == ".eml":
        mail = read_mail(data, path.name)
        if mail.automatic:
            return TakenFile(path.name, ignored=mail.automatic)
        message = _of_mail(mail)
    else:
        message = _of_coop(data, path.name)
    kept = _attachments(held.network, path.name, data, message.files)
    return _record(held, path.name, replace(message, stated=replace(message.stated, attachments=kept)), by)


def _take_words(held: OpenComplaints, path: Path, by: str) -> TakenFile:
    """Take a mail that is too large to attach by its words alone; the file is kept.

    Raises:
        BadInput: it is no mail with words near its beginning.
    """
    size = path.stat().st_size
    too_large = BadInput("the message is too large", where=path.name, got=f"{size:,} bytes",
                         expected=f"{MOST_BYTES:,} bytes at most")  # fmt: skip
    if path.suffix.lower() != ".eml":
        raise too_large
    with path.open("rb") as file:
        mail = read_mail(file.read(MOST_BYTES), path.name)
    if mail.automatic:
        return TakenFile(path.name, ignored=mail.automatic)
    if not mail.words:
        raise too_large
    note = f"\n[The message has {size:,} bytes, too many to attach: ask who takes the mails for {path.name}.]"
    message = _of_mail(mail)
    words = mail.words[: MOST_CHARACTERS - len(note)] + note
    message = replace(message, stated=replace(message.stated, words=words))
    return replace(_record(held, path.name, message, by), too_large=True)


def _record(held: OpenComplaints, name: str, message: _Message, by: str) -> TakenFile:
    """Record a message as an answer to the complaint that it names, or as a complaint."""
    stated, named = message.stated, complaints_in_texts(held, message.texts)
    if named.open is not None:
        is_new = record_answer(held, named.open, stated)
        return TakenFile(name, named.open.id, is_new, is_answer=True, decision=named.open.decision)
    about = decision_in_texts(held.ledger, message.texts)
    if named.known and (about is None or about.decision.id in named.decisions):
        # Nobody is told of a new complaint for a letter about an earlier one: a person reads it first.
        about = None
        stated = replace(stated, words=f"{named.note}\n{stated.words}"[:MOST_CHARACTERS])
    filed = file_complaint(held, about, stated, by)
    return TakenFile(name, filed.complaint.id, filed.is_new, decision=filed.complaint.decision)


def _of_mail(mail: Mail) -> _Message:
    words = mail.words or mail.subject
    source = sha256_hex(canonical([mail.message_id, mail.address, mail.subject, mail.words]))
    stated = StatedComplaint(
        words=_cut(words), filed_by=mail.name or mail.address, contact=mail.address, language=mail.language,
        arrived_at=mail.arrived_at, way="email", source=source,
    )  # fmt: skip
    return _Message(stated, (mail.subject, mail.words), mail.files[:MOST_FILES])


def _of_coop(data: bytes, where: str) -> _Message:
    try:
        text = data.removeprefix(BOM_UTF8)
        appeal, raw = msgspec.json.decode(text, type=CoopAppeal), msgspec.json.decode(text)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise BadInput(
            "no appeal", where=where, got=str(error),
            expected="appealId, appealedBy, appealedAt, actionedItem and actionsTaken",
        ) from None  # fmt: skip
    if appeal.appealedAt.tzinfo is None:
        raise BadInput("instant without offset", where=f"{where}: appealedAt", got=appeal.appealedAt.isoformat())
    stated = StatedComplaint(
        words=_cut(appeal.appealReason or ""), filed_by=_name_of(appeal.appealedBy), arrived_at=appeal.appealedAt,
        way="drop_folder", source=f"{appeal.appealId}:{sha256_hex(data)}",
    )  # fmt: skip
    actions, item = "\n".join(_strings(raw["actionsTaken"])), "\n".join(_strings(raw["actionedItem"]))
    return _Message(stated, (actions, item, appeal.appealReason or "", "\n".join(_strings(raw))))


def _name_of(appealed_by: Any) -> str:
    """Return who appealed: Coop names an item by its id and type, others write a text."""
    return str(appealed_by.get("id", "")) if isinstance(appealed_by, dict) else str(appealed_by or "")


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _strings(each)
        case list():
            for each in value:
                yield from _strings(each)


def _cut(words: str) -> str:
    return words if len(words) <= MOST_CHARACTERS else words[: MOST_CHARACTERS - len(CUT)] + CUT


def _attachments(
    network: Network, name: str, data: bytes, files: Iterable[tuple[str, bytes]]
) -> tuple[Attachment, ...]:
    """Keep the whole message first, then each file of it."""
    return tuple(keep_attachment(network, *each) for each in ((name, data), *files))


def _put_away(path: Path, taken: TakenFile) -> None:
    if taken.complaint and not taken.too_large:
        path.unlink()  # INVARIANT: only after it is recorded, with its bytes among the attachments
        return
    folder = path.parent / (LARGE if taken.too_large else IGNORED if taken.ignored else REFUSED)
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / path.name
    number = 1
    while target.exists():
        target = folder / f"{path.stem}-{number}{path.suffix}"
        number += 1
    path.rename(target)
    sync_path(folder)

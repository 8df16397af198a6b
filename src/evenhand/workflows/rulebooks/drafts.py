"""A draft of the network's rulebook: a copy that several people edit, never the rules in force."""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from evenhand.model.errors import BadInput, NotFound, NotPermitted, RulebookInvalid, StateRefused
from evenhand.model.record import Record, files_sha256
from evenhand.model.release import MappingChange
from evenhand.model.staff import StaffCase
from evenhand.policy.rulebook import RELEASED_FILES, mapping_changes, read_draft, read_folder
from evenhand.policy.rulebook.draft_marks import DraftMark, draft_marks
from evenhand.policy.rulebook.format import formatted
from evenhand.policy.rulebook_tests import LINT, REQUESTS, read_lint_tests, read_request_tests
from evenhand.store.atomic_files import write_whole
from evenhand.store.network import Network
from evenhand.workflows.people.acting import Acting, permit
from evenhand.workflows.rulebooks.approvals import APPROVAL_FILE

MOST_BYTES: Final = 1_000_000

_FOLDER = Path("drafts") / "rulebook"
_HEAD = Path("drafts") / "rulebook.json"
# Of one process, which the console is: two people who save at once are put in order.
_SAVING = threading.Lock()


class RulebookDraftHead(Record, frozen=True, kw_only=True):
    """Who works on the draft: `version` counts its saves, `base` is the hash of the files that it was begun from."""

    base: str
    begun_by: str
    begun_at: datetime
    version: int
    edited_by: str
    edited_at: datetime


def draft_folder(network: Network) -> Path:
    """Return the draft's folder, whether there is one or not."""
    return network.folder / _FOLDER


def read_draft_head(network: Network) -> RulebookDraftHead | None:
    """Return who works on the draft, None where there is none.

    Raises:
        BadInput: the file that says it does not hold.
    """
    path = network.folder / _HEAD
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=RulebookDraftHead)
    except msgspec.DecodeError as error:
        raise BadInput(f"no head of a draft: {error}", where=path, todo="remove the folder drafts") from error


def check_may_edit(network: Network, acting: Acting, at: datetime) -> Acting:
    """Return who acts, if they may propose a release: who may propose one may write it.

    Raises:
        NotPermitted: the staff's rules refuse it.
    """
    return permit(network, acting, "approve_release", StaffCase(), at, proposing=True)


def may_edit(network: Network, acting: Acting, at: datetime) -> str:
    """Return why somebody may not edit the draft, ``""`` where they may."""
    try:
        check_may_edit(network, acting, at)
    except NotPermitted as error:
        return str(error)
    return ""


def begin_draft(network: Network, acting: Acting, at: datetime) -> RulebookDraftHead:
    """Copy the network's rulebook into the draft's folder.

    Raises:
        NotPermitted: the staff's rules refuse it.
        BadInput: the rulebook is a historic one.
        StateRefused: there is a draft.
    """
    check_may_edit(network, acting, at)
    if network.settings.rulebook.historic:
        raise BadInput("a historic rulebook is not edited", where=network.rulebook,
                       todo="set historic = false in evenhand.toml to write rules")  # fmt: skip
    folder = draft_folder(network)
    with _SAVING:
        if read_draft_head(network) is not None:
            raise StateRefused("there is a draft already", where="the rulebook", state="draft", event="begin",
                               todo="work on that one, or drop it first")  # fmt: skip
        building = folder.with_name(f"{folder.name}.tmp")
        for old in (building, folder):
            shutil.rmtree(old, ignore_errors=True)
        shutil.copytree(network.rulebook, building, ignore=shutil.ignore_patterns(APPROVAL_FILE))
        building.replace(folder)
        return _write_head(network, RulebookDraftHead(
            base=folder_sha256(network.rulebook), begun_by=acting.person, begun_at=at, version=1,
            edited_by=acting.person, edited_at=at,
        ))  # fmt: skip


def draft_files(network: Network) -> list[str]:
    """Return the names of the files that can be edited: the policies, what lists and places mean, then the tests."""
    folder = draft_folder(network)
    names = sorted(each.name for each in folder.glob("*.cedar"))
    return [*names, *(name for name in (*RELEASED_FILES, REQUESTS, LINT) if (folder / name).is_file())]


def read_draft_file(network: Network, name: str) -> str:
    """Return the text of one of the draft's files.

    Raises:
        NotFound: the draft has no such file that can be edited.
    """
    return _known_file(network, name).read_text("utf-8")


def save_draft_file(
    network: Network, name: str, text: str, version: int, acting: Acting, at: datetime
) -> RulebookDraftHead:
    """Write one file of the draft, if nobody has saved since `version`; approvals of the draft end with it.

    Raises:
        NotPermitted: the staff's rules refuse it.
        NotFound: there is no draft, or no such file in it.
        StateRefused: somebody has saved since.
        BadInput: the text is too large, or a test is none.
    """
    check_may_edit(network, acting, at)
    _check_size(text)
    with _SAVING:
        head, path = known_draft(network), _known_file(network, name)
        if head.version != version:
            raise StateRefused(
                f"{head.edited_by} has saved the draft since you opened it", where=name,
                state=f"version {head.version}", event="save",
                todo="compare your text with the saved one below; then save again, which writes over it",
            )  # fmt: skip
        write_whole(path, text.encode())
        (draft_folder(network) / APPROVAL_FILE).unlink(missing_ok=True)
        return _write_head(
            network, msgspec.structs.replace(head, version=version + 1, edited_by=acting.person, edited_at=at)
        )


def drop_draft(network: Network, acting: Acting, at: datetime) -> None:
    """Remove the draft.

    Raises:
        NotPermitted: the staff's rules refuse it.
    """
    check_may_edit(network, acting, at)
    with _SAVING:
        remove_draft(network)


def remove_draft(network: Network) -> None:
    """Remove the draft's files, its head first: without that there is no draft."""
    (network.folder / _HEAD).unlink(missing_ok=True)
    shutil.rmtree(draft_folder(network), ignore_errors=True)


@contextmanager
def saving() -> Iterator[None]:
    """Keep others of this process from saving or releasing the draft."""
    with _SAVING:
        yield


def known_draft(network: Network) -> RulebookDraftHead:
    """Return who works on the draft.

    Raises:
        NotFound: there is none.
    """
    head = read_draft_head(network)
    if head is None:
        raise NotFound("there is no draft", where=draft_folder(network), todo="begin one")
    return head


def marks_of(network: Network, name: str, text: str) -> tuple[DraftMark, ...]:
    """Return what is wrong or doubtful about the draft, were one of its files this text; nothing is saved.

    Raises:
        NotFound: there is no draft, or no such file in it.
        BadInput: the text is too large.
    """
    _check_size(text)
    with _beside(network, name, text) as folder:
        marks = draft_marks(folder)
        try:
            if name == REQUESTS:
                read_request_tests(folder / REQUESTS)
            elif name == LINT:
                list(read_lint_tests(folder))
        except BadInput as error:
            return (*marks, DraftMark(file=name, line=error.line or 1, column=1, severity="error", rule="",
                                      text=error.sentence))  # fmt: skip
        return marks


def formatted_text(network: Network, name: str, text: str) -> str:
    """Return a file's text in Cedar's layout; other files stay as they are.

    Raises:
        NotFound: there is no draft, or no such file in it.
        BadInput: the text is too large, or no Cedar.
    """
    _check_size(text)
    path = _known_file(network, name)
    return formatted(text, Path(path.name)) if path.suffix == ".cedar" else text


def changed_rules(network: Network) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the ids of the rules that the draft adds, removes and amends; nothing where it is no Cedar now."""
    try:
        old, new = (_rule_texts(folder) for folder in (network.rulebook, draft_folder(network)))
    except RulebookInvalid:
        return (), (), ()
    amended = [name for name in new if name in old and old[name] != new[name]]
    return (tuple(name for name in new if name not in old), tuple(name for name in old if name not in new),
            tuple(amended))  # fmt: skip


def changed_mapping(network: Network) -> tuple[MappingChange, ...]:
    """Return the rows of the mapping that the draft changes; nothing where it does not hold now."""
    try:
        old, new = (read_folder(folder, historic=True) for folder in (network.rulebook, draft_folder(network)))
    except RulebookInvalid:
        return ()
    return mapping_changes(old, new)


def folder_sha256(folder: Path) -> str:
    """Return the hash over every file of a rulebook's folder but the approval of its release."""
    files = (each for each in folder.rglob("*") if each.is_file() and each.name != APPROVAL_FILE)
    return files_sha256({each.relative_to(folder).as_posix(): each.read_bytes() for each in files})


def _rule_texts(folder: Path) -> dict[str, str]:
    policies = read_draft(folder).policies
    return {
        each.policy.id: each.file.text[each.file.spans[each.place].start : each.file.spans[each.place].end]
        for each in policies
    }


def _known_file(network: Network, name: str) -> Path:
    known_draft(network)
    if name not in draft_files(network):
        raise NotFound("the draft has no such file", got=name, expected=" or ".join(draft_files(network)))
    return draft_folder(network) / name


@contextmanager
def _beside(network: Network, name: str, text: str) -> Iterator[Path]:
    """Give a copy of the draft in which one file is another text."""
    _known_file(network, name)
    with tempfile.TemporaryDirectory(prefix="evenhand-") as made:
        folder = Path(made) / "rulebook"
        shutil.copytree(draft_folder(network), folder)
        (folder / name).write_bytes(text.encode())
        yield folder


def _check_size(text: str) -> None:
    if len(text.encode()) > MOST_BYTES:
        raise BadInput("the text is too large", got=f"{len(text.encode()):,} bytes", expected=f"{MOST_BYTES:,} at most")


def _write_head(network: Network, head: RulebookDraftHead) -> RulebookDraftHead:
    write_whole(network.folder / _HEAD, msgspec.json.encode(head))
    return head

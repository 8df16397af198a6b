"""The files of an auditor's folder: which there may be, their sums, and the two that are no data."""

import re
import stat
from collections.abc import Iterator
from pathlib import Path

from evenhand.ledger.tiles import tiles
from evenhand.model.record import sha256_hex
from evenhand.workflows.audit import folder_format as form
from evenhand.workflows.audit.folder_problems import Problems
from evenhand.workflows.audit.folder_texts import EARLIER_VERIFIERS, verifier_text
from evenhand.workflows.audit.standalone_files import README

_SUM = re.compile(r"([0-9a-f]{64})  ([^\n]+)")
_OWN = {form.SUMS, form.MANIFEST, form.README, form.VERIFIER, form.DECISIONS, form.RECORDS}
_SCHEMA, _POLICIES = "schema.cedarschema", ".cedar"


def holds_files_only(folder: Path, problems: Problems) -> bool:
    """Return whether a folder has nothing but files and folders: a link leads elsewhere, a pipe may never end."""
    others = [
        each for each in folder.rglob("*") if stat.S_IFMT(each.lstat().st_mode) not in (stat.S_IFREG, stat.S_IFDIR)
    ]
    for path in sorted(others):
        where = path.relative_to(folder).as_posix()
        problems.add("file", where, "is a link, a pipe or a device; nothing was read", "files and folders alone")
    return not others


def check_sums(folder: Path, problems: Problems) -> None:
    """Compare every file with its line in the sums."""
    listed: dict[str, str] = {}
    text = (folder / form.SUMS).read_bytes().decode(errors="replace") if (folder / form.SUMS).is_file() else ""
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        found = _SUM.fullmatch(line)
        if found is None or found[2] in listed:
            problems.add("sums", f"{form.SUMS}:{number}", "no hash of a file", "hash, two blanks and path, each once")
        else:
            listed[found[2]] = found[1]
    paths = set(form.files_of(folder))
    for path in sorted(paths | listed.keys()):
        if path not in listed:
            problems.add("sums", path, "is not listed", f"a line in {form.SUMS}")
        elif path not in paths:
            problems.add("sums", path, "is missing", f"the file that {form.SUMS} lists")
        elif (got := form.file_sha256(folder / path)) != listed[path]:
            problems.add("sums", path, f"was changed, sha256 {got}", listed[path])


def check_texts(folder: Path, problems: Problems) -> tuple[str, ...]:
    """Compare program and page for people with ours; return the names of those that an earlier version wrote.

    Of an earlier version nothing tells what its page for people was.
    """
    program, page = folder / form.VERIFIER, folder / form.README
    found = form.file_sha256(program) if program.is_file() else ""
    if found in EARLIER_VERIFIERS:
        return (form.README,)
    if found and found != sha256_hex(verifier_text().encode()):
        expected = "the file that this version of Evenhand or an earlier one writes: do not run this one"
        problems.add("verifier", form.VERIFIER, "is another program", expected)
    if page.is_file() and page.read_bytes() != README.encode():
        problems.add(
            "file",
            form.README,
            "is another text, or of another version: nothing vouches for it",
            "the text of each such folder",
        )
    return ()


def check_files(folder: Path, manifest: form.FolderManifest, size: int, problems: Problems) -> None:
    """Find files that a folder with a log of `size` leaves does not have: nothing else would vouch for them."""
    known = _OWN | set(_log_files(size)) | (set() if manifest.report is None else {form.REPORT, form.TABLE})
    for path in form.files_of(folder):
        if path not in known and not _is_of_rulebook(path, manifest):
            expected = "the files that docs/spec/audit-folder.md names"
            problems.add("file", path, "has no place in the folder", expected)


def _log_files(size: int) -> Iterator[str]:
    yield from (f"{form.LOG}/vkey", f"{form.LOG}/checkpoint")
    for tile in tiles(size):
        yield f"{form.LOG}/{tile.path}"
        if tile.level == 0:
            yield f"{form.LOG}/{tile.bundle_path}"


def _is_of_rulebook(path: str, manifest: form.FolderManifest) -> bool:
    """Return whether a path is of a file that the hash of a rulebook is over."""
    match path.split("/"):
        case [form.RULEBOOKS, name, file]:
            return name in manifest.rulebooks and (file == _SCHEMA or file.endswith(_POLICIES))
        case _:
            return False

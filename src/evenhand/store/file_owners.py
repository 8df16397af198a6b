"""Which files and folders this process may not use, whose they are, and what gives them back."""

import errno
import os
import pwd
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple


class Denial(NamedTuple):
    """Whose a file or folder is and who may not use it, in words; and what to do."""

    what: str
    todo: str


def denied_by(error: OSError) -> str:
    """Return whose the file or folder is that this process may not use and what to do, ``""`` of any other error."""
    if error.errno != errno.EACCES or not error.filename:
        return ""
    denial = denial_of(_closed(Path(os.fsdecode(error.filename))))
    return f"{denial.what}: {denial.todo}, then run again" if denial is not None else ""


def denial_of(path: Path) -> Denial | None:
    """Return why this process may not use a file or folder; None where neither owner nor mode is the cause."""
    try:
        found = path.stat()
    except OSError:
        return None
    owner, user = _name(found.st_uid), _name(os.geteuid())
    if found.st_uid != os.geteuid():
        todo = "give it back with `chown`, and run as one user only"
        return Denial(f"{path} belongs to {owner}, and {user} runs this", todo)
    needed = stat.S_IRWXU if stat.S_ISDIR(found.st_mode) else stat.S_IRUSR | stat.S_IWUSR
    if found.st_mode & needed == needed:
        return None
    mode = stat.filemode(found.st_mode)
    return Denial(f"{path} belongs to {owner}, who runs this, and has the mode {mode}", f"`chmod u+rwX {path}`")


def closed_paths(folders: Iterable[Path]) -> Iterator[Path]:
    """Yield what a run could not write in folders that it writes to, and what is closed to it; none in a closed folder.

    A file of one's own that is read-only is not among them: a run puts a new one in its place.
    """
    for top in folders:
        if not os.access(top, os.R_OK | os.W_OK | os.X_OK):
            yield top
        for at, names, files in os.walk(top):
            inner = (Path(at, name) for name in names)
            yield from (path for path in inner if not os.access(path, os.R_OK | os.W_OK | os.X_OK))
            yield from (path for name in files if _is_closed(path := Path(at, name)))


def _is_closed(path: Path) -> bool:
    if os.access(path, os.R_OK | os.W_OK):
        return False
    return not os.access(path, os.R_OK) or path.stat().st_uid != os.geteuid()


def _closed(path: Path) -> Path:
    """Return what keeps this process from using a path: a folder above, it, or the folder that it is to be in."""
    for above in reversed(path.parents):
        if not os.access(above, os.X_OK):
            return above
    return path if os.path.lexists(path) and not os.access(path, os.R_OK | os.W_OK) else path.parent


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)

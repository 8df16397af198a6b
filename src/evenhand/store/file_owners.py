"""Whose a file is that this process may not use."""

import errno
import os
import pwd
from pathlib import Path


def denied_by(error: OSError) -> str:
    """Return whose the file or folder is that this process may not use, ``""`` where it is its own or unknown."""
    if error.errno != errno.EACCES or not error.filename:
        return ""
    path = Path(os.fsdecode(error.filename))
    try:
        owner = next(each for each in (path, path.parent) if each.exists()).stat().st_uid
    except (OSError, StopIteration):
        return ""
    if owner == os.geteuid():
        return ""
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = str(owner)
    return f"it belongs to {name}: give it back with `chown`, and run as one user only"

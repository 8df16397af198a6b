"""Who is listed, by whom, since when? Lists are read whole or refused, and kept byte for byte by version."""

from evenhand.lists.entry_changes import diff
from evenhand.lists.formats.ftm import from_ftm
from evenhand.lists.list_reader import ReadList, read_list
from evenhand.lists.versions import Versions

__all__ = ["ReadList", "Versions", "diff", "from_ftm", "read_list"]

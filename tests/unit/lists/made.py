"""The small made lists, and ways to break a copy of one."""

from pathlib import Path

import pytest

from evenhand.lists import ReadList, read_list
from evenhand.model.errors import ListUnreadable

FIXTURES = Path(__file__).parents[2] / "fixtures" / "lists"
MADE = {
    "ofac-sdn": FIXTURES / "ofac_sdn",
    "ofac-xml": FIXTURES / "ofac_sdn_xml",
    "un-sc": FIXTURES / "un_sc",
    "eu-fsf": FIXTURES / "eu_fsf",
    "uk-fcdo": FIXTURES / "uk_fcdo",
    "uk-ofsi": FIXTURES / "uk_ofsi",
    "state-media": FIXTURES / "state_media",
    "house-own": FIXTURES / "house",
    "other-ftm": FIXTURES / "ftm",
    "other-ties": FIXTURES / "ftm_ties",
}


def made(key: str) -> ReadList:
    """Return a made list as read."""
    return read_list(MADE[key], key)


def written(folder: Path, files: dict[str, bytes]) -> Path:
    """Write files into a folder of their own and return it."""
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def refusal(folder: Path, key: str, files: dict[str, bytes]) -> str:
    """Return the one line with which a list of these files is refused."""
    with pytest.raises(ListUnreadable) as caught:
        read_list(written(folder, files), key)
    line = str(caught.value)
    assert "\n" not in line
    return line

"""Names, rule titles and list entries that hide characters: anyone who reads an output sees each of them.

A name can hold a line of its own, turn the rest of a line around, or hide a word. Nothing that Evenhand writes for
people has such a character raw; what is there of isolates is its own and closes what it opens.
"""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from evenhand.model.visible_text import hidden_characters
from tests.commands import evenhand
from tests.networks import MadeNetwork, full_network

FORGED = "Yours \u2028Refused: Somebody Else\u202e\u0085\u2069\u200b\U000e0041\u3164 Ltd"
DAY = "2026-03-02T12:00:00Z"
OUR_ISOLATE = re.compile("\u2068([^\u2068\u2069]*)\u2069")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """Return a network with every kind of outcome whose names, entries and rule titles all hide characters."""
    made = full_network(tmp_path_factory.mktemp("hidden") / "network")
    for rows in (*made.tables.values(), *made.lists.values()):
        for row in rows:
            if "name" in row:
                row["name"] += f" {FORGED}"
    made.add("advertisers", id="spoilt", name=f"Spoilt {FORGED}", prepaid=f"1{FORGED}")
    made.settings["reasons"]["hold_notice"] = "at_once"
    made.edit_rules(lambda text: text.replace('@title("', '@title("T\u2028\u202e'), historic=True)
    made.write()
    assert evenhand("run", made.folder, "--at", DAY).status == 0
    return made


def raw(text: str) -> list[str]:
    """Return the lines of a text that have a hidden character; isolates that close what they open are ours."""
    while OUR_ISOLATE.search(text):
        text = OUR_ISOLATE.sub(r"\1", text)
    return [line for line in text.split("\n") if hidden_characters(line)]


def outputs(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield what people read: files of a run, and what the verbs print."""
    for path in sorted((folder / "out").rglob("*")):
        if path.suffix in (".txt", ".json", ".html", ".csv"):
            yield path.name, path.read_bytes().decode()
    register = ("--register", folder / "out" / "register.jsonl")
    commands = [
        ("run", folder, "--at", DAY), ("run", folder, "--at", DAY, "--json"),
        *(("explain", folder, party, "--at", DAY) for party in ("frozen", "namesake", "owned", "outlet")),
        ("explain", folder, "namesake", "--json"),
        *(("reasons", "show", folder, "namesake", "--form", form) for form in ("notice", "public", "tdb", "record")),
        ("reasons", "show", folder, "frozen"), ("reasons", "show", folder, "frozen", "--form", "record", "--json"),
        ("reasons", "send", folder, "--to", "https://database.example", "--dry-run"),
        *(("gate", "export", "--format", form, *register, "--at", DAY) for form in ("csv", "prebid-go")),
        ("screen", "--network", folder, "--name", f"Dravik Mills {FORGED}"),
        ("screen", "--network", folder, "--name", f"Dravik Mills {FORGED}", "--json"),
    ]  # fmt: skip
    for command in commands:
        answer = evenhand(*command)
        assert answer.out, (command, answer.err)
        yield " ".join(map(str, command)), answer.out.replace("\r\n", "\n") + answer.err


def test_nothing_that_people_read_has_a_hidden_character(network: MadeNetwork) -> None:
    """Letters, records, payloads, tables, the report page, the terminal and its JSON."""
    # The table for spreadsheets begins with a byte order mark, by which they know UTF-8.
    texts = {name: text.replace("\r\n", "\n").removeprefix("\ufeff") for name, text in outputs(network.folder)}
    found = {name: raw(text)[:2] for name, text in texts.items()}

    assert len(found) > 25
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_a_name_cannot_make_a_line_of_its_own(network: MadeNetwork) -> None:
    """`str.splitlines`, a terminal and a spreadsheet break lines at more than a line feed."""
    letters = [path.read_text("utf-8") for path in (network.folder / "out" / "reasons").glob("*.txt")]
    table = (network.folder / "out" / "rejected-input.csv").read_bytes().decode()

    assert letters
    assert not [line for letter in letters for line in letter.splitlines() if line.startswith("Refused")]
    assert all("\\u2028Refused: Somebody Else\\u202e" in letter for letter in letters if "To Morning" not in letter)
    assert all(FORGED.splitlines()[0].strip() in letter for letter in letters if "To Morning" not in letter)
    assert len(table.splitlines()) == len(list(csv.reader(io.StringIO(table))))

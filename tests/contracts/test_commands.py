"""The pages of reference name every verb, option and setting, and the words around them are up to date."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import typer.main

from evenhand.cli.app import app
from evenhand.model.network import ListSource, Settings
from evenhand.model.notification import MailRecipient, Webhook
from tests.each_case import each_case

ROOT = Path(__file__).parents[2]
COMMANDS = (ROOT / "docs/reference/cli.md").read_text("utf-8")
SETTINGS = (ROOT / "docs/reference/evenhand-toml.md").read_text("utf-8")


def verbs(group: Any, path: str = "evenhand") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if not hasattr(command, "commands") or command.invoke_without_command:
            yield f"{path} {name}", command
        if hasattr(command, "commands"):
            yield from verbs(command, f"{path} {name}")


def keys(kind: Any, section: str = "") -> Iterator[tuple[str, str]]:
    """Yield the section and name of every key of the settings."""
    for each in msgspec.structs.fields(kind):
        inner = LISTED.get(each.encode_name, each.type)
        if hasattr(inner, "__struct_fields__"):
            yield from keys(inner, f"{section}.{each.encode_name}".removeprefix("."))
        elif section:
            yield section, each.encode_name


LISTED = {"list": ListSource, "webhook": Webhook, "mail_to": MailRecipient}
ALL_VERBS = dict(verbs(typer.main.get_command(app)))


@each_case("verb", ALL_VERBS)
def test_every_verb_and_option_is_on_the_page(verb: str) -> None:
    """What `--help` knows, the page knows: a section a verb, with each of its options."""
    section = re.search(rf"^## {re.escape(verb)}\b.*?(?=^## |\Z)", COMMANDS, re.M | re.S)

    assert section is not None
    options = [name for each in ALL_VERBS[verb].params for name in each.opts if name.startswith("--")]
    assert [name for name in options if name != "--help" and f"`{name}" not in section[0]] == []


def test_the_page_names_no_verb_that_is_not_there() -> None:
    """A promise is not a verb."""
    assert set(re.findall(r"^## (evenhand(?: [a-z]+)+)", COMMANDS, re.M)) == ALL_VERBS.keys()


@each_case(("section", "key"), list(keys(Settings)))
def test_every_key_of_the_settings_is_on_the_page(section: str, key: str) -> None:
    """In the table below its own heading."""
    table = re.search(rf"^## \[+{re.escape(section)}\]+.*?(?=^## |\Z)", SETTINGS, re.M | re.S)

    assert table is not None
    assert f"| `{key}`" in table[0]

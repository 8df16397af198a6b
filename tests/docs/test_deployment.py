"""What is shown for deployment names what is there: files, versions, verbs, options."""

import re
import tomllib

import pytest

from tests.contracts.test_commands import ALL_VERBS
from tests.docs.pages import ROOT

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
DOCKERFILE, COMPOSE, PAGE = (
    (ROOT / name).read_text(encoding="utf-8") for name in ("Dockerfile", "compose.yaml", "docs/how-to/deploy.md")
)
SHOWN = {
    line.strip()
    for line in re.findall(r"(?:bin/|run --rm |^    )(evenhand (?!/)[^\n`&;]*)", f"{COMPOSE}\n{PAGE}", re.MULTILINE)
}


def test_the_images_are_of_this_version_and_run_as_nobody_s_root() -> None:
    """A tag that stays behind names an image of another version."""
    assert set(re.findall(r"image: evenhand[\w-]*:(\S+)", COMPOSE)) == {VERSION}
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    assert set(re.findall(r"target: (\w+) }", COMPOSE)) <= set(re.findall(r"^FROM \S+ AS (\w+)", DOCKERFILE, re.M))


def test_what_the_build_copies_is_there_and_not_ignored() -> None:
    """`.dockerignore` begins with all and names what is wanted."""
    copied = {name for line in re.findall(r"^COPY (?!--)(.*) \S+$", DOCKERFILE, re.M) for name in line.split()}
    wanted = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.M))

    assert copied == wanted
    assert [name for name in copied | set(re.findall(r"-r (\S+)", DOCKERFILE)) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("line", sorted(SHOWN))
def test_a_command_that_is_shown_is_one(line: str) -> None:
    """With options that its verb has."""
    verb = next((name for name in ALL_VERBS if line == name or line.startswith(f"{name} ")), None)

    if line.startswith("evenhand --"):
        return
    assert verb is not None
    known = {name for each in ALL_VERBS[verb].params for name in each.opts}
    assert set(re.findall(r" (--[a-z-]+)", line)) <= known


def test_enough_commands_are_found() -> None:
    """Else the test above would look at nothing."""
    assert len(SHOWN) >= 6

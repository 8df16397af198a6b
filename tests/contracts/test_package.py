"""What a stranger may rely on: few public names, a first line everywhere, pinned packages, no traces of a machine."""

import ast
import importlib
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import evenhand
from tests.each_case import each_case

ROOT = Path(__file__).parents[2]
PACKAGE = Path(evenhand.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
PACKAGES = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
LONGEST_MODULE, LONGEST_FUNCTION = 320, 60


@each_case("package", PACKAGES)
def test_a_package_gives_seven_names_or_fewer_each_documented(package: str) -> None:
    """More than seven is two packages; a public name says what it is for."""
    module = importlib.import_module(f"evenhand.{package}")
    names = getattr(module, "__all__", [])

    assert len(names) <= 7
    for name in names:
        given = getattr(module, name)
        if inspect.isclass(given) or inspect.isfunction(given):
            assert inspect.getdoc(given), name


def test_modules_say_in_their_first_line_what_they_do_and_are_short() -> None:
    """One file, one thing, with its first sentence on one line; and in it one thought a function."""
    without_line: dict[str, str] = {}
    long: list[str] = []

    for path in MODULES:
        name, text = path.relative_to(PACKAGE).as_posix(), path.read_text("utf-8")
        tree = ast.parse(text)
        first = (ast.get_docstring(tree) or "").partition("\n")[0]
        if not first.endswith((".", ":", ",", "?")):
            without_line[name] = first
        if len(text.splitlines()) > LONGEST_MODULE:
            long.append(name)
        long += [
            f"{name}:{node.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
        ]

    assert (without_line, long) == ({}, [])


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_packages_are_pinned_with_hashes_and_without_an_address(name: str) -> None:
    """Where packages come from is the installing machine's affair; which ones, and which bytes, is ours."""
    text = (ROOT / "requirements" / name).read_text("utf-8")
    logical = [line.strip() for line in text.replace("\\\n", " ").splitlines()]
    pins = [line for line in logical if line and not line.startswith("#")]

    assert "://" not in text
    assert "--index-url" not in text
    assert pins
    assert [line for line in pins if not re.match(r"[\w.\[\]-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_everything_that_runs_is_pinned() -> None:
    """A dependency that pyproject.toml names and requirements/run.txt does not would float."""
    named = re.search(r"^dependencies = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text("utf-8"), re.M | re.S)
    pinned = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements/run.txt").read_text("utf-8"), re.M))

    assert named is not None
    assert {re.split(r"[<>=\[]", each)[0] for each in re.findall(r'"([^"]+)"', named[1])} <= pinned


def test_time_zones_are_known_where_the_system_has_none() -> None:
    """Small containers and Windows carry no time zones; letters give days in the network's own."""
    ask = "import zoneinfo; print(zoneinfo.TZPATH, zoneinfo.ZoneInfo('Europe/Brussels'))"

    done = subprocess.run(
        [sys.executable, "-c", ask], env={**os.environ, "PYTHONTZPATH": ""}, capture_output=True, text=True, check=True
    )

    assert done.stdout == "() Europe/Brussels\n"


def test_no_file_names_a_place_on_a_machine() -> None:
    """A path that exists for one person is an error for all others."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("never in an unpacked archive: git says which files are ours")
    places = re.compile(rb"(?<![\w.<-])/(?:home|root|work|Users)/[a-z]")

    found = [
        name
        for name in filter(None, listed.stdout.split("\0"))
        if (ROOT / name).is_file() and places.search((ROOT / name).read_bytes())
    ]

    assert found == []

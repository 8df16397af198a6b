"""The files of `requirements/` are complete and closed, so that they are installed without resolving anything.

A lock with a gap is filled from whatever was published on the day of the set-up; pip calls that resolving. Read is what
the installed packages say of themselves, with their markers and extras, for the platforms that Evenhand is used on.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from typing import NamedTuple

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.docs.pages import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
RUN = PROJECT["project"]["dependencies"]
BUILD = [*PROJECT["build-system"]["requires"], "editables"]
GATE = [line for line in (ROOT / "requirements" / "gate.in").read_text("utf-8").splitlines() if line[0] != "#"]
LOCKS = {"run": RUN, "dev": [*RUN, *EXTRAS["dev"]], "build": BUILD, "gate": GATE, "postgres": EXTRAS["postgres"]}
LOCKS |= {"gate-signed": [line for line in RUN if line.startswith("cryptography")]}
LOCKS |= {"objects": EXTRAS["objects"], "spark": EXTRAS["spark"]}
# `make dev` leaves Spark out.
NO_SPARK = pytest.mark.skipif(find_spec("pyspark") is None, reason="not there: `make spark` installs Spark")
CHECKED = [pytest.param(lock, marks=[NO_SPARK] * (lock == "spark")) for lock in LOCKS]

HERE = {name: str(value) for name, value in default_environment().items()}
LINUX = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
WINDOWS = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"}
MAC = {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"}
PLACES = {
    "here": {},
    "linux-3.11": {**LINUX, "python_version": "3.11", "python_full_version": "3.11.7"},
    "linux-3.12": {**LINUX, "python_version": "3.12", "python_full_version": "3.12.4"},
    "linux-3.14": {**LINUX, "python_version": "3.14", "python_full_version": "3.14.1"},
    "mac-3.13": {**MAC, "python_version": "3.13", "python_full_version": "3.13.1"},
    "windows-3.13": {**WINDOWS, "python_version": "3.13", "python_full_version": "3.13.1"},
}


class Gap(NamedTuple):
    """A requirement that a lock does not meet."""

    wanted: str
    by: str
    pinned: str | None


def test_a_gap_is_found() -> None:
    """The walk that proves the locks complete sees each way in which one is not."""
    pins = {"pytest-cov": "7.1.0", "coverage": "7.0", "pluggy": "1.7.0"}

    found = gaps(["pytest-cov"], pins, HERE, {"pytest-cov": ["coverage[toml]>=7.10.6", "pluggy>=1", "pytest>=7"]})

    assert found == [Gap("coverage[toml]>=7.10.6", "pytest-cov", "7.0"), Gap("pytest>=7", "pytest-cov", None)]


def test_a_gap_behind_an_extra_is_found() -> None:
    """What an extra brings is asked for only where the extra is."""
    offers = {"a": ["b[c]"], "b": ["d; extra == 'c'", "e; extra == 'f'", "g; sys_platform == 'win32'"], "d": []}

    assert [gap.wanted for gap in gaps(["a"], {"a": "1", "b": "1"}, {**HERE, **LINUX}, offers)] == [
        "d; extra == 'c'".replace("'", '"')
    ]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("lock", CHECKED)
def test_a_lock_meets_every_requirement_of_every_package_in_it(lock: str, place: str) -> None:
    """With extras and markers: nothing is left for a resolver to choose."""
    where = {**HERE, **PLACES[place]}

    assert gaps(LOCKS[lock], pins_of(lock, where), where, offered(pins_of(lock, where))) == []


@pytest.mark.parametrize("lock", CHECKED)
def test_a_lock_holds_nothing_that_nobody_asks_for(lock: str) -> None:
    """A package that came in with another and stayed when that one left is weight and risk."""
    pins = pins_of(lock, HERE)

    assert set(pins) - {name for name, _, _ in walk(LOCKS[lock], HERE, offered(pins))} == set()


@pytest.mark.parametrize("lock", ["run", "build", "gate", "gate-signed", "postgres", "objects"])
def test_what_runs_is_what_is_tested(lock: str) -> None:
    """The tests speak for the versions that people run."""
    tested, running = (
        {pin.partition(" ;")[0]: hashes for pin, hashes in lines_of(name).items()} for name in ("dev", lock)
    )

    assert {**tested, **running} == tested


def test_the_gate_alone_asks_for_nothing_that_the_whole_does_not() -> None:
    """It is the same wheel with fewer packages beside it (choice 24)."""
    assert set(GATE) <= set(RUN)


@pytest.mark.parametrize("lock", CHECKED)
def test_the_installed_versions_are_the_pinned_ones(lock: str) -> None:
    """What a package asks for is read where it is installed, and another version may ask for something else."""
    pins = pins_of(lock, HERE)

    assert {name: installed(name) for name in pins} == pins, "the environment is not the locked one; run `make dev`"


def gaps(
    roots: Sequence[str], pins: Mapping[str, str], where: Mapping[str, str], offers: Mapping[str, Sequence[str]]
) -> list[Gap]:
    """Return the requirements reached from `roots` whose package is not pinned, or pinned at a version they refuse."""
    return [
        Gap(str(wanted), by, pins.get(name))
        for name, wanted, by in walk(roots, where, offers)
        if name not in pins or not wanted.specifier.contains(pins[name], prereleases=True)
    ]


def walk(
    roots: Sequence[str], where: Mapping[str, str], offers: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, Requirement, str]]:
    """Yield each requirement once: the package, what is wanted of it, and by whom ("" for the project)."""
    todo = [("", text, frozenset[str]()) for text in roots]
    seen = set()
    while todo:
        by, text, extras = todo.pop(0)
        wanted = Requirement(text)
        if (by, str(wanted)) in seen or not applies(wanted, where, extras):
            continue
        seen.add((by, str(wanted)))
        name = canonicalize_name(wanted.name)
        yield name, wanted, by
        todo += [(name, each, frozenset(wanted.extras)) for each in offers.get(name, ())]


def applies(wanted: Requirement, where: Mapping[str, str], extras: Iterable[str]) -> bool:
    """Return whether a requirement counts on a platform for a package asked for with `extras`."""
    marker = wanted.marker
    return marker is None or any(marker.evaluate({**where, "extra": extra}) for extra in ("", *extras))


def offered(pins: Mapping[str, str]) -> dict[str, list[str]]:
    """Return what each pinned package requires, as far as it is installed here."""
    return {name: distribution(name).requires or [] for name in pins if installed(name) is not None}


def installed(name: str) -> str | None:
    """Return the version of a package that is installed here."""
    try:
        return distribution(name).version
    except PackageNotFoundError:
        return None


def pins_of(lock: str, where: Mapping[str, str]) -> dict[str, str]:
    """Return package and version of each pin of a lock that counts on a platform."""
    pinned = [Requirement(text) for text in lines_of(lock)]
    held = [each for each in pinned if applies(each, where, ())]
    return {canonicalize_name(each.name): next(iter(each.specifier)).version for each in held}


def lines_of(lock: str) -> dict[str, str]:
    """Return the logical lines of a lock: what is pinned, with its marker, and its hashes."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    parts = [line.partition("--hash=") for line in text.splitlines() if line.strip() and line[0] != "#"]
    return {pin.strip(): hashes.strip() for pin, _, hashes in parts}

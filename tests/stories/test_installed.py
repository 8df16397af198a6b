"""The wheel, installed where there is no checkout: every verb works, and the gate alone needs few packages."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Sequence
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.built_once import built_once
from tests.commands import Demo
from tests.contracts.test_locks import HERE, pins_of
from tests.docs.pages import ROOT
from tests.stories.services import Service

PACKAGES = Path(sysconfig.get_path("purelib"))


class Installed:
    """An environment with the wheel in it, and other packages as far as they are shown to it."""

    def __init__(self, folder: Path, wheel: Path, others: Path) -> None:
        self.folder, self.bin = folder, folder / "bin"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        pip = [sys.executable, "-m", "pip", "--python", self.bin / "python", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--no-deps", "--no-index", "--no-compile", wheel], check=True)
        (site,) = folder.glob("lib/python*/site-packages")
        # A folder that is named in a `.pth` file is read as it is; the link to the checkout in it is not followed.
        (site / "others.pth").write_text(f"{others}\n", encoding="utf-8")

    def run(self, *command: object) -> subprocess.CompletedProcess[str]:
        """Run one of its programs outside the checkout."""
        program, *arguments = map(str, command)
        return subprocess.run(
            [self.bin / program, *arguments], cwd=self.folder, env=plain(), capture_output=True, text=True,
            check=False,
        )  # fmt: skip


def plain() -> dict[str, str]:
    """Return the environment without what would lead Python back to the checkout, or keep what it compiles."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHONPATH", "PYTHONDONT", "COV"))
    }


def build_wheel(folder: Path) -> Path:
    """Build the wheel of this checkout in a folder, offline."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_once(tmp_path_factory, "wheel", build_wheel)


@pytest.fixture(scope="module")
def whole(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Install the wheel beside all packages."""
    return built_once(tmp_path_factory, "whole", lambda folder: Installed(folder / "env", wheel, PACKAGES))


@pytest.fixture(scope="module")
def gate_alone(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Install the wheel beside the packages of `requirements/gate.txt` and no others."""

    return built_once(tmp_path_factory, "gate", lambda folder: beside(folder, wheel, "gate"))


@pytest.fixture(scope="module")
def signed_gate(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Install the same with `requirements/gate-signed.txt` and no others."""
    return built_once(tmp_path_factory, "gate-signed", lambda folder: beside(folder, wheel, "gate", "gate-signed"))


def beside(folder: Path, wheel: Path, *locks: str) -> Installed:
    """Install the wheel beside the packages of these locks alone."""
    (folder / "others").mkdir()
    for name in modules_of([pin for lock in locks for pin in pins_of(lock, HERE)]):
        (folder / "others" / name).symlink_to(PACKAGES / name)
    return Installed(folder / "env", wheel, folder / "others")


def modules_of(packages: Sequence[str]) -> set[str]:
    """Return the files and folders of packages right below the folder of all packages."""
    files = (file for package in packages for file in distribution(package).files or ())
    return {file.parts[0] for file in files if file.parts[0] not in {"..", "__pycache__"}}


def test_the_wheel_carries_all_that_the_sample_network_needs(whole: Installed) -> None:
    """Rulebooks, letters, tables of words and the sample itself; nothing is read from a checkout."""
    done = whole.run("evenhand", "demo", "network", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    network = whole.folder / "network"

    where = whole.run("python", "-c", "import evenhand; print(evenhand.__file__)")

    assert Path(where.stdout).is_relative_to(whole.folder)
    letters = list((network / "out" / "reasons").iterdir())
    assert letters
    assert whole.run("evenhand", "ledger", "verify", network).returncode == 0
    explained = whole.run("python", "-m", "evenhand", "explain", network, "rt", "--at", "2026-11-02T13:00:00Z")
    assert explained.stdout.startswith("Refused  RT\n")


def test_the_wheel_has_every_file_of_the_program(wheel: Path) -> None:
    """A module that the wheel leaves out is missed by the verb that loads it, whenever somebody calls that."""
    files = files_of(ROOT / "src", "evenhand") | {f"evenhand/{name}" for name in files_of(ROOT, "rulebooks")}

    with zipfile.ZipFile(wheel) as packed:
        assert files - set(packed.namelist()) == set()
    assert len(files) > 500


def files_of(folder: Path, name: str) -> set[str]:
    """Return the files in a folder of this name, but for what is compiled, by their paths."""
    files = (each for each in (folder / name).rglob("*") if each.is_file() and each.parent.name != "__pycache__")
    return {each.relative_to(folder).as_posix() for each in files}


def test_init_finds_the_house_rulebook_in_the_wheel(whole: Installed) -> None:
    """The first thing that somebody with tables of their own does."""
    made = whole.run("evenhand", "init", "mine", "--origin", "ads.made-up.example/log")

    assert (made.returncode, made.stderr) == (0, "")
    assert (whole.folder / "mine" / "rulebook" / "house.cedar").is_file()


def test_the_gate_alone_answers_and_serves(gate_alone: Installed, made_demo: Demo) -> None:
    """An ad server carries msgspec and what serves, no command line, neither DuckDB nor Z3 nor numpy (choice 19)."""
    register = made_demo.folder / "out" / "register.evh"
    asked = ["check", "--register", register, "--adomain", "www.rt.com", "--at", "2026-11-02T13:00:00Z"]
    absent = ("duckdb", "z3", "numpy", "cedarpy", "apsw", "cryptography", "typer", "rich", "pydantic", "pygments")
    found = f"from importlib.util import find_spec; print([each for each in {absent} if find_spec(each)])"
    assert gate_alone.run("python", "-c", found).stdout == "[]\n"

    answer = gate_alone.run("evenhand-gate", *asked)

    assert (answer.returncode, answer.stderr) == (1, "")
    assert json.loads(answer.stdout)["outcome"] == "refuse"
    serve = [gate_alone.bin / "evenhand-gate", "serve", "--register", register, "--port", "0", "--stale", "last"]
    with subprocess.Popen(serve, stderr=subprocess.PIPE, text=True, env=plain()) as process:
        service = Service(process)
        assert service.outcome("https://www.rt.com/") == "refuse"
        assert service.stop() == 0


def test_the_gate_alone_takes_signed_registers_with_one_lock_more(
    gate_alone: Installed, signed_gate: Installed, made_demo: Demo
) -> None:
    """What the known flaws advise, `--vkey` and `--signed`, needs a package that `gate.txt` has not."""
    asked = ["serve", "--register", made_demo.folder, "--port", "0", "--signed"]
    asked += ["--vkey", made_demo.folder / "ledger/public/vkey"]

    lacking = gate_alone.run("evenhand-gate", *asked)
    assert lacking.returncode == 2
    assert lacking.stderr.endswith("without the package `cryptography`; install requirements/gate-signed.txt\n")
    with subprocess.Popen(
        [signed_gate.bin / "evenhand-gate", *asked], stderr=subprocess.PIPE, text=True, env=plain()
    ) as process:
        service = Service(process)
        assert service.outcome("https://www.rt.com/") == "refuse"
        assert service.stop() == 0


def test_the_gates_command_says_its_version(gate_alone: Installed) -> None:
    """As every command does that somebody has to report a fault of."""
    done = gate_alone.run("evenhand-gate", "--version")

    assert (done.returncode, done.stdout) == (0, f"evenhand {distribution('evenhand').version}\n")


def test_the_gate_alone_says_what_other_verbs_lack(gate_alone: Installed, made_demo: Demo) -> None:
    """One line, no traceback."""
    done = gate_alone.run("evenhand", "run", made_demo.folder)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "evenhand: the package `typer` is not installed; this installation has the gate alone, so use `evenhand-gate`,"
        " or `pip install evenhand`\n"
    )

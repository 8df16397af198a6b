"""The contracts between folders hold, and each of them has been seen to fail."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = "five layers, imports only go down"
WORKFLOWS = "within workflows, imports only go down too"
BARE = "model, ledger and gate run on the standard library and msgspec"
FRAMEWORKS = "frameworks only in the interfaces"
SERVICE = "the service carries nothing but the gate"
RINGS = "no import rings inside a package"


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Hold the package below `folder` to the contracts in its `pyproject.toml`."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def copy_of(folder: Path) -> Path:
    shutil.copytree(
        ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "sample", "templates", "tables")
    )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_contracts_hold() -> None:
    """All of them, in the ordinary test run."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

    done = lint_imports(ROOT)

    assert done.returncode == 0, done.stdout
    assert f"{len(contracts)} kept, 0 broken" in done.stdout


# What each file of an offending package says, the contract that it breaks, and what the report must say of it.
OFFENCES = {
    "sibling": ("lists/sibling.py", "import evenhand.intake", LAYERS, "evenhand.lists.sibling -> evenhand.intake"),
    "upward": ("store/upward.py", "import evenhand.workflows", LAYERS, "evenhand.store.upward -> evenhand.workflows"),
    "unplaced": ("rumours/__init__.py", "", LAYERS, "evenhand.rumours"),
    "interface": ("web/interface.py", "import evenhand.cli", LAYERS, "evenhand.web.interface -> evenhand.cli"),
    "gate": ("gate/engine.py", "import numpy", BARE, "evenhand.gate.engine -> numpy"),
    "ledger": ("ledger/cipher.py", "import cryptography", BARE, "evenhand.ledger.cipher -> cryptography"),
    "model": ("model/engine.py", "import duckdb", BARE, "evenhand.model.engine -> duckdb"),
    "framework": ("workflows/audit/shown.py", "import rich", FRAMEWORKS, "evenhand.workflows.audit.shown -> rich"),
    "loop": ("gate/loop.py", "import uvloop", FRAMEWORKS, "evenhand.gate.loop -> uvloop"),
    "service": ("web/gate/run.py", "import evenhand.workflows", SERVICE, "evenhand.web.gate.run -> evenhand.workflows"),
    "command line": ("web/gate/verbs.py", "import typer", SERVICE, "evenhand.web.gate.verbs -> typer"),
    "workflow": (
        "workflows/evaluation/again.py", "import evenhand.workflows.run", WORKFLOWS,
        "evenhand.workflows.evaluation.again -> evenhand.workflows.run",
    ),
    "ring": ("lists/one.py", "import evenhand.lists.two", RINGS, "No cycles are allowed in evenhand.lists."),
    "ring, back": ("lists/two.py", "import evenhand.lists.one", RINGS, ".two -> .one (1 import)"),
}  # fmt: skip


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is said of a package with every offence, by contract."""
    folder = copy_of(tmp_path_factory.mktemp("offending"))
    for name, text, _, _ in OFFENCES.values():
        path = folder / "src/evenhand" / name
        assert not path.exists()
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'"""Offends on purpose."""\n\n{text}\n')
    done = lint_imports(folder)
    assert done.returncode != 0
    _, *parts = re.split(r"^(.+)\n-+\n", done.stdout.partition("Broken contracts\n")[2], flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("offence", OFFENCES)
def test_each_contract_can_fail(offence: str, report: dict[str, str]) -> None:
    """A contract that nothing breaks may check nothing; `unplaced` is a folder that no layer names."""
    _, _, broken, said = OFFENCES[offence]

    assert re.search(rf"^- +{re.escape(said)}( |$)|^{re.escape(said)}$", report[broken], re.MULTILINE)


def test_no_package_is_imported_past_its_public_modules(tmp_path: Path) -> None:
    """Who rearranges the inside of a package need not look at the others."""
    folder = copy_of(tmp_path)
    inner = [
        "audit.strata",
        "gate.fast.verdict",
        "intake.row",
        "ledger.sealed_fields",
        "lists.version_files",
        "reasons.findings",
        "screening.names.similarity",
        "store.duckdb_engine",
        "web.gate.hub",
        "workflows.evaluation.grounds",
    ]
    lines = "\n".join(f"import evenhand.{module}" for module in inner)
    (folder / "src/evenhand/cli/offending.py").write_text(f'"""Offends on purpose."""\n\n{lines}\n')

    report = lint_imports(folder).stdout

    for module in inner:
        assert f"{module.partition('.')[0]} is used through its public modules BROKEN" in report
        assert f"evenhand.cli.offending -> evenhand.{module}" in report

"""The contracts between folders hold, and each of them has been seen to fail."""

import os
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


@pytest.mark.parametrize(
    ("files", "broken"),
    [
        ({"lists/offending.py": "from evenhand.intake import Tables"}, LAYERS),
        ({"store/offending.py": "import evenhand.workflows"}, LAYERS),
        ({"rumours/__init__.py": ""}, LAYERS),
        ({"gate/offending.py": "import numpy"}, BARE),
        ({"ledger/offending.py": "import cryptography"}, BARE),
        ({"model/offending.py": "import duckdb"}, BARE),
        ({"workflows/offending.py": "import rich"}, FRAMEWORKS),
        ({"gate/offending.py": "import uvloop"}, FRAMEWORKS),
        ({"web/gate/offending.py": "import evenhand.workflows"}, SERVICE),
        ({"web/gate/offending.py": "import typer"}, SERVICE),
        ({"web/offending.py": "import evenhand.cli"}, LAYERS),
        ({"workflows/evaluation/offending.py": "import evenhand.workflows.run"}, WORKFLOWS),
        (
            {
                "lists/one.py": "import evenhand.lists.two",
                "lists/two.py": "import evenhand.lists.one",
            },
            RINGS,
        ),
    ],
    ids=[
        "sibling",
        "upward",
        "unplaced",
        "gate",
        "ledger",
        "model",
        "framework",
        "loop",
        "service",
        "command line",
        "interface",
        "workflow",
        "ring",
    ],
)
def test_each_contract_can_fail(files: dict[str, str], broken: str, tmp_path: Path) -> None:
    """A contract that nothing breaks may check nothing; `unplaced` is a folder that no layer names."""
    folder = copy_of(tmp_path)
    for name, text in files.items():
        path = folder / "src/evenhand" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'"""Offends on purpose."""\n\n{text}\n')

    done = lint_imports(folder)

    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert f"{broken} BROKEN" in said or "rumours" in said, said


def test_no_package_is_imported_past_its_public_modules(tmp_path: Path) -> None:
    """Who rearranges the inside of a package need not look at the others."""
    folder = copy_of(tmp_path)
    inner = [
        "audit.strata",
        "gate.fast.verdict",
        "intake.row",
        "ledger.leaf",
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

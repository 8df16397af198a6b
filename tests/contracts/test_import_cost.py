"""What a fresh process loads: an import graph does not show what `import evenhand.gate` runs on its way."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import DAY_1, DAY_2, build
from tests.oracles import Later

HEAVY = (
    "duckdb", "cedarpy", "numpy", "rapidfuzz", "cryptography", "apsw", "anyascii", "publicsuffixlist", "jinja2", "idna",
    "python_calamine", "xlsxwriter", "trafilatura", "lxml", "pypdf",
)  # fmt: skip
FRAMEWORKS = ("typer", "click", "rich")


def loaded(code: str, among: tuple[str, ...]) -> set[str]:
    """Return which of some packages a fresh process holds after running `code`."""
    ask = f"{code}\nimport sys; print(); print(*(set({among!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("module", ["evenhand", "evenhand.model", "evenhand.ledger", "evenhand.gate"])
def test_the_core_loads_nothing_heavy(module: str) -> None:
    """An ad server can carry the gate, and an auditor the ledger, on msgspec alone."""
    assert loaded(f"import {module}", HEAVY + FRAMEWORKS) == set()


def test_help_loads_no_engine() -> None:
    """Half a second of imports before the first word is what makes people stop typing --help."""
    assert loaded("from evenhand.cli.app import run; assert run(['--help']) == 0", HEAVY) == set()


def test_reading_a_text_loads_no_reader_of_pages() -> None:
    """trafilatura takes a second to load, and most saved articles are text."""
    assert loaded("from evenhand.evidence import read_article; read_article(b'He said so.', 'a.txt')", HEAVY) == set()


def test_claims_are_shown_without_what_opens_a_network(tmp_path: Path) -> None:
    """`evidence read` needs neither ledger nor rules: to load them took two thirds of its time."""
    (tmp_path / "a.txt").write_text("She said that the ban was wrong.\n")
    asked = ["evidence", "read", str(tmp_path / "a.txt")]
    ledger_and_rules = ("evenhand.ledger", "evenhand.policy", "evenhand.workflows.run", *HEAVY)
    assert loaded(f"from evenhand.cli.app import run; assert run({asked!r}) == 0", ledger_and_rules) == set()


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("cost") / "network")


def test_a_check_at_the_gate_loads_no_engine(network: Path) -> None:
    """Neither for a register alone nor for a network with its settings."""
    for register in (network, network / "out" / "register.jsonl"):
        asked = ["gate", "check", "--register", str(register), "--adomain", "plum.example", "--at", DAY_1]
        assert loaded(f"from evenhand.cli.app import run; assert run({asked!r}) == 0", HEAVY) == set()


def test_a_run_loads_neither_solver_nor_sql_before_it_needs_them(network: Path) -> None:
    """Z3 proves new rulebooks and SQL rules requests by the thousand; a daily run of a small network does neither."""
    asked = ["run", str(network), "--at", DAY_2]
    assert loaded(f"from evenhand.cli.app import run; assert run({asked!r}) == 0", ("z3", "cvc5", "sqlglot")) == set()


def test_what_few_tests_compare_with_is_not_loaded_by_a_look_at_its_name() -> None:
    """pytest looks at every name of a module of tests for marks of its own: each process loaded scipy for that."""
    assert not hasattr(Later("no.such.module"), "_mock_name")

"""A program that shares no line with ours reads the ledger: golang.org/x/mod."""

import os
import resource
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.data import DATA
from tests.unit.ledger.making import KEY, new_folder
from tests.unit.ledger.test_receipt import make_receipt

SOURCE = DATA.parent / "tools" / "goverify" / "main.go"
MODULE = Path("/usr/share/gocode/src/golang.org/x/mod")
needs_go = pytest.mark.skipif(
    not (shutil.which("go") and MODULE.is_dir() and SOURCE.is_file()),
    reason="not there: needs `go`, golang-golang-x-mod-dev and ../shared/tools/goverify",
)


@pytest.fixture(scope="module")
def goverify(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("go")
    program = folder / "goverify"
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode"}
    subprocess.run(["go", "build", "-o", str(program), str(SOURCE)], env=environment, check=True)
    return program


@needs_go
@pytest.mark.parametrize("size", [1, 256, 70_000])
def test_the_go_reader_accepts_the_log(goverify: Path, tmp_path: Path, size: int) -> None:
    """Sizes with one leaf, one full tile, and three levels."""
    folder = new_folder(tmp_path / "l", size)

    said = subprocess.run([goverify, "log", folder / "public"], capture_output=True, text=True, check=False)

    assert said.stdout.startswith(f"OK origin=ads.example/ledger size={size} "), said.stderr


@needs_go
def test_the_go_reader_accepts_a_receipt(goverify: Path, tmp_path: Path) -> None:
    """An advertiser need not trust our program with our own file."""
    path = tmp_path / "decision.tlog-proof"
    path.write_text(make_receipt(tmp_path / "l"), encoding="utf-8")
    vkey = (tmp_path / "l/public/vkey").read_text(encoding="utf-8").strip()

    said = subprocess.run([goverify, "receipt", path, vkey], capture_output=True, text=True, check=False)

    assert said.stdout.startswith("OK"), said.stderr
    assert vkey == KEY.vkey


@needs_go
def test_the_go_reader_checks_a_receipt_in_less_than_50_ms(goverify: Path, tmp_path: Path) -> None:
    """Program start, signature, proof and all, in time of the processor: other work may share the machine."""
    path = tmp_path / "decision.tlog-proof"
    path.write_text(make_receipt(tmp_path / "l"), encoding="utf-8")
    times = []
    for _ in range(10):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([goverify, "receipt", path, KEY.vkey], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)

    assert min(times) < 0.05

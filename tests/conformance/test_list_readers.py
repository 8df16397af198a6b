"""Our readers beside the reference reading of four real lists."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.list_readers import compare
from tests.data import DATA, needs_data
from tests.unit.lists.made import MADE

LISTS = DATA / "screening" / "lists"


@needs_data
@pytest.mark.parametrize(
    ("folder", "cases"),
    [("ofac_sdn_20210707", 8976), ("ofac_cons_20251219", 442), ("un_sc_20260227", 1003), ("state_media_202402", 1545)],
)
def test_every_entry_agrees_with_the_reference(folder: str, cases: int) -> None:
    """Id, schema, names, weak aliases, programs, typology and parent of each entry (`screening.md` §9)."""
    assert compare(LISTS / folder, LISTS / "reference" / f"{folder}.jsonl.gz") == (cases, [])


def test_the_runner_prints_its_counts_as_the_last_line(tmp_path: Path) -> None:
    """Others call it by name and read one JSON object; an entry that one side lacks is a disagreement."""
    reference = tmp_path / "reference.jsonl"
    lines = (MADE["other-ftm"] / "entities.jsonl").read_text(encoding="utf-8").splitlines()
    reference.write_text("\n".join([*lines[:2], lines[2].replace("f-2", "f-3")]), encoding="utf-8")

    ran = subprocess.run(
        [sys.executable, "-m", "tests.conformance.list_readers", MADE["other-ftm"], "--reference", reference],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )

    assert ran.returncode == 1
    assert json.loads(ran.stdout.splitlines()[-1]) == {"cases": 3, "agree": 1, "disagree": 2}
    assert ran.stdout.splitlines()[0].startswith("f-2: ours ('Person'")

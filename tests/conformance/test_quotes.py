"""The runner of quotations: what it prints, what it writes, and that the targets hold on the articles developed on."""

import json
from pathlib import Path

from tests.conformance.quotes import run
from tests.data import DATA, needs_data

TEXT = "“We sold nothing,” Maria Lim said.\n\nThe ministry said that the list was lost."
QUOTATION = {"content": [[0, 18]], "speaker": [[19, 28]], "cue": [[29, 33]]}
REPORT = {"content": [[54, 77]], "speaker": [[36, 48]], "cue": [[49, 53]]}
KEYS = [
    "docs", "direct_quote_speaker_f1", "direct_quote_f1", "direct_wrong_named_speaker", "indirect_precision",
    "indirect_f1", "exceptions", "docs_per_s",
]  # fmt: skip


def write(path: Path, *rows: dict[str, object]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_without_records_figures_are_null(tmp_path: Path) -> None:
    figures = run(write(tmp_path / "rows.jsonl", {"id": "a", "text": TEXT}), None)

    assert sorted(figures) == sorted(KEYS)
    assert (figures["docs"], figures["exceptions"], figures["direct_quote_f1"]) == (1, 0, None)


def test_what_agrees_with_the_record_scores_one(tmp_path: Path) -> None:
    row = {"id": "a", "text": TEXT, "attributions": [QUOTATION, REPORT]}

    figures = run(write(tmp_path / "rows.jsonl", row), str(tmp_path / "out.jsonl"))

    assert {figures[key] for key in KEYS[1:3] + KEYS[4:6]} == {1.0}
    assert figures["direct_wrong_named_speaker"] == 0.0
    (written,) = map(json.loads, (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
    assert (written["id"], written["error"]) == ("a", None)
    assert QUOTATION in written["quotes"]


def test_another_speaker_is_counted_as_wrong_and_named(tmp_path: Path) -> None:
    row = {"id": "a", "text": TEXT, "attributions": [QUOTATION | {"speaker": [[36, 48]]}]}

    figures = run(write(tmp_path / "rows.jsonl", row), None)

    assert (figures["direct_quote_f1"], figures["direct_quote_speaker_f1"]) == (1.0, 0.0)
    assert figures["direct_wrong_named_speaker"] == 1.0


@needs_data
def test_the_targets_hold_on_the_articles_that_the_rules_were_developed_on() -> None:
    """Not more than the targets: with 150 articles one score moves by some hundredths from draw to draw."""
    figures = run(str(DATA / "evidence" / "polnear_train150.jsonl"), None)

    assert figures["direct_quote_speaker_f1"] >= 0.80
    assert figures["direct_quote_f1"] >= 0.91
    assert figures["direct_wrong_named_speaker"] <= 0.06
    assert figures["indirect_precision"] >= 0.70
    assert figures["indirect_f1"] >= 0.33
    assert figures["exceptions"] == 0

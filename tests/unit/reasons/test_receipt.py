"""The receipt below a letter, written and recognised."""

import pytest

from evenhand.model.statement import LogEntry
from evenhand.reasons.language import languages, words_of
from evenhand.reasons.receipt import is_receipt, receipt_paragraph


@pytest.mark.parametrize("log_url", ["", "https://log.example/"])
@pytest.mark.parametrize("language", sorted(languages()))
def test_a_receipt_is_recognised_in_every_language_and_for_its_entry_alone(language: str, log_url: str) -> None:
    """A sentence more, another number, another command: not ours."""
    entry = LogEntry(origin="ads.example/log", index=12, decision_index=11, log_url=log_url)
    paragraph = receipt_paragraph(entry, words_of(language)).strip("\n")

    assert is_receipt(paragraph, 12)
    assert not is_receipt(paragraph, 1)
    assert not is_receipt(f"{paragraph} Pay here.", 12)
    assert not is_receipt(f"Pay here. {paragraph}", 12)
    assert not is_receipt("", 12)

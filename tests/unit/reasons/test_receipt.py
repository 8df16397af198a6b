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


@pytest.mark.parametrize("language", sorted(languages()))
def test_a_receipt_of_an_earlier_version_is_recognised(language: str) -> None:
    """Letters are kept for years, and the hash of each covers what stands above its receipt."""
    words = words_of(language)
    entry = LogEntry(origin="ads.example/log", index=12, decision_index=11, log_url="")
    earlier = (
        receipt_paragraph(entry, words)
        .strip("\n")
        .replace(
            words.receipt["check"].partition("{command}")[0], words.receipt["check_before"].partition("{command}")[0]
        )
    )

    assert earlier != receipt_paragraph(entry, words).strip("\n")
    assert is_receipt(earlier, 12)
    assert not is_receipt(earlier, 1)


def test_a_receipt_says_what_to_do_with_the_command() -> None:
    """A letter goes to an advertiser, who has never heard of Evenhand or of FOLDER."""
    entry = LogEntry(origin="ads.example/log", index=12, decision_index=11, log_url="")

    paragraph = receipt_paragraph(entry, words_of("en"))

    assert "put a copy of the log into a folder and give the free program Evenhand this command" in paragraph
    assert "with the name of your folder in place of FOLDER: evenhand ledger check FOLDER 12" in paragraph

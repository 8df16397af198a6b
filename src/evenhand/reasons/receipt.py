"""The receipt below a letter and in a public record: where the log has it, and how anybody checks that."""

import re
from typing import Any

from evenhand.model.statement import LogEntry
from evenhand.reasons.language import Words, languages, words_of


def receipt_paragraph(entry: LogEntry | None, words: Words) -> str:
    """Return the last paragraph of a letter, with a blank line before it; ``""`` before the letter is in the log."""
    if entry is None:
        return ""
    form = words.receipt
    sentences = (
        form["entries"].format(
            index=entry.index, decision_index=entry.decision_index, origin=words.given(entry.origin)
        ),
        form["published"].format(log_url=words.given(entry.log_url)) if entry.log_url else form["on_request"],
        form["check"].format(command=words.given(command(entry))),
    )
    return f"\n{' '.join(sentences)}\n"


def is_receipt(paragraph: str, index: int) -> bool:
    """Return whether a paragraph is a receipt of this entry as we write or wrote them, in any language, and no more.

    The hash of a letter covers what stands above: anyone who adds a sentence below it would be believed.
    """
    return any(_pattern(words_of(language), index).fullmatch(paragraph) for language in languages())


def _pattern(words: Words, index: int) -> re.Pattern[str]:
    holes = {"{decision_index}": "[0-9]+", "{index}": str(index), "{origin}": r"\S+", "{log_url}": r"\S+"}
    holes["{command}"] = re.escape(words.given(f"evenhand ledger check FOLDER {index}"))
    entries, published, on_request, check, check_before = (
        re.sub(r"\\{[a-z_]+\\}", lambda hole: holes[hole[0].replace("\\", "")], re.escape(words.receipt[name]))
        for name in ("entries", "published", "on_request", "check", "check_before")
    )
    space = re.escape(" ")
    return re.compile(f"{entries}{space}(?:{published}|{on_request}){space}(?:{check}|{check_before})")


def public_receipt(entry: LogEntry) -> dict[str, Any]:
    """Return the receipt as a public record has it."""
    return {
        "origin": entry.origin,
        "entry": entry.index,
        "decision_entry": entry.decision_index,
        "log_url": entry.log_url,
        "check": command(entry),
    }


def command(entry: LogEntry) -> str:
    """Return the command that checks a letter's entry in a copy of the public log."""
    return f"evenhand ledger check FOLDER {entry.index}"

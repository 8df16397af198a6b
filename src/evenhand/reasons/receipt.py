"""The receipt below a letter and in a public record: where the log has it, and how anybody checks that."""

from typing import Any

from evenhand.model.statement import LogEntry
from evenhand.reasons.language import Words


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

"""What is wrong or doubtful about a rulebook's folder, each with its place, for who writes it."""

from pathlib import Path

from evenhand.model.errors import RulebookInvalid
from evenhand.model.record import Record
from evenhand.policy.rulebook.lint import Severity
from evenhand.policy.rulebook.reading import held_to_form, read_draft, read_folder


class DraftMark(Record, frozen=True, kw_only=True):
    """One thing about one place: `line` and `column` from 1, `rule` `""` where it is about none, `text` a sentence."""

    file: str
    line: int
    column: int
    severity: Severity
    rule: str
    text: str


def draft_marks(folder: Path) -> tuple[DraftMark, ...]:
    """Return what refuses the rulebook in a folder, and what is for the proofs to decide, in the order of the text.

    What cannot be read at all is one error: nothing is known of the rest then.
    """
    try:
        draft = read_draft(folder)
        held_to_form(draft)
    except RulebookInvalid as error:
        return (_of_error(error),)
    marks = []
    for found in draft.findings():
        shown = draft.shown(found)
        marks.append(DraftMark(
            file=Path(shown.where).name, line=shown.line or 1, column=shown.column or 1, severity=found.severity,
            rule=found.rule, text=f"{found.message} ({found.code})",
        ))  # fmt: skip
    try:
        read_folder(folder, historic=True)
    except RulebookInvalid as error:
        marks.append(_of_error(error))
    return tuple(sorted(marks, key=lambda mark: (mark.file, mark.line, mark.column)))


def _of_error(error: RulebookInvalid) -> DraftMark:
    return DraftMark(
        file=Path(error.where).name, line=error.line or 1, column=error.column or 1, severity="error", rule="",
        text=error.sentence,
    )  # fmt: skip

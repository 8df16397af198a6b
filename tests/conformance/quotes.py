"""Score quotations and speakers: `python -m tests.conformance.quotes FILE.jsonl [--out OUT.jsonl]`.

Rows are `{id, text, attributions?}`, offsets code points. The last line is one JSON object; figures that need
`attributions` are null where no row has them. A paragraph is a line of the text.
"""

import sys
import time
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from evenhand.evidence.attributions import Attribution, find_attributions
from evenhand.evidence.text_spans import lines
from tests.conformance.cases import Arguments, answering, execute, one_line, out_path, read_cases, write_rows
from tests.conformance.quote_scores import Counts, Span, add_counts


class Recorded(TypedDict):
    """A recorded quotation: spans of the text."""

    content: list[Span]
    speaker: NotRequired[list[Span] | None]


class Row(TypedDict):
    """A document."""

    text: str
    attributions: NotRequired[list[Recorded] | None]


def quotes(text: str) -> list[dict[str, Any]]:
    """Return the attributions of a text as rows; a carried quotation has the speaker of the one that it follows."""
    found = find_attributions(text, [span for span in lines(text) if text[slice(*span)].strip()])
    return [
        {"content": each.content, "speaker": _speaker(found, each), "cue": [] if each.cue is None else [each.cue]}
        for each in found
    ]


def _speaker(found: list[Attribution], each: Attribution) -> list[Span]:
    while each.speaker_span is None and each.resolved_by is not None:
        each = found[each.resolved_by]
    return [span for span in (each.speaker_span, each.relative) if span is not None]


def run(path: str | Path, out: str | Path | None) -> dict[str, Any]:
    """Return the figures of a file; write what was found where `out` names a file."""
    direct, indirect = Counts(), Counts()
    docs, exceptions, recorded, seconds = 0, 0, 0, 0.0
    rows: list[dict[str, Any]] = []
    for case in list(read_cases([path], Row)):
        started = time.process_time()
        found, error = _tried(case["text"])
        seconds += time.process_time() - started
        docs += 1
        exceptions += error is not None
        rows.append({"id": case["id"], "quotes": found, "error": error})
        if case.get("attributions") is not None:
            recorded += 1
            with answering(case):
                add_counts(direct, indirect, case["text"], case["attributions"], found)
    write_rows(None if out is None else Path(out), rows)
    figures = _figures(direct, indirect) if recorded else dict.fromkeys(_figures(direct, indirect))
    return {"docs": docs, **figures, "exceptions": exceptions, "docs_per_s": round(docs / max(seconds, 1e-9), 1)}


def _tried(text: str) -> tuple[list[dict[str, Any]], str | None]:
    try:
        return quotes(text), None
    except Exception as error:  # noqa: BLE001  whatever it is, it is counted, and the other documents are read
        sys.stderr.write(f"{one_line(error)}\n")
        return [], one_line(error)


def _figures(direct: Counts, indirect: Counts) -> dict[str, float | None]:
    return {
        "direct_quote_speaker_f1": round(direct.f1(direct.right), 4),
        "direct_quote_f1": round(direct.f1(direct.paired), 4),
        "direct_wrong_named_speaker": round(direct.wrong_named / max(1, direct.paired), 4),
        "indirect_precision": round(indirect.precision(), 4),
        "indirect_f1": round(indirect.f1(indirect.right), 4),
    }


def main(argv: list[str] | None = None) -> int:
    """Run the file that the command line names and print the figures as the last line."""
    arguments = Arguments(__doc__)
    arguments.add_argument("file")
    arguments.add_argument("--out", type=out_path)
    return execute(arguments, lambda chosen: run(chosen.file, chosen.out), argv)


if __name__ == "__main__":
    sys.exit(main())

"""Score quotations and speakers: `python -m tests.conformance.quotes FILE.jsonl [--out OUT.jsonl]`.

Rows are `{id, text, attributions?}`, offsets code points. The last line is one JSON object; figures that need
`attributions` are null where no row has them. A paragraph is a line of the text.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from evenhand.evidence.attributions import Attribution, find_attributions
from evenhand.evidence.text_spans import lines
from tests.conformance.cases import encoded, read_cases
from tests.conformance.quote_scores import Counts, Span, add_counts


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


def run(path: str, out: str | None) -> dict[str, Any]:
    """Return the figures of a file; write what was found where `out` names a file."""
    direct, indirect = Counts(), Counts()
    docs, exceptions, recorded, seconds = 0, 0, 0, 0.0
    rows: list[dict[str, Any]] = []
    for case in read_cases([path]):
        started = time.process_time()
        found, error = _tried(case["text"])
        seconds += time.process_time() - started
        docs += 1
        exceptions += error is not None
        rows.append({"id": case["id"], "quotes": found, "error": error})
        if "attributions" in case:
            recorded += 1
            add_counts(direct, indirect, case["text"], case["attributions"], found)
    if out is not None:
        Path(out).write_bytes(b"".join(encoded(row) + b"\n" for row in rows))
    figures = _figures(direct, indirect) if recorded else dict.fromkeys(_figures(direct, indirect))
    return {"docs": docs, **figures, "exceptions": exceptions, "docs_per_s": round(docs / max(seconds, 1e-9), 1)}


def _tried(text: str) -> tuple[list[dict[str, Any]], str | None]:
    try:
        return quotes(text), None
    except Exception as error:  # noqa: BLE001  whatever it is, it is counted, and the other documents are read
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return [], f"{type(error).__name__}: {error}"


def _figures(direct: Counts, indirect: Counts) -> dict[str, float | None]:
    return {
        "direct_quote_speaker_f1": round(direct.f1(direct.right), 4),
        "direct_quote_f1": round(direct.f1(direct.paired), 4),
        "direct_wrong_named_speaker": round(direct.wrong_named / max(1, direct.paired), 4),
        "indirect_precision": round(indirect.precision(), 4),
        "indirect_f1": round(indirect.f1(indirect.right), 4),
    }


def main() -> None:
    """Run the file that the command line names and print the figures as the last line."""
    parser = argparse.ArgumentParser(description="Score quotations and their speakers.")
    parser.add_argument("file")
    parser.add_argument("--out")
    arguments = parser.parse_args()
    print(json.dumps(run(arguments.file, arguments.out)))


if __name__ == "__main__":
    main()

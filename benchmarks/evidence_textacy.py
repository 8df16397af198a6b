"""Quotations by textacy and spaCy, for `benchmarks.evidence`: run by a Python that has both; rows in, rows out.

Standard input has rows `{id, text}`, one JSON object a line; the argument names a package with a model of spaCy.
Out come `{id, quotes, error, seconds}`, offsets code points, as the scorer reads them. It needs nothing of Evenhand.
"""

import importlib
import json
import sys
import time
from typing import Any


def quotes(document: Any, triples: Any) -> list[dict[str, Any]]:
    """Return the direct quotations of a document of spaCy."""
    return [
        {
            "content": [[found.content.start_char, found.content.end_char]],
            "speaker": [[word.idx, word.idx + len(word)] for word in found.speaker],
            "cue": [[word.idx, word.idx + len(word)] for word in found.cue],
        }
        for found in triples.direct_quotations(document)
    ]


def main() -> None:
    """Read rows, write what textacy finds, with the error where it raises."""
    pipeline = importlib.import_module(sys.argv[1]).load()
    triples = importlib.import_module("textacy.extract.triples")
    for line in sys.stdin:
        row = json.loads(line)
        started = time.process_time()
        found: list[dict[str, Any]] = []
        error: str | None = None
        try:
            found = quotes(pipeline(row["text"]), triples)
        except Exception as raised:  # noqa: BLE001  how often it raises is what is measured
            error = f"{type(raised).__name__}: {raised}"
        print(json.dumps({"id": row["id"], "quotes": found, "error": error, "seconds": time.process_time() - started}))


if __name__ == "__main__":
    main()

"""Read the articles of a folder: `python -m tests.conformance.articles DIR [--out OUT.jsonl]`.

Every `*.txt` is read; where a record `*.json` stands beside it, the fields are scored as `score_articles.py` does.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from evenhand.evidence.claims import find_claims
from evenhand.evidence.read_document import read_document
from evenhand.evidence.source_tally import count_anonymous
from evenhand.model.claims import Article, Claim, Span
from tests.conformance.article_scores import score
from tests.conformance.cases import (
    Arguments,
    answering,
    execute,
    files_of,
    one_line,
    out_path,
    read_object,
    write_rows,
)

Row = dict[str, Any]
_GOLD = "evenhand.evidence.gold"


def read(path: Path) -> Row:
    """Return the row of one article; what it raised is its `error`."""
    try:
        document, text = read_document(path.read_bytes(), path.name, "text/plain")
        return row(path.stem, find_claims(document, text), text)
    except Exception as error:  # noqa: BLE001  the other articles are still to be read, the error is counted
        return {"id": path.stem, "error": one_line(error)}


def row(name: str, article: Article, text: str) -> Row:
    """Return an article as the runner prints it."""
    document = article.document
    return {
        "id": name,
        "document": {
            "headline": _words(text, document.headline),
            "published": document.published.date,
            "published_time": document.published.time,
            "agency": document.agency,
            "dateline_place": document.dateline.place if document.dateline else None,
            "reporters": list(document.reporters),
            "editors": list(document.editors),
        },
        "body_lines": list(document.body_lines),
        "statements": [_statement(claim) for claim in article.claims],
        "tally": {"anonymous_sources": count_anonymous(article.claims)},
        "error": None,
    }


def _words(text: str, span: Span | None) -> str | None:
    return None if span is None else text[slice(*span)]


def _statement(claim: Claim) -> Row:
    return {
        "id": claim.id,
        "form": claim.form,
        "content": [list(span) for span in claim.content],
        "speaker": claim.speaker.name,
        "speaker_span": list(claim.speaker_span) if claim.speaker_span else None,
        "speaker_kind": claim.speaker.kind,
        "speaks_for": claim.speaker.speaks_for,
        "resolution": claim.resolution,
        "cue": list(claim.cue) if claim.cue else None,
        "stance": claim.stance,
        "denies": list(claim.denies),
        "source_count": claim.source_count.n if claim.source_count else None,
        "said_on": claim.said_on.value if claim.said_on else None,
        "reported_by": claim.reported_by.name if claim.reported_by else None,
        "reported_by_span": list(claim.reported_by.span) if claim.reported_by else None,
    }


def run(folder: Path) -> tuple[Row, list[Row]]:
    """Return the counts that the runner prints and the row of each article."""
    rows = [read(path) for path in files_of(folder, "*.txt")]
    counts: Row = {"docs": len(rows), "fields": 0, "agree": 0, "wrong_speaker": 0, "spurious": 0, "exceptions": 0}
    counts["disagree"] = []
    counts["exceptions"] = sum(bool(row.get("error")) for row in rows)
    by_name = {row["id"]: row for row in rows}
    for path in sorted(folder.glob("*.json")):
        gold = read_object(path, Row)
        if str(gold.get("schema", "")).startswith(_GOLD):
            with answering(path):
                text = (folder / gold["file"]).read_bytes().decode("utf-8", "replace")
                fields, wrong, spurious = score(gold, by_name.get(Path(gold["file"]).stem, {}), text)
            counts["fields"] += len(fields)
            counts["agree"] += sum(agrees for _, agrees in fields)
            counts["wrong_speaker"] += wrong
            counts["spurious"] += spurious
            counts["disagree"] += [field for field, agrees in fields if not agrees]
    return counts, rows


def work(chosen: argparse.Namespace) -> Row:
    """Read the articles, write the rows where asked, return the counts."""
    counts, rows = run(chosen.folder)
    write_rows(chosen.out, rows)
    for row in rows:
        if row.get("error"):
            sys.stderr.write(f"{row['id']}: {row['error']}\n")
    return counts


def main(argv: list[str] | None = None) -> int:
    """Run the folder that the command line names and print the counts as the last line."""
    arguments = Arguments(__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--out", type=out_path)
    return execute(arguments, work, argv)


if __name__ == "__main__":
    sys.exit(main())

"""Read the articles of a folder: `python -m tests.conformance.articles DIR [--out OUT.jsonl]`.

Every `*.txt` is read; where a record `*.json` stands beside it, the fields are scored as `score_articles.py` does.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from evenhand.evidence.claims import find_claims
from evenhand.evidence.read_document import read_document
from evenhand.evidence.source_tally import count_anonymous
from evenhand.model.claims import Article, Claim, Span
from tests.conformance.article_scores import score

Row = dict[str, Any]


def read(path: Path) -> Row:
    """Return the row of one article; what it raised is its `error`."""
    try:
        document, text = read_document(path.read_bytes(), path.name, "text/plain")
        return row(path.stem, find_claims(document, text), text)
    except Exception as error:  # noqa: BLE001  the other articles are still to be read, the error is counted
        return {"id": path.stem, "error": f"{type(error).__name__}: {error}"}


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
    rows = [read(path) for path in sorted(folder.glob("*.txt"))]
    counts: Row = {"docs": len(rows), "fields": 0, "agree": 0, "wrong_speaker": 0, "spurious": 0, "exceptions": 0}
    counts["disagree"] = []
    counts["exceptions"] = sum(bool(row.get("error")) for row in rows)
    by_name = {row["id"]: row for row in rows}
    for path in sorted(folder.glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        if str(gold.get("schema", "")).startswith("evenhand.evidence.gold"):
            text = (folder / gold["file"]).read_bytes().decode("utf-8", "replace")
            fields, wrong, spurious = score(gold, by_name.get(Path(gold["file"]).stem, {}), text)
            counts["fields"] += len(fields)
            counts["agree"] += sum(agrees for _, agrees in fields)
            counts["wrong_speaker"] += wrong
            counts["spurious"] += spurious
            counts["disagree"] += [field for field, agrees in fields if not agrees]
    return counts, rows


def main() -> None:
    """Read the articles, write the rows where asked, print the counts as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    counts, rows = run(options.folder)
    if options.out:
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        options.out.write_text("".join(lines), encoding="utf-8")
    for row in rows:
        if row.get("error"):
            sys.stderr.write(f"{row['id']}: {row['error']}\n")
    print(json.dumps(counts, ensure_ascii=False))


if __name__ == "__main__":
    main()

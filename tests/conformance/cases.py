"""What the runners of `python -m tests.conformance.<name> FILE…` share: cases read from files, counts as one line."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

Case = dict[str, Any]


def read_cases(paths: Iterable[str]) -> Iterator[Case]:
    """Yield the cases of files: a JSON array, or a JSON object a line (`.jsonl`)."""
    for path in paths:
        text = Path(path).read_text(encoding="utf-8")
        yield from map(json.loads, filter(None, text.split("\n"))) if path.endswith("jsonl") else json.loads(text)


def encoded(value: Any) -> bytes:
    """Return a JSON value as text; escaped where it holds half a surrogate pair, which UTF-8 cannot say."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


def count(cases: Iterable[Case], agrees: Callable[[Case], bool | None]) -> dict[str, Any]:
    """Return the counts that a runner prints, with the ids of cases that disagree; None is a case not supported.

    A case whose answer is an error disagrees, so that every case counts once.
    """
    counts: dict[str, Any] = {"cases": 0, "agree": 0, "unsupported": 0, "disagree": []}
    for place, case in enumerate(cases):
        counts["cases"] += 1
        try:
            answer = agrees(case)
        except Exception as error:  # noqa: BLE001  whatever it is, the other cases are still to be run
            sys.stderr.write(f"case {case.get('id', place)}: {type(error).__name__}: {error}\n")
            answer = False
        if answer is None:
            counts["unsupported"] += 1
        elif answer:
            counts["agree"] += 1
        else:
            counts["disagree"].append(case.get("id", place))
    return counts


def main(agrees: Callable[[Case], bool | None]) -> None:
    """Run the files that the command line names and print the counts as the last line."""
    print(json.dumps(count(read_cases(sys.argv[1:]), agrees)))
